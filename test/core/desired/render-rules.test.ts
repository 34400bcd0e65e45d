import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Changes } from "../../builders/documents.ts";
import { described, desiredWith } from "../../builders/documents.ts";

const MATCH = { kind: "Deployment", name: "web" };
const ADD = { op: "add", path: "/spec/paused", value: true };

function rules(...list: readonly unknown[]): Changes {
  return { "spec.render.rules": list };
}

function patch(...operations: readonly unknown[]): Changes {
  return rules({ name: "a", match: MATCH, patch: operations });
}

describe("refused, saying where and why", () => {
  const cases: readonly (readonly [what: string, changes: Changes, code: string, message: RegExp])[] = [
    ["no name", rules({ match: MATCH, patch: [ADD] }), "missing-field", /rules\[0\]\.name is required/],
    ["no match", rules({ name: "a", patch: [ADD] }), "missing-field", /rules\[0\]\.match is required/],
    [
      "a match of everything",
      rules({ name: "a", match: {}, patch: [ADD] }),
      "invalid-field",
      /would change everything/,
    ],
    ["neither patch nor cel", rules({ name: "a", match: MATCH }), "invalid-field", /neither patch nor cel/],
    ["both", rules({ name: "a", match: MATCH, patch: [ADD], cel: "object" }), "invalid-field", /both patch and cel/],
    [
      "a path for a patch",
      rules({ name: "a", match: MATCH, patch: [ADD], path: "/x" }),
      "invalid-field",
      /path is for cel/,
    ],
    ["an empty patch", patch(), "invalid-field", /patch is empty/],
    ["an unknown operation", patch({ op: "set", path: "/x" }), "invalid-field", /"set" is not allowed/],
    ["no value", patch({ op: "add", path: "/x" }), "missing-field", /add needs value/],
    ["no source", patch({ op: "move", path: "/x" }), "missing-field", /move needs from/],
    ["no pointer", patch({ op: "remove", path: "spec.paused" }), "invalid-field", /not a JSON pointer/],
    ["a broken escape", patch({ op: "remove", path: "/a~2" }), "invalid-field", /not a JSON pointer/],
    [
      "the name",
      patch({ op: "replace", path: "/metadata/name", value: "x" }),
      "invalid-field",
      /identifies the object/,
    ],
    ["the kind", patch({ op: "copy", from: "/x", path: "/kind" }), "invalid-field", /identifies the object/],
    ["taking the name away", patch({ op: "move", from: "/metadata/name", path: "/x" }), "invalid-field", /identifies/],
    ["all metadata", rules({ name: "a", match: MATCH, cel: "{}", path: "/metadata" }), "invalid-field", /identifies/],
    ["our marks", patch({ ...ADD, path: "/metadata/annotations/drover.dev~1form" }), "invalid-field", /own annotation/],
    [
      "the same name twice",
      rules({ name: "a", match: MATCH, patch: [ADD] }, { name: "a", match: MATCH, cel: "object" }),
      "invalid-field",
      /a stands there twice/,
    ],
    [
      "an unknown cluster",
      rules({ name: "a", match: MATCH, clusters: ["nowhere"], patch: [ADD] }),
      "unknown-reference",
      /Cluster nowhere/,
    ],
    ["an unknown field", rules({ name: "a", match: MATCH, patches: [ADD] }), "unknown-field", /has no field "patches"/],
  ];
  for (const [what, changes, code, message] of cases) {
    test(what, () => {
      const result = desiredWith({ shop: changes });
      const found = result.findings.find((finding) => finding.code === code && message.test(finding.message));
      assert.ok(found !== undefined, described(result).join("\n"));
      assert.ok((found.line ?? 0) > 1 && found.remedy.length > 5);
    });
  }
});

test("accepted, and typed", () => {
  const { state, findings } = desiredWith({
    shop: rules(
      {
        name: "dns",
        match: { group: "apps" },
        clusters: ["west"],
        patch: [ADD, { op: "test", path: "/kind", value: "x" }],
      },
      { name: "more", match: MATCH, cel: "object.spec.replicas * 2", path: "/spec/replicas" },
    ),
  });
  assert.deepEqual(findings, []);
  const [first, second] = state.applications.get("shop")?.render.rules ?? [];
  assert.deepEqual(first, {
    name: "dns",
    clusters: ["west"],
    match: { group: "apps", kind: null, namespace: null, name: null, matchLabels: null },
    change: { type: "patch", operations: [ADD, { op: "test", path: "/kind", value: "x" }] },
  });
  assert.deepEqual(second?.change, { type: "cel", expression: "object.spec.replicas * 2", path: "/spec/replicas" });
});
