import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { MARKS } from "../../../src/core/model/marks.ts";
import type { ApplicationFolder, CaptureInput } from "../../../src/core/render/capture-input.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RenderResult } from "../../../src/core/render/render-result.ts";
import { describeSuspicious } from "../../../src/core/render/suspicious-capture.ts";
import { captureOf, claim, configMap, deployment, namespace, serverMeta, shop, statefulSet } from "./live-objects.ts";

/** Twenty ConfigMaps, so that one or two objects are less than a tenth. */
function bigShop(): KubeObject[] {
  return [...shop(), ...Array.from({ length: 20 }, (_, index) => configMap(`extra-${index}`, { k: String(index) }))];
}

function committed(result: RenderResult): ApplicationFolder {
  const folder = readFolder(result.files);
  assert.ok(folder !== null && folder.problem === null);
  return folder;
}

const BEFORE = committed(renderApplication(captureOf(bigShop())));

function again(objects: readonly KubeObject[], overrides: Parameters<typeof captureOf>[1] = {}): RenderResult {
  return renderApplication(captureOf(objects, { previous: BEFORE, ...overrides }));
}

function without(...names: readonly string[]): KubeObject[] {
  return bigShop().filter((object) => !names.includes(`${object.kind}/${object.metadata.name}`));
}

function lines(result: RenderResult): readonly string[] {
  return (result.suspicious?.items ?? []).map(describeSuspicious);
}

function assertHeld(result: RenderResult): void {
  assert.ok(result.suspicious !== null);
  assert.deepEqual(result.files, BEFORE.files);
}

test("an unchanged capture is not suspicious and gives the same bytes", () => {
  const result = again(bigShop());
  assert.equal(result.suspicious, null);
  assert.deepEqual(result.files, BEFORE.files);
});

test("a few removals pass", () => {
  const result = again(without("ConfigMap/extra-1", "ConfigMap/extra-2"));
  assert.equal(result.suspicious, null);
  assert.equal(result.files.has("base/shop/configmap/extra-1.yaml"), false);
});

test("more than a tenth of the objects gone is held, a tenth is not", () => {
  const names = Array.from({ length: 3 }, (_, index) => `ConfigMap/extra-${index}`);
  // 27 objects and 2 claims: three are more than a tenth, two are not.
  assertHeld(again(without(...names)));
  assert.equal(again(without(...names.slice(1))).suspicious, null);
});

test("a workload with claims gone is held, one without is not", () => {
  const held = again(without("StatefulSet/db"));
  assertHeld(held);
  assert.deepEqual(lines(held), ["StatefulSet shop/db is gone, and its claims are data-db-0, data-db-1"]);
  assert.equal(again(without("Deployment/web")).suspicious, null);
});

test("the namespace gone is held, with everything in it", () => {
  const held = again([]);
  assertHeld(held);
  assert.ok(lines(held).includes("Namespace shop is gone"));
  assert.equal(held.suspicious?.items.length, 30);
  assert.deepEqual(held.refusals, []);
  const deleting = { ...namespace(), metadata: { ...namespace().metadata, deletionTimestamp: "2026-11-01T08:00:00Z" } };
  const heldToo = again([...without("Namespace/shop"), deleting]);
  assertHeld(heldToo);
  assert.deepEqual(lines(heldToo), ["Namespace shop is being deleted"]);
});

test("what is being deleted and waits for its finalizers counts as gone: some pass, a workload with claims or its claim is held", () => {
  const going = (...names: readonly string[]): KubeObject[] =>
    bigShop().map((object) => {
      if (!names.includes(`${object.kind}/${object.metadata.name}`)) return object;
      const { metadata } = object;
      const deletionTimestamp = "2026-11-01T08:00:00Z";
      return { ...object, metadata: { ...metadata, deletionTimestamp, finalizers: ["example.com/stuck"] } };
    });
  const passed = again(going("ConfigMap/extra-1"));
  assert.equal(passed.suspicious, null);
  assert.equal(passed.files.has("base/shop/configmap/extra-1.yaml"), false);
  assert.ok(passed.report.omitted.some(({ object, rule }) => object.name === "extra-1" && rule === "deleting"));
  assertHeld(again(going("StatefulSet/db")));
  const claimed = again(going("PersistentVolumeClaim/data-db-0"));
  assertHeld(claimed);
  assert.deepEqual(lines(claimed), ["PersistentVolumeClaim shop/data-db-0 is gone"]);
});

test("a recorded count turned to zero is held, unless Drover did it", () => {
  const byHand = [...without("Deployment/web"), deployment("web", 0)];
  const held = again(byHand);
  assertHeld(held);
  assert.deepEqual(lines(held), ["Deployment shop/web was scaled from 3 to 0, and not by Drover"]);
  const annotations = { [MARKS.quiesced]: "20261123-0240-east-power", [MARKS.originalReplicas]: "3" };
  const quiesced = again([...without("Deployment/web"), deployment("web", 0, { annotations })]);
  assert.equal(quiesced.suspicious, null);
  assert.deepEqual(quiesced.files, BEFORE.files);
});

test("approved documents explain removals: namespaces, exclusions, another selector", () => {
  const exclude = [
    { group: "", kind: "ConfigMap", namespace: null, name: null, matchLabels: null },
    { group: null, kind: "StatefulSet", namespace: "shop", name: "db", matchLabels: null },
  ];
  assert.equal(again(bigShop(), { render: { exclude } }).suspicious, null);
  assert.equal(again([namespace("other")], { namespaces: ["other"] }).suspicious, null);
  assert.equal(again(bigShop(), { selector: { team: "x" } }).suspicious, null);
  assertHeld(again([], { selector: { team: "x" } }));
});

function accepting(result: RenderResult): CaptureInput["render"]["accept"] {
  return result.suspicious === null ? [] : [result.suspicious.digest];
}

test("an accepted digest lets exactly that set pass", () => {
  const held = again(without("StatefulSet/db"));
  const accept = accepting(held);
  const passed = again(without("StatefulSet/db"), { render: { accept } });
  assert.equal(passed.suspicious, null);
  assert.equal(passed.files.has("base/shop/statefulset.apps/db.yaml"), false);
  assert.deepEqual(passed.record.accepted, accept);
  assertHeld(again(without("StatefulSet/db", "ConfigMap/extra-1"), { render: { accept } }));
  assertHeld(again([...without("Deployment/web"), deployment("web", 0)], { render: { accept } }));
});

test("an acceptance counts once: the same accident later is asked about again", () => {
  const zero = [...without("Deployment/web"), deployment("web", 0)];
  const accept = accepting(again(zero));
  const down = renderApplication(captureOf(zero, { previous: BEFORE, render: { accept } }));
  assert.equal(down.suspicious, null);
  const up = renderApplication(captureOf(bigShop(), { previous: committed(down), render: { accept } }));
  assert.equal(up.suspicious, null);
  const downAgain = renderApplication(captureOf(zero, { previous: committed(up), render: { accept } }));
  assert.notEqual(downAgain.suspicious, null);
  assert.notDeepEqual(accepting(downAgain), accept);
});

test("after an acceptance the next unchanged render gives the same bytes", () => {
  const objects = without("StatefulSet/db");
  const accept = accepting(again(objects));
  const passed = again(objects, { render: { accept } });
  const next = renderApplication(captureOf(objects, { previous: committed(passed), render: { accept } }));
  assert.deepEqual(next.files, passed.files);
});

test("the digest does not depend on the order of the objects", () => {
  const objects = without("StatefulSet/db");
  assert.deepEqual(accepting(again([...objects].reverse())), accepting(again(objects)));
});

test("a folder that a person changed is never overwritten", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["record.json", "{}"],
    ["base/kustomization.yaml", "kind: Kustomization\nnamePrefix: x\n"],
    ["base/shop/service/web.yaml", "not: an object\n"],
  ];
  for (const [path, text] of cases) {
    const folder = readFolder(new Map(BEFORE.files).set(path, text));
    assert.notEqual(folder?.problem, null, path);
    const result = renderApplication(captureOf(bigShop(), { previous: folder }));
    assert.deepEqual(
      result.refusals.map(({ rule }) => rule),
      ["folder-unreadable"],
    );
    assert.equal(result.files, folder?.files);
  }
  assert.equal(readFolder(new Map()), null);
});

/** The big shop with kinds of every place of the folder. */
function wideShop(): KubeObject[] {
  const thing = (kind: string, name: string): KubeObject => ({
    apiVersion: "x.example.com/v1",
    kind,
    metadata: serverMeta(name),
  });
  return [
    ...bigShop(),
    ...["a", "b", "c"].map((name) => thing("Thing", name)),
    thing("Single", "one"),
    ...["x", "y"].map((name) => claim(name)),
  ];
}

const WIDE = committed(renderApplication(captureOf(wideShop())));

function wideWithout(gone: (object: KubeObject) => boolean, more: readonly KubeObject[] = []): RenderResult {
  const objects = [...wideShop().filter((object) => !gone(object)), ...more];
  return renderApplication(captureOf(objects, { previous: WIDE }));
}

test("a whole kind gone from a namespace is held, in the active component too; a single object is not", () => {
  const held = wideWithout(({ kind }) => kind === "Thing");
  assert.deepEqual(
    lines(held),
    ["a", "b", "c"].map((name) => `Thing shop/${name} (x.example.com) is gone`),
  );
  assert.deepEqual(held.files, WIDE.files);
  assert.equal(wideWithout(({ kind, metadata }) => kind === "Thing" && metadata.name !== "a").suspicious, null);
  assert.equal(wideWithout(({ kind }) => kind === "Single").suspicious, null);
});

test("a claim gone that a workload still asks for is held; not after it was made smaller, nor one that nobody mounts", () => {
  const isClaim = (name: string) => (object: KubeObject) =>
    object.kind === "PersistentVolumeClaim" && object.metadata.name === name;
  const held = wideWithout(isClaim("data-db-1"));
  assert.deepEqual(lines(held), ["PersistentVolumeClaim shop/data-db-1 is gone"]);
  assert.equal(wideWithout(isClaim("x")).suspicious, null);
  const gone = (object: KubeObject): boolean => isClaim("data-db-1")(object) || object.kind === "StatefulSet";
  assert.equal(wideWithout(gone, [statefulSet("db", 1)]).suspicious, null);
});

test("everything scaled to zero by hand is held", () => {
  const held = wideWithout(
    ({ kind }) => ["Deployment", "StatefulSet"].includes(kind),
    [deployment("web", 0), statefulSet("db", 0)],
  );
  assert.equal(lines(held).length, 2);
  assert.deepEqual(held.files, WIDE.files);
});

test("an object that only moves to another place of the folder is not gone", () => {
  const paused = wideShop().map((object) => (object.kind === "Thing" ? { ...object, spec: { n: 1 } } : object));
  assert.equal(renderApplication(captureOf(paused, { previous: WIDE })).suspicious, null);
});
