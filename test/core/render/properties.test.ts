import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { load } from "js-yaml";
import { asNumber, at } from "../../../src/core/model/fields.ts";
import { type KubeObject, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import { activateFolder } from "../../../src/core/render/activation.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { safeSegment } from "../../../src/core/render/file-names.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { liveObjects, surroundings } from "./arbitrary-captures.ts";
import { captureOf, digest, serverMeta, shop } from "./live-objects.ts";

/** A live object as the server returns it after the folder was applied there. */
function applied(object: KubeObject): KubeObject {
  const { annotations, labels } = object.metadata;
  const meta = { ...(annotations === undefined ? {} : { annotations }), ...(labels === undefined ? {} : { labels }) };
  return { ...object, metadata: serverMeta(object.metadata.name, meta), status: { observedGeneration: 1 } };
}

test("the same objects in any order give the same bytes, report and record", () => {
  const shuffled = liveObjects.chain((objects) =>
    fc.tuple(fc.constant(objects), fc.shuffledSubarray([...objects], { minLength: objects.length })),
  );
  fc.assert(
    fc.property(shuffled, ([objects, other]) => {
      assert.deepEqual(renderApplication(captureOf(other)), renderApplication(captureOf(objects)));
    }),
    { numRuns: 30 },
  );
});

test("acceptance 8: a folder applied to a cluster and captured there gives the same folder (fixed point)", () => {
  fc.assert(
    fc.property(liveObjects, fc.boolean(), (objects, active) => {
      const { files, refusals } = renderApplication(captureOf(objects));
      assert.deepEqual(refusals, []);
      const there = buildFolder(active ? activateFolder(files) : files).map(applied);
      const back = renderApplication(captureOf([...there, ...surroundings()]));
      assert.deepEqual(back.files, files);
    }),
    { numRuns: 30 },
  );
});

test("acceptance 1: rendering twice without a change gives the files that are there", () => {
  fc.assert(
    fc.property(liveObjects, (objects) => {
      const { files } = renderApplication(captureOf(objects));
      const again = renderApplication(captureOf(objects, { previous: readFolder(files) }));
      assert.deepEqual([again.suspicious, again.refusals], [null, []]);
      assert.deepEqual(again.files, files);
    }),
    { numRuns: 30 },
  );
});

test("acceptance 5: the standby form runs nothing, the active form exactly what ran", () => {
  fc.assert(
    fc.property(liveObjects, (objects) => {
      const { files } = renderApplication(captureOf(objects));
      const replicas = (built: readonly KubeObject[]): readonly (readonly [string, number])[] =>
        built
          .map((object) => [refKey(refOf(object)), asNumber(at(object, "spec", "replicas"))] as const)
          .flatMap(([key, count]) => (count === null ? [] : [[key, count] as const]))
          .sort(([a], [b]) => (a < b ? -1 : 1));
      assert.ok(replicas(buildFolder(files)).every(([, count]) => count === 0));
      assert.deepEqual(replicas(buildFolder(activateFolder(files))), replicas(objects));
    }),
    { numRuns: 30 },
  );
});

test("acceptance 9: no name leaves the folder, meets another one, or hides a kustomization", () => {
  fc.assert(
    fc.property(liveObjects, (objects) => {
      const paths = [...renderApplication(captureOf(objects)).files.keys()];
      for (const path of paths) {
        assert.match(path, /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/);
        for (const segment of path.split("/")) assert.ok(segment.length <= 255 && !segment.includes(".."), path);
      }
      const structural = paths.filter((path) => path.endsWith("kustomization.yaml"));
      assert.deepEqual(structural, [
        "base/kustomization.yaml",
        "components/active/kustomization.yaml",
        "kustomization.yaml",
      ]);
      assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length);
    }),
    { numRuns: 40 },
  );
});

test("acceptance 9: different names give different segments, on file systems without case too", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      if (a === b) return;
      assert.notEqual(safeSegment(a, digest).toLowerCase(), safeSegment(b, digest).toLowerCase());
    }),
  );
  assert.equal(safeSegment("web", digest), "web");
  assert.equal(safeSegment("web.v1", digest), "web.v1");
  assert.match(safeSegment("Web", digest), /^web_[0-9a-f]{8}$/);
  assert.match(safeSegment("..", digest), /^object_[0-9a-f]{8}$/);
});

test("acceptance 3: nothing server-owned is in any file", () => {
  fc.assert(
    fc.property(liveObjects, (objects) => {
      const { files } = renderApplication(captureOf(objects));
      for (const [path, text] of files) {
        if (!path.startsWith("base/") || path.endsWith("kustomization.yaml")) continue;
        const object = load(text);
        for (const field of [
          "uid",
          "resourceVersion",
          "managedFields",
          "ownerReferences",
          "generation",
          "creationTimestamp",
          "finalizers",
        ]) {
          assert.equal(at(object, "metadata", field), undefined, `${path} ${field}`);
        }
        assert.equal(at(object, "status"), undefined, path);
      }
    }),
    { numRuns: 15 },
  );
});

test("the captured objects are not changed", () => {
  const objects = shop();
  const before = structuredClone(objects);
  renderApplication(captureOf(objects));
  assert.deepEqual(objects, before);
});

test("text that some reader would change is refused, naming the field", () => {
  const config: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: serverMeta("a"),
    data: { bad: "a\u0085b" },
  };
  const { refusals, files } = renderApplication(captureOf([...surroundings(), config]));
  assert.equal(files.size, 0);
  assert.deepEqual(
    refusals.map(({ rule, file }) => [rule, file]),
    [["not-portable", "base/shop/configmap/a.yaml"]],
  );
  assert.match(refusals[0]?.message ?? "", /\/data\/bad/);
});
