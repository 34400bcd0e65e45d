import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Exclusion,
  RenderRule,
  RuleChange,
  RuleOperation,
} from "../../../src/core/desired/protected-application.ts";
import { at } from "../../../src/core/model/fields.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { activateFolder } from "../../../src/core/render/activation.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RenderResult } from "../../../src/core/render/render-result.ts";
import { captureOf, configMap, deployment, namespace } from "./live-objects.ts";

const ANYTHING: Exclusion = { group: null, kind: null, namespace: null, name: null, matchLabels: null };

function rule(
  change: RuleChange,
  match: Partial<Exclusion> = { kind: "Deployment" },
  clusters: string[] = [],
): RenderRule {
  return { name: "mine", clusters, match: { ...ANYTHING, ...match }, change };
}

function patch(...operations: readonly RuleOperation[]): RuleChange {
  return { type: "patch", operations };
}

function cel(expression: string, path: string | null = null): RuleChange {
  return { type: "cel", expression, path };
}

function render(
  rules: readonly RenderRule[],
  objects = [deployment("web", 3), configMap("plan", { a: "1" })],
): RenderResult {
  return renderApplication(captureOf([namespace(), ...objects], { render: { rules, rulesFile: "apps/shop.yaml" } }));
}

function built(result: RenderResult, form: "active" | "standby"): KubeObject {
  assert.deepEqual(result.refusals, []);
  const files = form === "active" ? activateFolder(result.files) : result.files;
  return buildFolder(files).find(({ kind }) => kind === "Deployment") ?? assert.fail("no Deployment");
}

describe("a rule that matches nothing", () => {
  const change = patch({ op: "add", path: "/metadata/labels", value: { a: "b" } });
  const named = (name: string, ...how: [Partial<Exclusion>?, string[]?]): RenderRule => ({
    ...rule(change, ...how),
    name,
  });

  test("is told by its name, beside those that match", () => {
    const result = render([
      named("typo", { kind: "Deploymnet" }),
      named("fits", { kind: "Deployment" }),
      named("gone", { kind: "ConfigMap", name: "plam" }),
    ]);
    assert.deepEqual([result.idleRules, result.refusals], [["typo", "gone"], []]);
  });

  test("is told of a kind that no rule can change, as what is left out is not rendered", () => {
    assert.deepEqual(render([named("space", { kind: "Namespace" })]).idleRules, ["space"]);
  });

  test("is not told where it is for another standby", () => {
    assert.deepEqual(render([named("far", { kind: "Deploymnet" }, ["elsewhere"])]).idleRules, []);
  });
});

describe("what a rule does", () => {
  test("a patch changes the object, and the report counts it", () => {
    const result = render([rule(patch({ op: "add", path: "/spec/template/spec/dnsPolicy", value: "None" }))]);
    assert.equal(at(built(result, "standby"), "spec", "template", "spec", "dnsPolicy"), "None");
    const counted = result.report.changed.filter(({ rule: name }) => name === "user-rule");
    assert.deepEqual(
      counted.map(({ object, count }) => [object.name, count]),
      [["web", 1]],
    );
  });

  test("all six operations of RFC 6902", () => {
    const operations: readonly RuleOperation[] = [
      { op: "test", path: "/spec/replicas", value: 3 },
      { op: "copy", from: "/spec/template/metadata/labels", path: "/metadata/labels" },
      { op: "add", path: "/metadata/labels/a~1b", value: "x" },
      { op: "move", from: "/metadata/labels/a~1b", path: "/metadata/labels/moved" },
      { op: "replace", path: "/metadata/labels/app", value: "other" },
      { op: "remove", path: "/spec/template/spec/containers/0/ports" },
    ];
    const object = built(render([rule(patch(...operations))]), "standby");
    assert.deepEqual(object.metadata.labels, { app: "other", moved: "x" });
    assert.deepEqual(at(object, "spec", "selector", "matchLabels"), { app: "web" });
    assert.doesNotMatch(JSON.stringify(object), /containerPort/);
  });

  test("an expression gives the value at a path, null removes it, and without a path it gives the object", () => {
    const doubled = built(render([rule(cel("object.spec.replicas * 2", "/spec/replicas"))]), "active");
    assert.equal(at(doubled, "spec", "replicas"), 6);
    const removed = built(render([rule(cel("null", "/spec/template/spec/containers/0/ports"))]), "standby");
    assert.doesNotMatch(JSON.stringify(removed), /containerPort/);
    assert.deepEqual(render([rule(cel("null", "/spec/nothing"))]).refusals, []);
    assert.deepEqual(built(render([rule(cel("object"))]), "active"), built(render([]), "active"));
  });

  test("a rule that changes nothing is not counted", () => {
    const { report } = render([rule(cel("object"))]);
    assert.ok(report.changed.every(({ rule: name }) => name !== "user-rule"));
  });

  test("rules are applied in their order, those for every kind among them", () => {
    const add = (value: string): RuleChange => patch({ op: "add", path: "/spec/note", value });
    const rules = [rule(add("first")), rule(add("second"), { name: "web" }), rule(add("third"))];
    assert.equal(at(built(render(rules), "standby"), "spec", "note"), "third");
    assert.equal(at(built(render(rules.slice(0, 2)), "standby"), "spec", "note"), "second");
  });

  test("only what matches is changed: all given fields, and the receiving cluster", () => {
    const note = patch({ op: "add", path: "/spec/note", value: "x" });
    const matches: readonly (readonly [Partial<Exclusion>, string[], boolean])[] = [
      [{ group: "apps", kind: "Deployment", namespace: "shop", name: "web" }, [], true],
      [{ group: "", kind: "Deployment" }, [], false],
      [{ kind: "Deployment", name: "other" }, [], false],
      [{ matchLabels: { app: "web" } }, [], false],
      [{ kind: "Deployment" }, ["west"], true],
      [{ kind: "Deployment" }, ["far"], false],
    ];
    for (const [match, clusters, expected] of matches) {
      const value = at(built(render([rule(note, match, clusters)]), "standby"), "spec", "note");
      assert.equal(value === "x", expected, JSON.stringify([match, clusters]));
    }
  });
});

describe("what no rule can do", () => {
  test("start anything on a standby: counts are those of the active form", () => {
    const result = render([rule(patch({ op: "replace", path: "/spec/replicas", value: 9 }))]);
    assert.equal(at(built(result, "standby"), "spec", "replicas"), 0);
    assert.equal(at(built(result, "active"), "spec", "replicas"), 9);
    assert.deepEqual(
      result.record.workloads.map(({ replicas }) => replicas),
      [9],
    );
  });

  const refused: readonly (readonly [string, RuleChange, RegExp])[] = [
    ["change the kind", cel('"Job"', "/kind"), /changes apiVersion or kind/],
    ["change the version", cel('"apps/v2"', "/apiVersion"), /changes apiVersion or kind/],
    ["rename", patch({ op: "replace", path: "/metadata/name", value: "x" }), /metadata.name/],
    ["move to another namespace", patch({ op: "remove", path: "/metadata/namespace" }), /metadata.namespace/],
    ["lose the metadata", patch({ op: "remove", path: "/metadata" }), /metadata.name/],
    ["give another object", cel('{"kind": "Deployment"}'), /apiVersion or kind/],
    ["give something else than an object", cel('"text"'), /whole object/],
    [
      "write our marks",
      patch({ op: "add", path: "/metadata/annotations", value: { "drover.dev/form": "active" } }),
      /annotation drover/,
    ],
    [
      "make the annotations something else",
      patch({ op: "add", path: "/metadata/annotations", value: [] }),
      /no mapping/,
    ],
    ["lose the spec", patch({ op: "remove", path: "/spec" }), /removes spec/],
    ["make the count something else", cel('"many"', "/spec/replicas"), /no count/],
    ["write below zero", cel("-1", "/spec/replicas"), /no count/],
    [
      "fit half: a failed test",
      patch({ op: "test", path: "/spec/replicas", value: 4 }),
      /test \/spec\/replicas does not fit/,
    ],
    ["touch what is not there", patch({ op: "remove", path: "/spec/nothing" }), /remove \/spec\/nothing does not fit/],
    ["move something into itself", patch({ op: "move", from: "/spec", path: "/spec/inner" }), /does not fit/],
    ["ask for what is not there", cel("object.spec.nothing", "/spec/x"), /cel: No such key: nothing/],
    ["be written wrongly", cel("object.", "/spec/x"), /cel: /],
  ];
  for (const [what, change, reason] of refused) {
    test(what, () => {
      const { refusals, files } = render([rule(change)]);
      assert.equal(files.size, 0);
      assert.equal(refusals.length, 1);
      const [refusal] = refusals;
      assert.deepEqual([refusal?.rule, refusal?.file, refusal?.object?.name], ["user-rule", "apps/shop.yaml", "web"]);
      assert.match(refusal?.message ?? "", /^apps\/shop\.yaml: the rule mine does not fit Deployment shop\/web: /);
      assert.match(refusal?.message ?? "", reason);
    });
  }
});

test("rules see a standby that is captured again as it is while active", () => {
  const objects = buildFolder(render([]).files).filter(({ kind }) => kind !== "Namespace");
  const again = render([rule(patch({ op: "test", path: "/spec/replicas", value: 3 }))], [...objects]);
  assert.deepEqual(again.refusals, []);
});

test("the captured objects are not changed, and a value of a rule is never shared", () => {
  const live = deployment("web", 3);
  const before = structuredClone(live);
  const shared = { labels: { a: "b" } };
  render(
    [
      rule(patch({ op: "add", path: "/spec/x", value: shared })),
      rule(patch({ op: "add", path: "/spec/x/labels/c", value: "d" })),
    ],
    [live, deployment("api", 1)],
  );
  assert.deepEqual([live, shared], [before, { labels: { a: "b" } }]);
});
