import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { Fields } from "../../../src/core/model/fields.ts";
import { jsonPatch } from "../../../src/sandbox/apiserver/patch/json-patch.ts";
import { mergePatch } from "../../../src/sandbox/apiserver/patch/merge-patch.ts";
import { strategicMergePatch } from "../../../src/sandbox/apiserver/patch/strategic-merge-patch.ts";
import { builtinSchema } from "../../../src/sandbox/apiserver/schema/builtin-schemas.ts";
import { granularAny } from "../../../src/sandbox/apiserver/schema/schema-node.ts";

const podSpec = builtinSchema("io.k8s.api.core.v1.PodSpec") ?? granularAny;
const metadata = builtinSchema("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") ?? granularAny;

function containers(...names: readonly string[]): Fields {
  return { containers: names.map((name) => ({ name, image: `${name}:1` })) };
}

function namesOf(spec: Fields): unknown {
  return (spec["containers"] as readonly { name: string }[]).map(({ name }) => name);
}

describe("JSON merge patch", () => {
  const json = fc.object({
    maxDepth: 3,
    key: fc.constantFrom("a", "b", "__proto__", "c"),
    values: [fc.integer(), fc.constant(null)],
  });

  it("is the same done twice", () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        assert.deepEqual(mergePatch(once, patch), once);
      }),
    );
  });

  it("removes by null, also in what it creates", () => {
    assert.deepEqual(mergePatch({ a: { b: 1, c: 2 } }, { a: { b: null }, d: { e: null, f: 1 } }), {
      a: { c: 2 },
      d: { f: 1 },
    });
  });

  it("does not touch prototypes", () => {
    mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    assert.equal(({} as Fields)["polluted"], undefined);
  });
});

describe("JSON patch", () => {
  it("works on a copy", () => {
    const target = { a: { b: 1 } };
    assert.deepEqual(jsonPatch(target, [{ op: "replace", path: "/a/b", value: 2 }]), { a: { b: 2 } });
    assert.deepEqual(target, { a: { b: 1 } });
  });

  it("refuses what is not a patch, and what does not fit", () => {
    assert.throws(() => jsonPatch({}, { op: "add" }), /list of operations/);
    assert.throws(() => jsonPatch({}, [{ op: "eat", path: "/" }]), /op and a path/);
    assert.throws(() => jsonPatch({}, [{ op: "remove", path: "/a/b" }]), /rejected our request/);
    assert.throws(() => jsonPatch({}, [{ op: "add", path: "nowhere", value: 1 }]), /rejected our request/);
    assert.throws(() => jsonPatch({}, [{ op: "add", path: "/__proto__/polluted", value: 1 }]), /rejected our request/);
    assert.equal(({} as Fields)["polluted"], undefined);
  });
});

describe("strategic merge patch", () => {
  it("merges lists by their keys, keeps the rest and appends what is new", () => {
    const patched = strategicMergePatch(
      containers("a", "b"),
      {
        containers: [
          { name: "b", image: "b:2" },
          { name: "c", image: "c:1" },
        ],
      },
      podSpec,
    );
    assert.deepEqual(patched["containers"], [
      { name: "a", image: "a:1" },
      { name: "b", image: "b:2" },
      { name: "c", image: "c:1" },
    ]);
  });

  it("deletes and replaces items by directive", () => {
    const gone = strategicMergePatch(containers("a", "b"), { containers: [{ name: "a", $patch: "delete" }] }, podSpec);
    assert.deepEqual(namesOf(gone), ["b"]);
    const replaced = strategicMergePatch(
      containers("a", "b"),
      { containers: [{ $patch: "replace" }, { name: "c", image: "c" }] },
      podSpec,
    );
    assert.deepEqual(namesOf(replaced), ["c"]);
    const mapGone = strategicMergePatch(
      { ...containers("a"), securityContext: { runAsUser: 1 } },
      { securityContext: { $patch: "delete" } },
      podSpec,
    );
    assert.equal(mapGone["securityContext"], undefined);
  });

  it("orders items as told, with those that the patch doesn't know where they were", () => {
    const order = {
      $retainKeys: undefined,
      "$setElementOrder/containers": [{ name: "c" }, { name: "a" }],
      containers: [{ name: "c", image: "c:2" }],
    };
    const { $retainKeys: _, ...patch } = order;
    assert.deepEqual(namesOf(strategicMergePatch(containers("a", "side", "c"), patch, podSpec)), ["side", "c", "a"]);
  });

  it("merges lists of plain values, and deletes from them by directive", () => {
    const added = strategicMergePatch({ finalizers: ["a", "b"] }, { finalizers: ["b", "c"] }, metadata);
    assert.deepEqual(added["finalizers"], ["a", "b", "c"]);
    const removed = strategicMergePatch(
      { finalizers: ["a", "b"] },
      { "$deleteFromPrimitiveList/finalizers": ["a"] },
      metadata,
    );
    assert.deepEqual(removed["finalizers"], ["b"]);
  });

  it("refuses an item without its key, and directives that nobody knows", () => {
    assert.throws(
      () => strategicMergePatch({}, { containers: [{ image: "x" }] }, podSpec),
      /does not contain declared merge key: name/,
    );
    assert.throws(() => strategicMergePatch({}, { $patch: "explode" }, podSpec), /unknown patch directive/);
  });

  it("keeps only the keys that it is told to retain", () => {
    const target = { ...containers("a"), hostNetwork: true, nodeName: "n" };
    const patched = strategicMergePatch(target, { $retainKeys: ["containers", "nodeName"], nodeName: "m" }, podSpec);
    assert.deepEqual(Object.keys(patched), ["containers", "nodeName"]);
    assert.equal(patched["nodeName"], "m");
  });
});
