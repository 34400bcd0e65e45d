import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changed, lacking } from "../../../src/core/diff/object-diff.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";

function object(spec: unknown, metadata: Readonly<Record<string, unknown>> = {}): KubeObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop", ...metadata }, spec };
}

describe("what a live object lacks of a wanted one", () => {
  for (const [what, wanted, live, paths] of [
    ["nothing, when it only has more", { replicas: 2 }, { replicas: 2, paused: false }, null],
    ["a changed scalar", { replicas: 2 }, { replicas: 3 }, ["spec.replicas"]],
    ["a field that is gone", { template: { spec: { a: 1 } } }, {}, ["spec.template.spec.a"]],
    ["nothing for an empty mapping that the server left out", { securityContext: {} }, {}, null],
    [
      "an injected container is somebody else's",
      { c: [{ name: "web" }] },
      { c: [{ name: "proxy" }, { name: "web" }] },
      null,
    ],
    [
      "named items in another order",
      {
        c: [
          { name: "a", v: 1 },
          { name: "b", v: 2 },
        ],
      },
      {
        c: [
          { name: "b", v: 3 },
          { name: "a", v: 1 },
        ],
      },
      ["spec.c[name=b].v"],
    ],
    [
      "a named item that is gone",
      { c: [{ name: "a", v: 1 }] },
      { c: [{ name: "b", v: 1 }] },
      ["spec.c[name=a].name", "spec.c[name=a].v"],
    ],
    ["an item of a plain list", { args: ["-a", "-b"] }, { args: ["-a", "-c"] }, ["spec.args[1]"]],
    ["a plain list of another length", { args: ["-a"] }, { args: ["-a", "-b"] }, ["spec.args"]],
    ["a key that needs quotes", { l: { "a.b/c": "1" } }, { l: { "a.b/c": "2" } }, ['spec.l["a.b/c"]']],
    ["a mapping where a scalar is", { a: { b: 1 } }, { a: 1 }, ["spec.a"]],
  ] as const) {
    test(what, () => {
      assert.deepEqual(lacking(object(wanted), object(live))?.paths ?? null, paths);
    });
  }

  test("never the status", () => {
    assert.equal(lacking({ ...object({}), status: { ready: 1 } }, object({})), null);
  });

  test("at most twenty paths, the others are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, index]));
    const difference = lacking(object(many), object({}));
    assert.deepEqual([difference?.paths.length, difference?.more], [20, 13]);
  });
});

describe("what a server's answer changes", () => {
  test("what it counts itself is no change", () => {
    const before = object({ a: 1 }, { resourceVersion: "1", generation: 1, managedFields: [] });
    const after = object({ a: 1 }, { resourceVersion: "2", generation: 2, managedFields: [{ manager: "drover" }] });
    assert.equal(changed(before, after), null);
  });

  test("fields of both sides count, also those that go", () => {
    const before = object({ a: 1, b: 2, c: [{ name: "x" }] }, { labels: { l: "1" } });
    const after = object({ a: 1, d: 4, c: [{ name: "y" }] }, { labels: { l: "2" } });
    assert.deepEqual(changed(before, after)?.paths, [
      "metadata.labels.l",
      "spec.b",
      "spec.c[name=x]",
      "spec.c[name=y]",
      "spec.d",
    ]);
  });
});
