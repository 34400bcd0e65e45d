import { asFields, asNumber, at, isFields } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { FORM_ACTIVE, FORM_STANDBY, MARKS } from "../model/marks.ts";
import { sameValue } from "./check-emission.ts";
import { type Draft, type Note, draftAt } from "./draft.ts";
import type { Switch } from "./kinds/kind-rule.ts";
import type { PatchOperation, TargetedPatch } from "./kustomization.ts";

export interface OriginalCount {
  readonly replicas: number;
  /** True when somebody else than Drover set the live count to zero although the branch records another one. */
  readonly turnedZero: boolean;
}

/** Counts that other tools remember: Stork, Konveyor's migration toolkit (MTC), OpenShift's backup operator (OADP). */
const FOREIGN_COUNTS = [
  "stork.libopenstorage.org/migrationReplicas",
  "migration.openshift.io/preQuiesceReplicas",
  "oadp.openshift.io/original-replicas",
];

/**
 * The count that a workload has while the application is active. A live count above zero is the answer. A zero is
 * explained by Drover's own quiesce, or by the standby form that Drover delivered: then the remembered count holds. On
 * first sight, without anything recorded, another tool's memory explains it too. Any other zero is a zero.
 */
export function originalCount(live: KubeObject, recorded: number | null): OriginalCount {
  const replicas = asNumber(at(live, "spec", "replicas")) ?? 1;
  if (replicas > 0) return { replicas, turnedZero: false };
  const annotations = live.metadata.annotations ?? {};
  const own = countIn(annotations, MARKS.originalReplicas);
  const foreign =
    FOREIGN_COUNTS.map((key) => countIn(annotations, key)).find((count) => count !== null && count > 0) ?? null;
  if (isOurs(annotations) || recorded === null) return { replicas: own ?? foreign ?? recorded ?? 0, turnedZero: false };
  return { replicas: 0, turnedZero: recorded > 0 };
}

/** Drover itself stopped what carries these annotations, or delivered it stopped. */
function isOurs(annotations: Readonly<Record<string, string>>): boolean {
  return (annotations[MARKS.quiesced] ?? "") !== "" || annotations[MARKS.form] === FORM_STANDBY;
}

function countIn(annotations: Readonly<Record<string, string>>, key: string): number | null {
  const text = Object.hasOwn(annotations, key) ? (annotations[key] ?? "") : "";
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Puts a count back into a draft, before users' rules see it. */
export function restoreCount(draft: Draft, replicas: number): void {
  draftAt(draft, "spec")["replicas"] = replicas;
}

/**
 * Puts the original of a switched field back into the draft of an object that was captured while it stood by. The field
 * must still have the standby's value; what somebody changed since is the truth. Our own memory goes first, then another
 * tool's.
 */
export function restoreSwitches(draft: Draft, live: KubeObject, switches: readonly Switch[]): void {
  const annotations = live.metadata.annotations ?? {};
  for (const { path, off, mark, foreign } of switches) {
    if (!sameValue(at(live, ...path), off)) continue;
    const own = isOurs(annotations) && Object.hasOwn(annotations, mark) ? parsed(annotations[mark]) : undefined;
    // Null is a memory too: the field was absent.
    const original = own === undefined ? foreign?.(annotations) : own;
    if (original === undefined) continue;
    setAt(draft, path, original === null ? undefined : original);
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}

/** Sets or removes a field; the mapping around it must be there, except for annotations, which an object may lack. */
function setAt(draft: Draft, path: readonly string[], value: unknown): void {
  const key = path.at(-1) ?? "";
  const parent = parentOf(draft, path);
  if (parent === null) return;
  if (value === undefined) delete parent[key];
  else parent[key] = value;
}

function parentOf(draft: Draft, path: readonly string[]): Draft | null {
  const above = path.slice(0, -1);
  if (path[0] === "metadata" && path[1] === "annotations") {
    const metadata = draftAt(draft, "metadata");
    if (!isFields(metadata["annotations"])) metadata["annotations"] = {};
  }
  return isFields(at(draft, ...above)) ? draftAt(draft, ...above) : null;
}

/** Zero replicas, with the count that the draft has in an annotation. */
export function stopReplicas(draft: Draft, note: Note): number {
  const spec = draftAt(draft, "spec");
  const replicas = asNumber(spec["replicas"]) ?? 1;
  spec["replicas"] = 0;
  mark(draft, { [MARKS.originalReplicas]: String(replicas) });
  note("standby-replicas");
  return replicas;
}

/**
 * Turns a draft off, with the originals in annotations, and says how the active component turns it on again. Null: a
 * mapping that a switch stands in is missing, so that the object can't be turned off. The caller then leaves it out of the
 * base.
 */
export function switchOff(draft: Draft, switches: readonly Switch[], note: Note): readonly PatchOperation[] | null {
  const usable = switches.filter(({ path }) => parentOf(draft, path) !== null);
  if (usable.length === 0) return null;
  const operations: PatchOperation[] = [];
  const marks: Record<string, string> = {};
  for (const { path, off, mark: key, absent, rule } of usable) {
    const original = at(draft, ...path) ?? absent;
    marks[key] = JSON.stringify(original ?? null);
    setAt(draft, path, off);
    const pointer = pointerOf(path);
    operations.push(
      original === undefined ? { op: "remove", path: pointer } : { op: "replace", path: pointer, value: original },
    );
    note(rule);
  }
  mark(draft, marks);
  return operations;
}

function mark(draft: Draft, marks: Readonly<Record<string, string>>): void {
  const metadata = draftAt(draft, "metadata");
  metadata["annotations"] = { ...asFields(metadata["annotations"]), ...marks, [MARKS.form]: FORM_STANDBY };
}

/**
 * What the active component does to a scaled workload. One that an autoscaler scales gets no count: from the default of
 * one the autoscaler takes over, and nothing fights it later (Kubernetes re-defaults a field that is no longer applied).
 */
export function countOperation(replicas: number, autoscaled: boolean): PatchOperation {
  return autoscaled
    ? { op: "remove", path: "/spec/replicas" }
    : { op: "replace", path: "/spec/replicas", value: replicas };
}

const FORM_POINTER = pointerOf(["metadata", "annotations", MARKS.form]);

/** The active component's patch of one object: the given operations, and the mark that says that it was made active. */
export function activePatch(object: KubeObject, operations: readonly PatchOperation[]): TargetedPatch {
  const { apiVersion, kind, metadata } = object;
  const group = groupOf(apiVersion);
  return {
    target: {
      group,
      version: group === "" ? apiVersion : apiVersion.slice(group.length + 1),
      kind,
      name: metadata.name,
      namespace: metadata.namespace ?? "",
    },
    operations: [...operations, { op: "replace", path: FORM_POINTER, value: FORM_ACTIVE }],
  };
}

function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
