import { type KubeObject, type ObjectRef, describeRef, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { readObject } from "./build-folder.ts";
import { compareBytes } from "./byte-order.ts";
import type { ApplicationFolder, CaptureInput } from "./capture-input.ts";
import type { ApplicationFolderRecord, RecordedWorkload } from "./folder-record.ts";
import { isObjectFile } from "./file-names.ts";
import { excludes } from "./omit-object.ts";
import { FolderUnreadable, readYaml } from "./read-kustomization.ts";
import type { SuspiciousCapture, SuspiciousItem } from "./render-result.ts";
import { isSealedPath } from "./sealed-objects.ts";

/** The part of a new capture that is compared with what the branch holds. */
export interface NewCapture {
  readonly input: CaptureInput;
  readonly record: ApplicationFolderRecord;
  /** Identities in the new folder. */
  readonly rendered: ReadonlySet<string>;
  /** Paths of their files. */
  readonly paths: ReadonlySet<string>;
  /** Objects that the application's selector no longer takes. */
  readonly notSelected: ReadonlySet<string>;
  /** Workloads whose live count somebody else set to zero. */
  readonly turnedZero: readonly RecordedWorkload[];
}

/** So many objects of one kind don't leave a namespace together unless somebody means it. */
const WHOLE_KIND = 3;

/**
 * Does this complete read look like an accident (design invariant 7)? Removals that an approved document explains
 * (another list of namespaces, another selector, an exclusion) are none. The digest covers exactly the set of removals
 * and zeros, together with what was accepted before, so that an acceptance counts once.
 */
export function findSuspicious(capture: NewCapture, previous: ApplicationFolder): SuspiciousCapture | null {
  const before = recordedObjects(previous, capture);
  const removed = [...before.objects, ...before.claims].filter((item) => !isStillThere(item, capture));
  const namespaces = removedNamespaces(capture, previous.record);
  const zeros = capture.turnedZero.map((workload): SuspiciousItem => {
    return { what: "count-turned-zero", object: identity(workload), recorded: workload.replicas };
  });
  const grave =
    namespaces.length > 0 ||
    zeros.length > 0 ||
    removed.some(({ item }) => isGrave(item, { capture, previous })) ||
    losesWholeKind(removed, capture) ||
    removed.length * 10 > before.count;
  if (!grave) return null;
  const items = [...namespaces, ...removed.map(({ item }) => item), ...zeros].sort((a, b) =>
    compareBytes(itemKey(a), itemKey(b)),
  );
  return { digest: digestOf(items, capture.input, previous.record.accepted), items };
}

/** A workload with claims, or a claim that a workload as large as before still asks for. */
function isGrave(
  item: SuspiciousItem,
  { capture, previous }: { capture: NewCapture; previous: ApplicationFolder },
): boolean {
  if (item.what === "workload-with-claims-removed") return true;
  if (item.what !== "claim-removed") return false;
  const now = new Map(capture.record.workloads.map((workload) => [refKey(workload), workload.replicas]));
  return previous.record.workloads.some(
    (workload) =>
      workload.namespace === item.object.namespace &&
      workload.claims.includes(item.object.name) &&
      (now.get(refKey(workload)) ?? 0) >= workload.replicas,
  );
}

function losesWholeKind(removed: readonly Recorded[], { paths }: NewCapture): boolean {
  const left = new Set([...paths].map(kindFolder));
  const gone = Map.groupBy(
    removed.flatMap(({ path }) => (path === null ? [] : [kindFolder(path)])),
    (folder) => folder,
  );
  return [...gone].some(([folder, files]) => files.length >= WHOLE_KIND && !left.has(folder));
}

/** `<namespace>/<kind>.<group>` of a file, wherever in the folder its kind's standby form puts it. */
function kindFolder(path: string): string {
  return path.split("/").slice(-3, -1).join("/");
}

interface Recorded {
  readonly key: string;
  readonly item: SuspiciousItem;
  /** Of its file; null for a claim, which is in the record alone. */
  readonly path: string | null;
}

interface RecordedBefore {
  /** How many objects and claims the branch has that the approved document still wants. */
  readonly count: number;
  /** Those of them whose file is not in the new folder. */
  readonly objects: readonly Recorded[];
  readonly claims: readonly Recorded[];
}

/** What the branch holds. Only files that would go away are parsed, unless exclusions have to be matched by labels. */
function recordedObjects(previous: ApplicationFolder, capture: NewCapture): RecordedBefore {
  const { input, paths } = capture;
  const claimsByWorkload = new Map(previous.record.workloads.map((workload) => [refKey(workload), workload.claims]));
  const files = [...previous.files].filter(([path]) => isObjectPath(path, input));
  const stays = input.render.exclude.length > 0 ? [] : files.filter(([path]) => paths.has(path));
  const parsed = input.render.exclude.length > 0 ? files : files.filter(([path]) => !paths.has(path));
  const objects = parsed
    .flatMap(([path, text]) => readRecorded(path, text) ?? [])
    .filter(({ object }) => isWanted(object, input))
    .map(({ path, object }): Recorded => {
      const ref = refOf(object);
      const mounted = claimsByWorkload.get(refKey(ref)) ?? [];
      const item: SuspiciousItem =
        mounted.length === 0
          ? { what: "object-removed", object: ref }
          : { what: "workload-with-claims-removed", object: ref, claims: mounted };
      return { key: refKey(ref), item, path };
    });
  const claims = previous.record.claims
    .map(({ namespace, name }) => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name }))
    .filter((ref) => isWanted({ ...ref, metadata: { name: ref.name, namespace: ref.namespace } }, input))
    .map((ref): Recorded => ({ key: refKey(ref), item: { what: "claim-removed", object: ref }, path: null }));
  return { count: stays.length + objects.length + claims.length, objects, claims };
}

/** Encrypted objects count like others, as long as the document asks for them. */
function isObjectPath(path: string, { render }: CaptureInput): boolean {
  return isSealedPath(path) ? render.secrets === "sops" : isObjectFile(path);
}

/** A broken file stands for nothing; one of the base makes the whole folder unreadable before it gets here. */
function readRecorded(path: string, text: string): { readonly path: string; readonly object: KubeObject } | null {
  try {
    return { path, object: readObject(path, readYaml(path, text)) };
  } catch (error) {
    if (error instanceof FolderUnreadable) return null;
    throw error;
  }
}

function isWanted(object: KubeObject, { namespaces, render }: CaptureInput): boolean {
  const ref = refOf(object);
  const excluded = render.exclude.some((rule) => excludes(rule, ref, object.metadata.labels ?? {}));
  return (ref.namespace === null || namespaces.includes(ref.namespace)) && !excluded;
}

function isStillThere({ key, item }: Recorded, capture: NewCapture): boolean {
  if (capture.rendered.has(key)) return true;
  const { claims } = capture.record;
  const isClaim = item.what === "claim-removed";
  if (isClaim && claims.some(({ namespace, name }) => namespace === item.object.namespace && name === item.object.name))
    return true;
  return capture.notSelected.has(key) && selectorChanged(capture);
}

function selectorChanged({ input, record }: NewCapture): boolean {
  const before = input.previous?.record.selector ?? null;
  return JSON.stringify(before) !== JSON.stringify(record.selector);
}

function removedNamespaces(
  { input, record }: NewCapture,
  previous: ApplicationFolderRecord,
): readonly SuspiciousItem[] {
  const present = new Set(record.namespaces.map(({ name }) => name));
  return previous.namespaces
    .filter(({ name }) => input.namespaces.includes(name) && !present.has(name))
    .map(({ name }) => ({
      what: "namespace-removed",
      object: { apiVersion: "v1", kind: "Namespace", namespace: null, name },
      terminating: input.objects.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === name),
    }));
}

function digestOf(items: readonly SuspiciousItem[], input: CaptureInput, accepted: readonly string[]): string {
  return input.digest(JSON.stringify({ application: input.application, accepted, items: items.map(itemKey) }));
}

function itemKey(item: SuspiciousItem): string {
  const recorded = item.what === "count-turned-zero" ? `|${item.recorded}` : "";
  return `${item.what}|${refKey(item.object)}${recorded}`;
}

function identity({ apiVersion, kind, namespace, name }: ObjectRef): ObjectRef {
  return { apiVersion, kind, namespace, name };
}

/** One line per item, for findings and comments. */
export function describeSuspicious(item: SuspiciousItem): string {
  const ref = item.object;
  const group = groupOf(ref.apiVersion);
  const object = group === "" || group === "apps" ? describeRef(ref) : `${describeRef(ref)} (${group})`;
  switch (item.what) {
    case "namespace-removed":
      return item.terminating ? `${object} is being deleted` : `${object} is gone`;
    case "object-removed":
    case "claim-removed":
      return `${object} is gone`;
    case "workload-with-claims-removed":
      return `${object} is gone, and its claims are ${item.claims.join(", ")}`;
    case "count-turned-zero":
      return `${object} was scaled from ${item.recorded} to 0, and not by Drover`;
  }
}
