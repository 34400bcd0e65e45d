import { asNumber, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { FORM_ACTIVE, FORM_STANDBY, MARKS } from "../model/marks.ts";
import type { Draft, Note } from "./draft.ts";
import { draftAt } from "./draft.ts";
import type { TargetedPatch } from "./kustomization.ts";

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
  const ours = (annotations[MARKS.quiesced] ?? "") !== "" || annotations[MARKS.form] === FORM_STANDBY;
  if (ours || recorded === null) return { replicas: own ?? foreign ?? recorded ?? 0, turnedZero: false };
  return { replicas: 0, turnedZero: recorded > 0 };
}

function countIn(annotations: Readonly<Record<string, string>>, key: string): number | null {
  const text = Object.hasOwn(annotations, key) ? (annotations[key] ?? "") : "";
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Brings a sanitized workload into the form of the base: zero replicas, the original count in an annotation. */
export function makeStandby(draft: Draft, replicas: number, note: Note): void {
  draftAt(draft, "spec")["replicas"] = 0;
  const metadata = draftAt(draft, "metadata");
  const annotations = draftAt(metadata, "annotations");
  metadata["annotations"] = { ...annotations, [MARKS.originalReplicas]: String(replicas), [MARKS.form]: FORM_STANDBY };
  note("standby-replicas");
}

/** What the active component does to one workload: the literal count, and the mark that says so. */
export function activePatch(workload: KubeObject, replicas: number): TargetedPatch {
  const { apiVersion, kind, metadata } = workload;
  const group = groupOf(apiVersion);
  return {
    target: {
      group,
      version: apiVersion.slice(group.length + 1),
      kind,
      name: metadata.name,
      namespace: metadata.namespace ?? "",
    },
    operations: [
      { op: "replace", path: "/spec/replicas", value: replicas },
      {
        op: "replace",
        path: `/metadata/annotations/${MARKS.form.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        value: FORM_ACTIVE,
      },
    ],
  };
}
