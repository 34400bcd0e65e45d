import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { parseFieldSelector, parseLabelSelector } from "../../../src/sandbox/apiserver/selectors.ts";

function labelled(labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", labels },
    status: { phase: "Running" },
  };
}

const web = labelled({ app: "web", tier: "front" });

describe("label selectors", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["app=web", true],
    ["app==web,tier=front", true],
    ["app!=web", false],
    ["other!=x", true],
    ["app in (db, web)", true],
    ["app notin (db,cache)", true],
    ["app notin (web)", false],
    ["other notin (x)", true],
    ["app", true],
    ["!app", false],
    ["!other,app in (web)", true],
    ["app=", false],
    ["toString", false],
    ["!__proto__", true],
  ];
  for (const [selector, expected] of cases)
    it(selector, () => {
      assert.equal(parseLabelSelector(selector)?.(web), expected);
    });

  it("refuse what can't be read", () => {
    for (const selector of ["==", "a in b", "a b", "a=b c"])
      assert.throws(() => parseLabelSelector(selector), selector);
  });

  it("are absent when empty", () => {
    assert.equal(parseLabelSelector(""), null);
    assert.equal(parseLabelSelector(undefined), null);
  });
});

describe("field selectors", () => {
  it("select by the fields of the kind", () => {
    const scope = { storageKey: "pods" };
    assert.equal(parseFieldSelector("metadata.name=p,metadata.namespace=n", scope)?.(web), true);
    assert.equal(parseFieldSelector("status.phase!=Running", scope)?.(web), false);
    assert.equal(parseFieldSelector("spec.nodeName=", scope)?.(web), true);
    assert.throws(() => parseFieldSelector("spec.image=x", scope), /field label not supported: spec\.image/);
    assert.throws(() => parseFieldSelector("status.phase=x", { storageKey: "configmaps" }), /not supported/);
  });

  it("select custom resources by the fields that their definition names", () => {
    const scope = { storageKey: "widgets.example.com", selectableFields: ["status.phase"] };
    assert.equal(parseFieldSelector("status.phase=Running", scope)?.(web), true);
  });
});
