import { type KubeObject, type ObjectRef, describeRef, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { buildSubfolder, readObject } from "./build-folder.ts";
import { compareBytes } from "./byte-order.ts";
import type { ApplicationFolder, CaptureInput } from "./capture-input.ts";
import type { ApplicationFolderRecord, RecordedWorkload } from "./folder-record.ts";
import { excludes } from "./omit-object.ts";
import { FolderUnreadable, readYaml } from "./read-kustomization.ts";
import type { SuspiciousCapture, SuspiciousItem } from "./render-result.ts";
import { isSealedPath } from "./sealed-objects.ts";

/** The part of a new capture that is compared with what the branch holds. */
export interface NewCapture {
  readonly input: CaptureInput;
  readonly record: ApplicationFolderRecord;
  /** Identities in the new base. */
  readonly rendered: ReadonlySet<string>;
  /** Objects that the application's selector no longer takes. */
  readonly notSelected: ReadonlySet<string>;
  /** Workloads whose live count somebody else set to zero. */
  readonly turnedZero: readonly RecordedWorkload[];
}

/**
 * Does this complete read look like an accident (design invariant 7)? Removals that an approved document explains
 * (another list of namespaces, another selector, an exclusion) are none. The digest covers exactly the set of removals
 * and zeros, together with what was accepted before, so that an acceptance counts once.
 */
export function findSuspicious(capture: NewCapture, previous: ApplicationFolder): SuspiciousCapture | null {
  const before = recordedObjects(previous, capture.input);
  const removed = before.filter((item) => !isStillThere(item, capture));
  const namespaces = removedNamespaces(capture, previous.record);
  const zeros = capture.turnedZero.map((workload): SuspiciousItem => {
    return { what: "count-turned-zero", object: identity(workload), recorded: workload.replicas };
  });
  const grave =
    namespaces.length > 0 ||
    zeros.length > 0 ||
    removed.some(({ item }) => item.what === "workload-with-claims-removed") ||
    removed.length * 10 > before.length;
  if (!grave) return null;
  const items = [...namespaces, ...removed.map(({ item }) => item), ...zeros].sort((a, b) =>
    compareBytes(itemKey(a), itemKey(b)),
  );
  return { digest: digestOf(items, capture.input, previous.record.accepted), items };
}

interface Recorded {
  readonly key: string;
  readonly item: SuspiciousItem;
}

/** What the branch holds and the approved document still wants: objects of the base, and claims. */
function recordedObjects(previous: ApplicationFolder, input: CaptureInput): readonly Recorded[] {
  const claimsByWorkload = new Map(previous.record.workloads.map((workload) => [refKey(workload), workload.claims]));
  const objects = [...buildSubfolder(previous.files, "base"), ...sealedObjects(previous, input)].filter((object) =>
    isWanted(object, input),
  );
  const claims = previous.record.claims
    .map(({ namespace, name }) => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name }))
    .filter((ref) => isWanted({ ...ref, metadata: { name: ref.name, namespace: ref.namespace } }, input));
  return [
    ...objects.map((object): Recorded => {
      const ref = refOf(object);
      const mounted = claimsByWorkload.get(refKey(ref)) ?? [];
      if (mounted.length === 0) return { key: refKey(ref), item: { what: "object-removed", object: ref } };
      return { key: refKey(ref), item: { what: "workload-with-claims-removed", object: ref, claims: mounted } };
    }),
    ...claims.map((ref): Recorded => ({ key: refKey(ref), item: { what: "claim-removed", object: ref } })),
  ];
}

/** Encrypted objects count like others, as long as the document asks for them. A broken file stands for nothing. */
function sealedObjects({ files }: ApplicationFolder, { render }: CaptureInput): readonly KubeObject[] {
  if (render.secrets !== "sops") return [];
  return [...files].filter(([path]) => isSealedPath(path)).flatMap(([path, text]) => readSealed(path, text) ?? []);
}

function readSealed(path: string, text: string): KubeObject | null {
  try {
    return readObject(path, readYaml(path, text));
  } catch (error) {
    if (error instanceof FolderUnreadable) return null;
    throw error;
  }
}

function isWanted(object: KubeObject, { namespaces, render }: CaptureInput): boolean {
  const ref = refOf(object);
  const excluded = render.exclude.some((rule) => excludes(rule, ref, object.metadata.labels ?? {}));
  return namespaces.includes(ref.namespace ?? "") && !excluded;
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
    case "object-removed":
    case "claim-removed":
      return `${object} is gone`;
    case "workload-with-claims-removed":
      return `${object} is gone, and its claims are ${item.claims.join(", ")}`;
    case "count-turned-zero":
      return `${object} was scaled from ${item.recorded} to 0, and not by Drover`;
  }
}
