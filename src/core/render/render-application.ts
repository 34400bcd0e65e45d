import { aggregatedGroups } from "../capture/aggregated-apis.ts";
import { asFields } from "../model/fields.ts";
import { type KubeObject, refKey, refOf } from "../model/kube-object.ts";
import { isUnread } from "../observed/unread-kind.ts";
import { compareBytes, sortedMap } from "./byte-order.ts";
import type { CaptureInput } from "./capture-input.ts";
import { type Unchecked, checkRender, checkSecrets } from "./check-render.ts";
import { checkSealing } from "./check-sealing.ts";
import { findCompanions } from "./companions.ts";
import { folderFiles } from "./folder-files.ts";
import type { ApplicationFolderRecord } from "./folder-record.ts";
import { generatedRule } from "./generated-objects.ts";
import { keptFiles } from "./kept-files.ts";
import { findMakers } from "./made-objects.ts";
import { type OmitContext, isLasting, omitRule } from "./omit-object.ts";
import { inOrder, recordClaims, recordNamespaces, recordVolumes } from "./record-objects.ts";
import { type RenderedObject, knowledgeOf, renderObject } from "./render-objects.ts";
import type { Omission, RenderReport, RenderResult, SuspiciousCapture } from "./render-result.ts";
import { findRequirements } from "./requirements.ts";
import { SEALS_FILE, type SealedObject, needsSealing, readableObject, secretsFolder } from "./sealed-objects.ts";
import { claimNamesByNamespace, selectObjects } from "./select-objects.ts";
import { findSuspicious } from "./suspicious-capture.ts";
import { idleRules, ruleRefusals } from "./user-rules.ts";

/** What the rules made of all captured objects, before anything is written. */
interface Sorted {
  readonly objects: readonly KubeObject[];
  readonly rendered: readonly RenderedObject[];
  readonly omitted: readonly Omission[];
  /** The captured objects behind `omitted`. */
  readonly byRule: ReadonlyMap<Omission["rule"], readonly KubeObject[]>;
  readonly sealed: readonly SealedObject[];
  /** What must be sealed and was not. */
  readonly unsealed: readonly KubeObject[];
}

/**
 * Captured live objects of one application → its folder on the DR branch of the standby. Pure and deterministic: the same
 * objects in any order give the same bytes. Every captured object is either in the files or in `report.omitted`.
 */
export function renderApplication(input: CaptureInput): RenderResult {
  const sorted = sortObjects(input);
  const { previous } = input;
  const before = previous?.record.accepted ?? [];
  const found = recordOf(input, sorted, before);
  const unchanged = filesOf(input, sorted, found);
  const result = {
    report: reportOf(input, sorted, found),
    record: found,
    suspicious: null,
    idleRules: idleRules(input.render.rules, input.standbyCluster, sorted.rendered),
  };
  const refusals = [...ruleRefusals(sorted.rendered, input.render.rulesFile), ...checkSealing(input, sorted.unsealed)];
  // Exactly these bytes are on the branch: they passed every check when they were written, and nothing will be written.
  // Only what is secret may have become so since.
  if (previous !== null && refusals.length === 0 && sameFiles(unchanged, previous.files)) {
    const leaks = checkSecrets(uncheckedOf(input, sorted, { files: unchanged, record: found }));
    return { ...result, files: previous.files, refusals: leaks };
  }
  const { suspicious, record } = suspicionOrAcceptance(input, sorted, found);
  const files = record === found ? unchanged : filesOf(input, sorted, record);
  const all = [...refusals, ...checkRender(uncheckedOf(input, sorted, { files, record }))];
  const held = suspicious !== null || all.length > 0;
  const kept = previous?.files ?? new Map<string, string>();
  return { ...result, files: held ? kept : files, record, suspicious, refusals: all };
}

/** What looks like an accident, or the record with its acceptance: each counts once. */
function suspicionOrAcceptance(
  input: CaptureInput,
  sorted: Sorted,
  found: ApplicationFolderRecord,
): { readonly suspicious: SuspiciousCapture | null; readonly record: ApplicationFolderRecord } {
  const suspect = suspicionOf(input, sorted, found);
  if (suspect === null || !input.render.accept.includes(suspect.digest)) return { suspicious: suspect, record: found };
  return { suspicious: null, record: { ...found, accepted: [...found.accepted, suspect.digest] } };
}

function filesOf(
  input: CaptureInput,
  { rendered, sealed }: Sorted,
  record: ApplicationFolderRecord,
): ReadonlyMap<string, string> {
  const base = rendered.map((object) => object.base);
  const patches = rendered.flatMap(({ patch }) => patch ?? []);
  return folderFiles({ base, patches, record, secrets: secretsFolder(sealed, input.sealed) });
}

function sameFiles(files: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean {
  if (files.size !== others.size) return false;
  for (const [path, text] of files) if (others.get(path) !== text) return false;
  return true;
}

/** Of encrypted files what can be read is checked: what is random may look like anything. */
function uncheckedOf(
  input: CaptureInput,
  { rendered, sealed }: Sorted,
  { files, record }: { readonly files: ReadonlyMap<string, string>; readonly record: ApplicationFolderRecord },
): Unchecked {
  const readable = new Map(files);
  for (const { path, readable: text } of sealed) readable.set(path, text);
  // Its paths are in other files too; the rest is as random as ciphertext.
  readable.delete(SEALS_FILE);
  const base = [...rendered.map((object) => object.base), ...sealed.map(readableObject)];
  const before = input.previous?.files;
  const committed = new Set([...files].filter(([path, text]) => before?.get(path) === text).map(([path]) => path));
  return { input, base, files: readable, committed, record };
}

/** Captured objects → sanitized, transformed and in standby form, or left out with a rule; nothing is written yet. */
export function sortObjects(input: CaptureInput): Sorted {
  const objects = inOrder(input.objects);
  const context = omitContext(input, objects);
  const judged = objects.map((object) => ({ object, rule: omitRule(object, context) }));
  const passed = judged.filter(({ rule }) => rule === null).map(({ object }) => object);
  const still = keptFiles(input, objects);
  const unseen = still.rendered.map(({ live }) => live);
  const kept = [...passed, ...findCompanions(input, [...passed, ...unseen])];
  const renderContext = {
    input,
    target: input.render.target,
    ...knowledgeOf(input, [...kept, ...unseen]),
    generatedSecrets: secretKeys(objects.filter((object) => generatedRule(object) === "generated-secret")),
    claimNames: claimNamesByNamespace(
      judged.filter(({ rule }) => rule === "recorded-claim").map(({ object }) => object),
    ),
  };
  const sealing = input.render.secrets === "sops";
  const plain = sealing ? kept.filter((object) => !needsSealing(object)) : kept;
  const secret = sealing ? kept.filter(needsSealing) : [];
  const found = secret.map((object) => ({ object, sealed: input.sealed?.objects.get(refKey(refOf(object))) }));
  const outcomes = plain.map((object) => ({ object, rendered: renderObject(object, renderContext) }));
  const omitted = judged.flatMap(({ object, rule }) => (rule === null ? [] : [{ object: refOf(object), rule }]));
  const untouched = outcomes.filter(({ rendered }) => rendered === null);
  const accounts = untouched.map(({ object }): Omission => ({
    object: refOf(object),
    rule: "generated-service-account",
  }));
  const rendered = outcomes.flatMap((outcome) => outcome.rendered ?? []);
  const sealed = found.flatMap((each) => each.sealed ?? []);
  return {
    objects,
    rendered: [...rendered, ...still.rendered],
    omitted: inKeyOrder([...omitted, ...accounts]),
    byRule: groupByRule(judged),
    sealed: [...sealed, ...still.sealed],
    unsealed: found.flatMap((each) => (each.sealed === undefined ? [each.object] : [])),
  };
}

function inKeyOrder(omitted: readonly Omission[]): readonly Omission[] {
  const keyed = omitted.map((omission) => ({ omission, key: refKey(omission.object) }));
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ omission }) => omission);
}

function groupByRule(
  judged: readonly { readonly object: KubeObject; readonly rule: Omission["rule"] | null }[],
): ReadonlyMap<Omission["rule"], readonly KubeObject[]> {
  const groups = new Map<Omission["rule"], KubeObject[]>();
  for (const { object, rule } of judged) {
    if (rule === null) continue;
    const known = groups.get(rule);
    if (known === undefined) groups.set(rule, [object]);
    else known.push(object);
  }
  return groups;
}

/** What decides about leaving an object out, the same for all objects of a capture. */
export function omitContext(input: CaptureInput, objects: readonly KubeObject[]): OmitContext {
  // What could not be read is there as the branch has it: endpoints of an unseen Service are still a controller's.
  const known = [...objects, ...keptFiles(input, objects).rendered.map(({ live }) => live)];
  const selecting = known.filter(
    (object) => object.apiVersion === "v1" && object.kind === "Service" && selectorSize(object) > 0,
  );
  return {
    namespaces: new Set(input.namespaces),
    exclude: input.render.exclude,
    secrets: input.render.secrets,
    selected: selectObjects(known, input.selector),
    selectingServices: secretKeys(selecting),
    owners: {
      captured: new Set(objects.flatMap(({ metadata }) => metadata.uid ?? [])),
      lookups: input.around?.owners ?? new Map(),
      unread: input.around?.unread ?? [],
    },
    aggregated: aggregatedGroups((input.around?.companions ?? []).filter(({ kind }) => kind === "APIService")),
    makers: findMakers(known),
  };
}

function selectorSize(service: KubeObject): number {
  return Object.keys(asFields(asFields(service["spec"])["selector"])).length;
}

/** `<namespace>/<name>` of each object. */
function secretKeys(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(objects.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`));
}

function omittedBy({ byRule }: Sorted, rule: Omission["rule"]): readonly KubeObject[] {
  return byRule.get(rule) ?? [];
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
    omitted: omissionsOf(input, sorted),
    accepted,
  };
}

/** Lasting omissions; what was left out of a kind that could not be read stays written down. */
function omissionsOf({ previous, around }: CaptureInput, sorted: Sorted): readonly Omission[] {
  const lasting = sorted.omitted.filter(({ object, rule }) => isLasting(object, rule));
  const unread = around?.unread ?? [];
  if (unread.length === 0) return lasting;
  const known = (previous?.record.omitted ?? []).filter(({ object }) => isUnread(unread, object));
  const all = new Map([...known, ...lasting].map((omission) => [refKey(omission.object), omission]));
  return [...all].sort(([a], [b]) => compareBytes(a, b)).map(([, omission]) => omission);
}

function requirementsOf(input: CaptureInput, sorted: Sorted): ApplicationFolderRecord["requirements"] {
  const { previous, around, render } = input;
  const found =
    render.secrets === "omit"
      ? findRequirements({ ...sourcesOf(input, sorted), secrets: [] }).filter(({ kind }) => kind !== "Secret")
      : findRequirements(sourcesOf(input, sorted));
  const unread = around?.unread ?? [];
  if (unread.length === 0) return found;
  const known = (previous?.record.requirements ?? []).filter((requirement) => isUnread(unread, requirement));
  const all = new Map([...found, ...known].map((requirement) => [refKey(requirement), requirement]));
  return [...all].sort(([a], [b]) => compareBytes(a, b)).map(([, requirement]) => requirement);
}

/** Rules that leave out what comes into being on the standby without anybody's help. */
const MADE_AGAIN = ["generated-secret", "made-by-operator", "controller-owned", "copied-object"] as const;

function sourcesOf(input: CaptureInput, sorted: Sorted): Parameters<typeof findRequirements>[0] {
  const sealed = sorted.sealed.filter(({ ref }) => ref.kind === "Secret");
  return {
    rendered: sorted.rendered.map(({ base }) => base.object),
    secrets: omittedBy(sorted, "secret-external"),
    generatedSecrets: new Set([
      ...secretKeys(MADE_AGAIN.flatMap((rule) => omittedBy(sorted, rule)).filter(({ kind }) => kind === "Secret")),
      ...sealed.map(({ ref }) => `${ref.namespace ?? ""}/${ref.name}`),
    ]),
    routesWithKeys: sorted.rendered
      .filter(({ changes }) => changes.some(({ rule }) => rule === "route-inline-certificate"))
      .map(({ live }) => live),
    resources: input.around?.resources ?? [],
  };
}

function suspicionOf(input: CaptureInput, sorted: Sorted, record: ApplicationFolderRecord): SuspiciousCapture | null {
  const { previous } = input;
  if (previous === null || previous.problem !== null) return null;
  const turnedZero = sorted.rendered
    .flatMap(({ workload }) => (workload === null ? [] : [workload]))
    .flatMap(({ recorded, turnedZeroFrom: replicas }) => (replicas === null ? [] : [{ ...recorded, replicas }]));
  const rendered = new Set([
    ...sorted.rendered.map(({ live }) => refKey(refOf(live))),
    ...sorted.sealed.map(({ ref }) => refKey(ref)),
  ]);
  const notSelected = sorted.omitted.filter(({ rule }) => rule === "not-selected").map(({ object }) => refKey(object));
  const paths = new Set([...sorted.rendered.map(({ base }) => base.path), ...sorted.sealed.map(({ path }) => path)]);
  const capture = { input, record, rendered, paths, notSelected: new Set(notSelected), turnedZero };
  return findSuspicious(capture, previous);
}

function reportOf(input: CaptureInput, sorted: Sorted, record: ApplicationFolderRecord): RenderReport {
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "RenderReport",
    application: input.application,
    source: input.sourceCluster,
    cluster: input.standbyCluster,
    commit: null,
    objects: sorted.rendered.length + sorted.sealed.length,
    omitted: sorted.omitted,
    changed: [...sorted.rendered, ...sorted.sealed].flatMap(({ changes }) => changes),
    requirements: record.requirements,
    unread: input.around?.unread ?? [],
  };
}
