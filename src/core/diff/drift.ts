import { compareText } from "../model/compare-text.ts";
import { type KubeObject, type ObjectRef, refKey, refOf } from "../model/kube-object.ts";
import { type ObjectDifference, lacking } from "./object-diff.ts";

/** An object that is not on the cluster as the branch has it, though nobody changed the branch. */
export interface ObjectDrift extends ObjectRef, ObjectDifference {
  /** `changed`: by somebody else than the delivery. `missing`: not there, or not there any more. */
  readonly state: "changed" | "missing";
}

/** How far one cluster is from what its branch says. */
export interface ClusterDrift {
  readonly cluster: string;
  /** Objects of the folder that were compared. */
  readonly compared: number;
  readonly objects: readonly ObjectDrift[];
  /** Objects that differ in their text only: the server says that applying them would change nothing. */
  readonly suppressed: number;
  /** Objects of kinds that could not be read on the cluster. */
  readonly unknown: number;
  /** Differing objects about which the server could not be asked; they are in `objects`. */
  readonly unconfirmed: number;
}

/** A folder's objects beside the live ones, before the server is asked about those that differ. */
export interface Comparison {
  readonly equal: number;
  readonly missing: readonly KubeObject[];
  readonly differing: readonly {
    readonly wanted: KubeObject;
    readonly live: KubeObject;
    readonly difference: ObjectDifference;
  }[];
  readonly unknown: number;
}

/** Compares what a folder builds with what a cluster has; `isUnread` says which kinds were not read there. */
export function compareFolder(
  wanted: readonly KubeObject[],
  live: readonly KubeObject[],
  isUnread: (object: KubeObject) => boolean,
): Comparison {
  const byKey = new Map(live.map((object) => [refKey(refOf(object)), object]));
  const missing: KubeObject[] = [];
  const differing: { wanted: KubeObject; live: KubeObject; difference: ObjectDifference }[] = [];
  let [equal, unknown] = [0, 0];
  for (const object of wanted) {
    const there = byKey.get(refKey(refOf(object)));
    if (there === undefined) {
      if (isUnread(object)) unknown += 1;
      else missing.push(object);
      continue;
    }
    // The version that was read is the server's preferred one, which is not always the file's.
    const difference = lacking({ ...object, apiVersion: there.apiVersion }, there);
    if (difference === null) equal += 1;
    else differing.push({ wanted: object, live: there, difference });
  }
  return { equal, missing, differing, unknown };
}

/** What the server answered about one differing object: what applying it would change; null: it could not be asked. */
export type Verdict = { readonly difference: ObjectDifference | null } | null;

/** The drift of a cluster, in the order of its objects' names. `verdicts` belong to `differing`, item by item. */
export function driftOf(cluster: string, comparison: Comparison, verdicts: readonly Verdict[]): ClusterDrift {
  const missing = comparison.missing.map((object): ObjectDrift => ({
    ...refOf(object),
    state: "missing",
    paths: [],
    more: 0,
  }));
  const changed = comparison.differing.flatMap(({ wanted, difference }, index): readonly ObjectDrift[] => {
    const verdict = verdicts[index] ?? null;
    const shown = verdict === null ? difference : verdict.difference;
    return shown === null ? [] : [{ ...refOf(wanted), state: "changed", ...shown }];
  });
  return {
    cluster,
    compared: comparison.equal + comparison.missing.length + comparison.differing.length,
    objects: [...missing, ...changed].sort((a, b) => compareText(refKey(a), refKey(b))),
    suppressed: comparison.differing.length - changed.length,
    unknown: comparison.unknown,
    unconfirmed: verdicts.filter((verdict) => verdict === null).length,
  };
}
