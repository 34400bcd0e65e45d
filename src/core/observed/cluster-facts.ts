import type { KubeObject } from "../model/kube-object.ts";
import { type ApplicationRecord, type EpochRecord, epochFromData, recordFromData } from "../model/record.ts";
import type { ApplicationFacts } from "./application-facts.ts";
import type { ClusterSurroundings } from "./cluster-surroundings.ts";

/** A cluster as one pass found it. Unreachable is a value of its own: unknown, never healthy and never empty. */
export type ClusterFacts = ReachableCluster | UnreachableCluster;

export interface UnreachableCluster {
  readonly reachable: false;
  readonly name: string;
  /**
   * away: no answer, as a dead site gives none. wrong-cluster: it answered, but it is another one than the repository
   * means. unreadable: it answered and refused, or with nonsense. Nobody is fenced for the last two.
   */
  readonly cause: "away" | "wrong-cluster" | "unreadable";
  readonly why: string;
}

export interface ReachableCluster {
  readonly reachable: true;
  readonly name: string;
  /** UID of namespace kube-system; null when it could not be read as one. */
  readonly identity: string | null;
  readonly epoch: Readable<EpochRecord>;
  readonly applications: ReadonlyMap<string, ApplicationOnCluster>;
  /** Every record found, by application: also of applications that no document names any more. */
  readonly records: ReadonlyMap<string, Readable<ApplicationRecord>>;
  /** What this cluster keeps about other sites: namespaces with volumes there. Key: cluster name. */
  readonly sites: ReadonlyMap<string, readonly string[]>;
  /** Namespaces with bound claims on this cluster, for the record of the site. */
  readonly volumeNamespaces: readonly string[];
  /** Objects the providers asked for. */
  readonly providerObjects: readonly KubeObject[];
  /** Null: not asked for. */
  readonly surroundings: ClusterSurroundings | null;
}

/** Something Drover keeps: not there, unreadable (unknown: nothing is decided on it), or read. */
export type Readable<T> =
  { readonly state: "absent" } | { readonly state: "unreadable" } | { readonly state: "read"; readonly value: T };

export interface ApplicationOnCluster {
  readonly facts: ApplicationFacts;
  readonly record: Readable<ApplicationRecord>;
}

export function readEpoch(configMap: KubeObject | null): Readable<EpochRecord> {
  return toReadable(configMap, (data) => epochFromData(data));
}

export function readRecord(configMap: KubeObject | null, application: string): Readable<ApplicationRecord> {
  return toReadable(configMap, (data) => recordFromData(data, application));
}

function toReadable<T>(configMap: KubeObject | null, parse: (data: unknown) => T | null): Readable<T> {
  if (configMap === null) return { state: "absent" };
  const value = parse(configMap["data"]);
  return value === null ? { state: "unreadable" } : { state: "read", value };
}

/** The value, or null when it is absent or unreadable. */
export function valueOf<T>(readable: Readable<T>): T | null {
  return readable.state === "read" ? readable.value : null;
}
