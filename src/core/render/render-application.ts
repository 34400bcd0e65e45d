import { asFields } from "../model/fields.ts";
import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { compareBytes, sortedMap } from "./byte-order.ts";
import type { CaptureInput } from "./capture-input.ts";
import { checkRender } from "./check-render.ts";
import { folderFiles } from "./folder-files.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import { generatedRule } from "./generated-objects.ts";
import { type OmitContext, isLasting, omitRule } from "./omit-object.ts";
import { inOrder, recordClaims, recordNamespaces, recordVolumes } from "./record-objects.ts";
import { type RenderedObject, labelsInSelectors, renderObject } from "./render-objects.ts";
import type { Omission, RenderReport, RenderResult, SuspiciousCapture } from "./render-result.ts";
import { findRequirements } from "./requirements.ts";
import { claimNamesByNamespace, selectObjects } from "./select-objects.ts";
import { findSuspicious } from "./suspicious-capture.ts";

/** What the rules made of all captured objects, before anything is written. */
interface Sorted {
  readonly objects: readonly KubeObject[];
  readonly rendered: readonly RenderedObject[];
  readonly omitted: readonly Omission[];
}

/**
 * Captured live objects of one application → its folder on the DR branch of the standby. Pure and deterministic: the same
 * objects in any order give the same bytes. Every captured object is either in the files or in `report.omitted`.
 */
export function renderApplication(input: CaptureInput): RenderResult {
  const sorted = sortObjects(input);
  const suspect = suspicionOf(input, sorted, recordOf(input, sorted, input.previous?.record.accepted ?? []));
  const accepted = suspect !== null && input.render.accept.includes(suspect.digest);
  const before = input.previous?.record.accepted ?? [];
  const record = recordOf(input, sorted, accepted ? [...before, suspect.digest] : before);
  const base = sorted.rendered.map((object) => object.base);
  const patches = sorted.rendered.flatMap(({ workload }) => (workload === null ? [] : [workload.patch]));
  const files = folderFiles({ base, patches, record });
  const suspicious = accepted ? null : suspect;
  const refusals = checkRender({ input, base, files, record });
  const held = suspicious !== null || refusals.length > 0;
  return {
    files: held ? (input.previous?.files ?? new Map<string, string>()) : files,
    report: reportOf(input, sorted, record),
    record,
    suspicious,
    refusals,
  };
}

function sortObjects(input: CaptureInput): Sorted {
  const objects = inOrder(input.objects);
  const context = omitContext(input, objects);
  const judged = objects.map((object) => ({ object, rule: omitRule(object, context) }));
  const kept = judged.filter(({ rule }) => rule === null).map(({ object }) => object);
  const renderContext = {
    input,
    target: input.render.target,
    selectorLabels: labelsInSelectors(kept),
    generatedSecrets: secretKeys(objects.filter((object) => generatedRule(object) === "generated-secret")),
    claimNames: claimNamesByNamespace(
      judged.filter(({ rule }) => rule === "recorded-claim").map(({ object }) => object),
    ),
  };
  const outcomes = kept.map((object) => ({ object, rendered: renderObject(object, renderContext) }));
  const omitted = judged.flatMap(({ object, rule }) => (rule === null ? [] : [{ object: refOf(object), rule }]));
  const untouched = outcomes.filter(({ rendered }) => rendered === null);
  const accounts = untouched.map(({ object }): Omission => ({
    object: refOf(object),
    rule: "generated-service-account",
  }));
  return {
    objects,
    rendered: outcomes.flatMap(({ rendered }) => (rendered === null ? [] : [rendered])),
    omitted: [...omitted, ...accounts].sort((a, b) => compareBytes(refKey(a.object), refKey(b.object))),
  };
}

function omitContext(input: CaptureInput, objects: readonly KubeObject[]): OmitContext {
  const selecting = objects.filter(
    (object) => object.apiVersion === "v1" && object.kind === "Service" && selectorSize(object) > 0,
  );
  return {
    namespaces: new Set(input.namespaces),
    exclude: input.render.exclude,
    secrets: input.render.secrets,
    selected: selectObjects(objects, input.selector),
    selectingServices: secretKeys(selecting),
  };
}

function selectorSize(service: KubeObject): number {
  return Object.keys(asFields(asFields(service["spec"])["selector"])).length;
}

/** `<namespace>/<name>` of each object. */
function secretKeys(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(objects.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`));
}

function omittedBy(sorted: Sorted, rule: Omission["rule"]): readonly KubeObject[] {
  const keys = new Set(sorted.omitted.filter((omission) => omission.rule === rule).map(({ object }) => refKey(object)));
  return sorted.objects.filter((object) => keys.has(refKey(refOf(object))));
}

function recordOf(input: CaptureInput, sorted: Sorted, accepted: readonly string[]): ApplicationFolderRecord {
  const claims = recordClaims(omittedBy(sorted, "recorded-claim"));
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "ApplicationRecord",
    application: input.application,
    sourceCluster: input.sourceCluster,
    standbyCluster: input.standbyCluster,
    selector: input.selector === null ? null : sortedMap(input.selector),
    namespaces: recordNamespaces(sorted.objects, new Set(input.namespaces)),
    claims,
    volumes: recordVolumes(omittedBy(sorted, "recorded-volume"), claims),
    workloads: sorted.rendered.flatMap(({ workload }) => (workload === null ? [] : [workload.recorded])),
    requirements: requirementsOf(input, sorted),
    omitted: sorted.omitted.filter(({ object, rule }) => isLasting(object, rule)),
    accepted,
  };
}

function requirementsOf(input: CaptureInput, sorted: Sorted): ApplicationFolderRecord["requirements"] {
  if (input.render.secrets === "omit")
    return findRequirements({ ...sourcesOf(sorted), secrets: [] }).filter(({ kind }) => kind !== "Secret");
  return findRequirements(sourcesOf(sorted));
}

function sourcesOf(sorted: Sorted): Parameters<typeof findRequirements>[0] {
  return {
    rendered: sorted.rendered.map(({ base }) => base.object),
    secrets: omittedBy(sorted, "secret-external"),
    generatedSecrets: secretKeys(omittedBy(sorted, "generated-secret")),
    routesWithKeys: sorted.rendered
      .filter(({ changes }) => changes.some(({ rule }) => rule === "route-inline-certificate"))
      .map(({ live }) => live),
  };
}

function suspicionOf(input: CaptureInput, sorted: Sorted, record: ApplicationFolderRecord): SuspiciousCapture | null {
  const { previous } = input;
  if (previous === null || previous.problem !== null) return null;
  const turnedZero = sorted.rendered
    .flatMap(({ workload }) => (workload === null ? [] : [workload]))
    .flatMap(({ recorded, turnedZeroFrom: replicas }) => (replicas === null ? [] : [{ ...recorded, replicas }]));
  const rendered = new Set(sorted.rendered.map(({ live }) => refKey(refOf(live))));
  const notSelected = sorted.omitted.filter(({ rule }) => rule === "not-selected").map(({ object }) => refKey(object));
  return findSuspicious({ input, record, rendered, notSelected: new Set(notSelected), turnedZero }, previous);
}

function reportOf(input: CaptureInput, sorted: Sorted, record: ApplicationFolderRecord): RenderReport {
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "RenderReport",
    application: input.application,
    cluster: input.standbyCluster,
    commit: null,
    objects: sorted.rendered.length,
    omitted: sorted.omitted,
    changed: sorted.rendered.flatMap(({ changes }) => changes),
    requirements: record.requirements,
  };
}
