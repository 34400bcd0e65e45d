import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { asFields } from "../../../src/core/model/fields.ts";
import { granularAny } from "../../../src/sandbox/apiserver/schema/schema-node.ts";
import { compareValues, isSame } from "../../../src/sandbox/apiserver/server-side-apply/compare.ts";
import {
  difference,
  emptySet,
  fieldSet,
  fromFieldsV1,
  intersection,
  isEmptySet,
  ownedLeaf,
  pathTexts,
  setsEqual,
  toFieldsV1,
  union,
} from "../../../src/sandbox/apiserver/server-side-apply/field-set.ts";
import type { FieldSet } from "../../../src/sandbox/apiserver/server-side-apply/field-set.ts";
import { mergeValues } from "../../../src/sandbox/apiserver/server-side-apply/merge.ts";
import { toFieldSet } from "../../../src/sandbox/apiserver/server-side-apply/to-field-set.ts";
import { newCluster, send } from "./new-cluster.ts";

const element = fc.constantFrom("f:a", "f:b", 'k:{"name":"x"}', 'v:"y"');

const sets: fc.Arbitrary<FieldSet> = fc.letrec<{ set: FieldSet }>((tie) => ({
  set: fc
    .tuple(
      fc.boolean(),
      fc.array(fc.tuple(element, fc.oneof({ maxDepth: 3 }, fc.constant(ownedLeaf), tie("set"))), { maxLength: 3 }),
    )
    .map(([owned, children]) => fieldSet(owned, children)),
})).set;

/** A set below a root that is not itself a place. */
const rooted = sets.map((set) => fieldSet(false, set.children));

const content = fc.object({ maxDepth: 2, key: fc.constantFrom("a", "b", "c"), values: [fc.integer(), fc.string()] });

describe("sets of owned fields", () => {
  it("are written and read back without loss", () => {
    fc.assert(
      fc.property(rooted, (set) => {
        assert.ok(setsEqual(fromFieldsV1(toFieldsV1(set)), set));
      }),
    );
  });

  it("obey the algebra of sets", () => {
    fc.assert(
      fc.property(rooted, rooted, (left, right) => {
        const both = union(left, right);
        assert.ok(setsEqual(both, union(right, left)));
        assert.ok(setsEqual(difference(both, right), difference(left, right)));
        assert.ok(isEmptySet(intersection(difference(left, right), right)));
        assert.ok(setsEqual(union(difference(left, right), intersection(left, right)), left));
        assert.ok(setsEqual(difference(left, left), emptySet));
        assert.equal(union(left, intersection(left, right)), left, "nothing new is the same set");
        assert.equal(pathTexts(both).length, pathTexts(left).length + pathTexts(difference(right, left)).length);
      }),
    );
  });
});

describe("values compared and merged by their schema", () => {
  it("differ nowhere from themselves, and everywhere that a merge changed them", () => {
    fc.assert(
      fc.property(content, content, (live, applied) => {
        assert.ok(isSame(compareValues({ before: live, after: structuredClone(live) }, granularAny)));
        const merged = mergeValues(live, applied, granularAny);
        const { added, modified, removed } = compareValues({ before: live, after: merged }, granularAny);
        const own = toFieldSet(applied, granularAny);
        assert.ok(isEmptySet(difference(modified, own)), "only what is applied changes");
        for (const path of pathTexts(added))
          assert.ok(pathTexts(own).some((place) => place === path || path.startsWith(place)));
        assert.ok(isEmptySet(removed) || Object.keys(asFields(applied)).length > 0);
      }),
    );
  });
});

const data = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("1", "2"), {
  minKeys: 1,
  noNullPrototype: true,
});
const path = "/api/v1/namespaces/default/configmaps/shared";

describe("two appliers", () => {
  it("conflict exactly over values that differ, and keep what the other one still applies", async () => {
    await fc.assert(
      fc.asyncProperty(data, data, async (mine, theirs) => {
        const cluster = newCluster();
        const apply = (manager: string, content_: object): ReturnType<typeof send> =>
          send(cluster, `PATCH ${path}?fieldManager=${manager}`, {
            body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shared" }, data: content_ },
            type: "application/apply-patch+yaml",
          });
        await apply("me", mine);
        const contested = Object.keys(theirs).filter((key) => mine[key] !== undefined && mine[key] !== theirs[key]);
        const answer = await apply("they", theirs);
        assert.equal(answer.status, contested.length > 0 ? 409 : 200);
        if (contested.length > 0) {
          const { causes } = answer.body["details"] as { causes: readonly { field: string }[] };
          assert.deepEqual(
            causes.map(({ field }) => field).toSorted(),
            contested.map((key) => `.data.${key}`).toSorted(),
          );
          return;
        }
        const after = await apply("me", {});
        assert.deepEqual(asFields(after.body["data"]), theirs);
        const again = await apply("they", theirs);
        assert.deepEqual(again.body, after.body, "applying the same again changes nothing");
      }),
      { numRuns: 80 },
    );
  });
});
