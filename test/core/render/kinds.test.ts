import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { dump } from "js-yaml";
import { asList, at } from "../../../src/core/model/fields.ts";
import { type KubeObject, describeRef, groupOf, refKey, refOf } from "../../../src/core/model/kube-object.ts";
import { IDEMPOTENT_JOB, MARK_PREFIX } from "../../../src/core/model/marks.ts";
import { ACTIVE_COMPONENT, activateFolder } from "../../../src/core/render/activation.ts";
import { buildFolder, buildSubfolder } from "../../../src/core/render/build-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RenderResult } from "../../../src/core/render/render-result.ts";
import { type KindCase, captureOfKind, kindCases, kindName, outputFile } from "./kind-cases.ts";
import { sanitize } from "./sanitizing.ts";

/** `DROVER_UPDATE_GOLDEN=1` writes what is rendered now; review the difference like code. */
const UPDATE = process.env["DROVER_UPDATE_GOLDEN"] === "1";
const CASES = kindCases();

/** Files of objects, and the patches of the active component if there are any; then who left out or changed what. */
function output({ files, report }: RenderResult): string {
  const active = `${ACTIVE_COMPONENT}/kustomization.yaml`;
  const shown = [...files].filter(
    ([path, text]) =>
      path !== "record.json" && (!path.endsWith("kustomization.yaml") || (path === active && text.includes("patch:"))),
  );
  const changed: Record<string, Record<string, number>> = {};
  for (const { object, rule, count } of report.changed) (changed[describeRef(object)] ??= {})[rule] = count;
  const omitted = report.omitted
    .filter(({ object }) => object.kind !== "Namespace")
    .map(({ object, rule }) => [describeRef(object), rule]);
  const needs = report.requirements.map((need) => describeRef(need));
  const content = { files: Object.fromEntries(shown), omitted: Object.fromEntries(omitted), changed, needs };
  return dump(content, { lineWidth: -1, noRefs: true });
}

describe("golden: live objects in, files out", () => {
  for (const each of CASES) {
    test(`${each.name}: ${each.about}`, () => {
      const result = renderApplication(captureOfKind(each));
      assert.deepEqual([result.refusals, result.suspicious], [[], null]);
      const text = output(result);
      if (UPDATE) writeFileSync(outputFile(each.name), text);
      assert.equal(text, readFileSync(outputFile(each.name), "utf8"));
    });
  }
});

test("the golden pairs cover at least forty kinds", (context) => {
  const kinds = new Set(CASES.flatMap(({ live }) => live.map(kindName)));
  context.diagnostic(`${kinds.size} kinds in ${CASES.length} pairs`);
  assert.ok(kinds.size >= 40, [...kinds].join(", "));
});

/** What a server returns of an object that was applied to it. */
function applied(object: KubeObject): KubeObject {
  const server = { uid: `uid-${refKey(refOf(object))}`, resourceVersion: "9", generation: 1 };
  const metadata = { ...object.metadata, ...server, managedFields: [ownedPorts(object)] };
  return { ...object, metadata, status: { observedGeneration: 1 } };
}

/** Whoever applies a node port owns it, which an allocated one is not. */
function ownedPorts(object: KubeObject): unknown {
  const ports = asList(at(object, "spec", "ports")).map((port) => {
    const key = JSON.stringify({ port: at(port, "port"), protocol: at(port, "protocol") ?? "TCP" });
    return [`k:${key}`, at(port, "nodePort") === undefined ? {} : { "f:nodePort": {} }];
  });
  const fieldsV1 = { "f:spec": { "f:ports": Object.fromEntries(ports) } };
  return { manager: "delivery", operation: "Apply", apiVersion: object.apiVersion, fieldsV1 };
}

function recorded({ live }: KindCase): readonly KubeObject[] {
  return live.filter(({ kind }) => kind.startsWith("Persistent") || kind === "Secret");
}

describe("acceptance 8: what was rendered is a fixed point", () => {
  for (const each of CASES) {
    test(each.name, () => {
      const { files } = renderApplication(captureOfKind(each));
      for (const built of [buildFolder(activateFolder(files)), buildFolder(files)]) {
        const there = new Set(built.map((object) => refKey(refOf(object))));
        // A kind that only the active component has is not on a standby.
        if (built.length < buildFolder(activateFolder(files)).length) continue;
        assert.ok(there.size === built.length);
        const again = renderApplication(
          captureOfKind({ live: [...built.map(applied), ...recorded(each)], target: {} }),
        );
        assert.deepEqual(objectFiles(again), objectFiles({ files }));
      }
    });
  }
});

function objectFiles({ files }: Pick<RenderResult, "files">): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => path !== "record.json"));
}

describe("sanitizing twice changes nothing", () => {
  for (const { name, live } of CASES) {
    test(name, () => {
      for (const object of live) {
        const once = sanitize(object).object as KubeObject;
        const again = sanitize({ ...once, metadata: { ...once.metadata, managedFields: [ownedPorts(once)] } });
        assert.deepEqual(again, { object: once, rules: { "server-metadata": 1 } });
      }
    });
  }
});

/** Kinds with a count of pods in `spec.replicas`. */
function counts(object: KubeObject): boolean {
  return at(object, "spec", "replicas") !== undefined;
}

test("acceptance 5: the base of every pair runs nothing", () => {
  const forbidden = ["Pod", "Job", "APIService", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
  for (const each of CASES) {
    const { files } = renderApplication(captureOfKind(each));
    for (const object of [...buildSubfolder(files, "base"), ...clusterObjects(files)]) {
      const what = `${each.name}: ${describeRef(refOf(object))}`;
      assert.ok(!forbidden.includes(object.kind), what);
      if (counts(object) && object.kind !== "Domain") assert.equal(at(object, "spec", "replicas"), 0, what);
      if (object.kind === "CronJob") assert.equal(at(object, "spec", "suspend"), true, what);
      if (object.kind === "HorizontalPodAutoscaler") assert.notEqual(at(object, "spec", "minReplicas"), 0, what);
      if (object.kind === "DaemonSet")
        assert.deepEqual(
          at(object, "spec", "template", "spec", "nodeSelector"),
          { "drover.dev/standby": "true" },
          what,
        );
    }
  }
});

function clusterObjects(files: ReadonlyMap<string, string>): readonly KubeObject[] {
  return files.has("cluster/kustomization.yaml") ? buildSubfolder(files, "cluster") : [];
}

/** Captured on a standby: the sanitized object is not what the active component restores. */
const CARRIED: ReadonlySet<string> = new Set([
  "daemonset-captured-on-standby",
  "cronjob-quiesced-by-mtc",
  "virtualmachine-halted-by-stork",
  "postgresql",
]);

test("acceptance 5: the active form of every pair is the object as it was, without anything of ours", () => {
  for (const each of CASES.filter(({ name }) => !CARRIED.has(name))) {
    const { files } = renderApplication(captureOfKind(each));
    const autoscaled = each.live.some(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject");
    const live = new Map(each.live.map((object) => [refKey(refOf(object)), object]));
    for (const object of buildFolder(activateFolder(files))) {
      const original = live.get(refKey(refOf(object)));
      if (original === undefined || groupOf(object.apiVersion).startsWith("rbac")) continue;
      const expected = sanitize(original, each.target).object as { spec?: { replicas?: unknown } };
      if (autoscaled && groupOf(object.apiVersion) === "apps") delete expected.spec?.replicas;
      assert.deepEqual(withoutMarks(object), expected, `${each.name}: ${describeRef(refOf(object))}`);
    }
  }
});

/** The renderer's marks, and its word to delivery tools; whatever such tools wrote themselves was dropped. */
const OURS = [MARK_PREFIX, "argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/"];

function withoutMarks(object: KubeObject): unknown {
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => !OURS.some((prefix) => key.startsWith(prefix)) || key === IDEMPOTENT_JOB,
  );
  const { annotations: _, ...metadata } = object.metadata;
  const restored = kept.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(kept) };
  return { ...object, metadata: restored };
}
