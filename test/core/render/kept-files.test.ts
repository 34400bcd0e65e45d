import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import type { UnreadKind } from "../../../src/core/observed/unread-kind.ts";
import { activateFolder } from "../../../src/core/render/activation.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import type { ApplicationFolder, CaptureInput } from "../../../src/core/render/capture-input.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RenderResult } from "../../../src/core/render/render-result.ts";
import { captureOf, configMap, namespace, secret, serverMeta, shop } from "./live-objects.ts";

function aroundWith(unread: readonly UnreadKind[]): Pick<CaptureInput, "around"> {
  return { around: { resources: [], companions: [], unread, owners: new Map() } };
}

function unread(kind: string | null, group = "", space: string | null = "shop"): UnreadKind {
  return { group, kind, namespace: space, reason: "forbidden" };
}

const SCALER: KubeObject = {
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: serverMeta("web"),
  spec: { scaleTargetRef: { name: "web" }, triggers: [] },
};
const CUSTOM: KubeObject = {
  apiVersion: "x.example.com/v1",
  kind: "Thing",
  metadata: serverMeta("a:b"),
  spec: { n: 1 },
};
const OTHER = namespace("cart");

function everything(): KubeObject[] {
  return [...shop(), OTHER, configMap("own", { k: "v" }, { namespace: "cart" }), SCALER, CUSTOM];
}

const NAMESPACES = { namespaces: ["shop", "cart"] };
const FIRST = renderApplication(captureOf(everything(), NAMESPACES));
const BRANCH: ApplicationFolder = readFolder(FIRST.files) ?? assert.fail();

/** What is captured next when these kinds could not be listed. */
function again(gaps: readonly UnreadKind[], lost: (object: KubeObject) => boolean): RenderResult {
  const objects = everything().filter((object) => !lost(object));
  return renderApplication(captureOf(objects, { ...NAMESPACES, previous: BRANCH, ...aroundWith(gaps) }));
}

const CASES: readonly (readonly [string, readonly UnreadKind[], (object: KubeObject) => boolean])[] = [
  [
    "a kind in one namespace",
    [unread("ConfigMap")],
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.namespace === "shop",
  ],
  ["a kind in all namespaces", [unread("ConfigMap", "", null)], ({ kind }) => kind === "ConfigMap"],
  ["a kind that only the active component has", [unread("Thing", "x.example.com")], ({ kind }) => kind === "Thing"],
  ["a whole group", [unread(null, "x.example.com", null)], ({ kind }) => kind === "Thing"],
  [
    "a kind that the active component changes",
    [unread("ScaledObject", "keda.sh")],
    ({ kind }) => kind === "ScaledObject",
  ],
  ["Secrets, and with them the requirements", [unread("Secret")], ({ kind }) => kind === "Secret"],
  ["several at once", [unread("Service"), unread("ServiceAccount")], ({ kind }) => kind.startsWith("Service")],
];

describe("acceptance 7: what could not be read", () => {
  for (const [what, gaps, lost] of CASES) {
    test(`${what}: the same files byte for byte, no accident, and the report says so`, () => {
      assert.ok(everything().some(lost), "the case loses something");
      const { files, report, suspicious, refusals } = again(gaps, lost);
      assert.deepEqual([suspicious, refusals], [null, []]);
      assert.deepEqual(files, FIRST.files);
      assert.deepEqual(report.unread, gaps);
      assert.deepEqual(buildFolder(activateFolder(files)), buildFolder(activateFolder(FIRST.files)));
    });
  }

  test("the same loss without a failed list removes the files, as far as it is no accident", () => {
    const { files } = again([], ({ kind }) => kind === "Thing");
    const things = (folder: ReadonlyMap<string, string>) =>
      [...folder.keys()].filter((path) => path.includes("thing."));
    assert.deepEqual([things(FIRST.files).length, things(files).length], [1, 0]);
  });

  test("what is read is still written: another kind, and the same kind in another namespace", () => {
    const objects = everything()
      .filter(({ kind, metadata }) => kind !== "ConfigMap" || metadata.namespace === "cart")
      .map((object) => (object.kind === "ConfigMap" ? { ...object, data: { k: "changed" } } : object));
    const added = { ...CUSTOM, metadata: serverMeta("new") };
    const { files } = renderApplication(
      captureOf([...objects, added], { ...NAMESPACES, previous: BRANCH, ...aroundWith([unread("ConfigMap")]) }),
    );
    const changed = [...files].filter(([path, text]) => FIRST.files.get(path) !== text).map(([path]) => path);
    assert.deepEqual(changed, [
      "base/cart/configmap/own.yaml",
      "components/active/kustomization.yaml",
      "components/active/shop/thing.x.example.com/new.yaml",
    ]);
  });

  test("an object that another version of the API still showed is written afresh and stands there once", () => {
    const objects = everything().map((object) => (object.kind === "Thing" ? { ...object, spec: { n: 2 } } : object));
    const gaps = [unread(null, "x.example.com", null)];
    const { files, report } = renderApplication(
      captureOf(objects, { ...NAMESPACES, previous: BRANCH, ...aroundWith(gaps) }),
    );
    const paths = [...files.keys()].filter((path) => path.includes("thing."));
    assert.deepEqual([paths.length, report.objects], [1, FIRST.report.objects]);
    assert.match(files.get(paths[0] ?? "") ?? "", /"n": 2/);
  });

  test("before the first render there is nothing to keep: what was read is written", () => {
    const { files, report } = renderApplication(
      captureOf([namespace(), secret("db", {})], aroundWith([unread("ConfigMap")])),
    );
    assert.ok(files.size > 0);
    assert.equal(report.unread.length, 1);
  });
});
