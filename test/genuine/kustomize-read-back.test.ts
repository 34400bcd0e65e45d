import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { type KubeObject, refKey, refOf } from "../../src/core/model/kube-object.ts";
import { activateFolder } from "../../src/core/render/activation.ts";
import { buildFolder, buildSubfolder } from "../../src/core/render/build-folder.ts";
import type { CaptureInput } from "../../src/core/render/capture-input.ts";
import { findNotPortable } from "../../src/core/render/check-emission.ts";
import { renderApplication } from "../../src/core/render/render-application.ts";
import { goldenCases } from "../core/render/golden-cases.ts";
import { captureOfKind, kindCases } from "../core/render/kind-cases.ts";
import { captureOf, configMap, deployment, namespace, shop, statefulSet } from "../core/render/live-objects.ts";
import { AWKWARD_KEYS, TORTURE } from "../core/render/yaml-texts.ts";
import { inOrder, kubectlKustomize } from "./kubectl-kustomize.ts";

/** The genuine kubectl, built and cached by `npm run test:genuine`; it embeds kustomize. */
const KUBECTL = process.env["DROVER_KUBECTL"] ?? "";
const MISSING = KUBECTL === "" || !existsSync(KUBECTL);
if (MISSING && process.env["CI"] === "true")
  throw new Error("DROVER_KUBECTL names no kubectl, and in CI this test must run");
const SKIP = MISSING ? "set DROVER_KUBECTL to a kubectl (npm run test:genuine does)" : false;

function tortureMap(): KubeObject {
  const texts = TORTURE.filter((text) => findNotPortable(text) === null);
  return configMap("torture", Object.fromEntries(texts.map((text, index) => [`key-${index}`, text])));
}

function keyMap(): KubeObject {
  return configMap("keys", Object.fromEntries(AWKWARD_KEYS.map((key) => [key, key])));
}

/** All objects of the golden pairs of kinds, those that several pairs have once. */
function everyKind(): CaptureInput {
  const objects = new Map(kindCases().flatMap(({ live }) => live.map((object) => [refKey(refOf(object)), object])));
  return captureOfKind({ live: [...objects.values()], target: {} });
}

const CAPTURES: readonly (readonly [string, CaptureInput])[] = [
  ...goldenCases().map(({ name, input }) => [name, input] as const),
  ["every kind of the golden pairs", everyKind()],
  ["a small shop", captureOf(shop())],
  ["nothing but a namespace", captureOf([namespace()])],
  ["every string of the torture list", captureOf([namespace(), tortureMap(), keyMap()])],
  [
    "names that are patterns",
    captureOf([namespace(), deployment("a.b", 3), deployment("a-b", 5), deployment("axb", 7), statefulSet("a.b", 2)]),
  ],
];

function kustomize(files: ReadonlyMap<string, string>, folder = ""): readonly KubeObject[] {
  return inOrder(kubectlKustomize(KUBECTL, files, folder));
}

for (const [name, input] of CAPTURES) {
  test(`acceptance 2: kubectl kustomize reads back ${name}`, { skip: SKIP }, () => {
    const { files, refusals } = renderApplication(input);
    assert.deepEqual(refusals, []);
    const active = activateFolder(files);
    assert.deepEqual(kustomize(files), inOrder(buildFolder(files)));
    assert.deepEqual(kustomize(active), inOrder(buildFolder(active)));
    assert.deepEqual(kustomize(active, "base"), inOrder(buildSubfolder(active, "base")));
  });
}
