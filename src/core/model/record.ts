import { asFields, asList, asNumber, asString, asStringMap, isFields } from "./fields.ts";

/** Namespace of everything Drover keeps in a cluster (contracts.md section 3). */
export const DROVER_NAMESPACE = "drover-system";
export const EPOCH_NAME = "drover-epoch";
export const SITES_NAME = "drover-sites";
export const LEASE_NAME = "drover";

/** Name of the ConfigMap with an application's record. */
export function recordName(application: string): string {
  return `drover-record-${application}`;
}

export type TransitionType = "Failover" | "Relocate";

/**
 * begun: a disruptive step may have happened. serving: the target is verified active, the source is still to be settled.
 * complete and abandoned authorise nothing more (design invariant 5).
 */
export type TransitionPhase = "begun" | "serving" | "complete" | "abandoned";

/** How it was proven that the source can no longer write. */
export type StopProof = "drained" | "storage-fence" | "attested";

export interface RecordedApproval {
  readonly login: string;
  readonly review: number;
  readonly commit: string;
}

export interface TransitionRecord {
  readonly id: string;
  readonly type: TransitionType;
  readonly from: string;
  readonly to: string;
  /** The verified commit whose content is being carried out. */
  readonly commit: string;
  readonly approvals: readonly RecordedApproval[];
  readonly phase: TransitionPhase;
  readonly proof: StopProof | null;
  readonly recoveryPoint: string | null;
  readonly times: TransitionTimes;
}

/** RFC 3339 UTC, null until it happened. */
export interface TransitionTimes {
  readonly begun: string | null;
  readonly stopped: string | null;
  /** When the target's side was promoted and its workloads began to start. */
  readonly promoted: string | null;
  readonly serving: string | null;
  readonly ended: string | null;
}

export interface RecordedWorkload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
}

export interface RecordedClaim {
  readonly namespace: string;
  readonly name: string;
  readonly volume: string;
}

/** What only the surviving site could still know: kept on both clusters, written before it is needed (invariant 6). */
export interface ApplicationRecord {
  readonly application: string;
  readonly transitions: readonly TransitionRecord[];
  readonly workloads: readonly RecordedWorkload[];
  readonly claims: readonly RecordedClaim[];
  /** PersistentVolume name to the reclaim policy it had before Drover set Retain. */
  readonly reclaimPolicies: Readonly<Record<string, string>>;
  /** Claim (`namespace/name`) to the newest moment known to be recoverable. */
  readonly recoveryPoints: Readonly<Record<string, string>>;
  /** Tools found holding the workloads, with the settings they had. */
  readonly holders: readonly string[];
  /** What direct delivery last applied on this cluster. */
  readonly delivered: DeliveryRecord | null;
  /** Slowest start that the application's pods showed while active, in seconds; null: not seen. */
  readonly startupSeconds: number | null;
}

export interface DeliveryRecord {
  /** Digest of the folder that was applied. */
  readonly content: string;
  readonly form: "standby" | "active";
}

/** Counter and active clusters as one cluster knows them. */
export interface EpochRecord {
  readonly counter: number;
  /** Desired-state commit to which the counter was last bound. */
  readonly commit: string;
  readonly active: Readonly<Record<string, ActiveMark>>;
}

export interface ActiveMark {
  readonly cluster: string;
  /** Commit that made it so; newest by descent wins between two clusters. */
  readonly since: string;
  /** Transition for which the epoch was last raised on behalf of this application; null: none yet. */
  readonly raisedFor: string | null;
}

export function emptyRecord(application: string): ApplicationRecord {
  return {
    application,
    transitions: [],
    workloads: [],
    claims: [],
    reclaimPolicies: {},
    recoveryPoints: {},
    holders: [],
    delivered: null,
    startupSeconds: null,
  };
}

/** The ConfigMap's data for an epoch. */
export function epochToData(epoch: EpochRecord): Readonly<Record<string, string>> {
  const data: Record<string, string> = { counter: String(epoch.counter), commit: epoch.commit };
  for (const [application, mark] of Object.entries(epoch.active)) {
    data[`active.${application}`] = mark.cluster;
    data[`since.${application}`] = mark.since;
    if (mark.raisedFor !== null) data[`raised.${application}`] = mark.raisedFor;
  }
  return data;
}

const COUNTER = /^\d{1,16}$/;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** An application's mark in an epoch. By own name only: an application may be called `constructor`. */
export function markOf(epoch: EpochRecord | null, application: string): ActiveMark | null {
  return epoch !== null && Object.hasOwn(epoch.active, application) ? (epoch.active[application] ?? null) : null;
}

/** Reads the epoch's data; null when it is not what Drover writes (an unreadable epoch is unknown, never zero). */
export function epochFromData(raw: unknown): EpochRecord | null {
  const data = asStringMap(raw);
  const counter = COUNTER.test(data["counter"] ?? "") ? Number(data["counter"]) : NaN;
  const commit = data["commit"] ?? "";
  if (!Number.isSafeInteger(counter) || !COMMIT.test(commit)) return null;
  const active: [string, ActiveMark][] = [];
  for (const [key, cluster] of Object.entries(data)) {
    if (!key.startsWith("active.")) continue;
    const application = key.slice("active.".length);
    const since = data[`since.${application}`] ?? "";
    if (!COMMIT.test(since) || cluster === "") return null;
    active.push([application, { cluster, since, raisedFor: data[`raised.${application}`] ?? null }]);
  }
  return { counter, commit, active: Object.fromEntries(active) };
}

/** The one key of a record's ConfigMap: JSON, so that nested values keep their types. */
export function recordToData(record: ApplicationRecord): Readonly<Record<string, string>> {
  return { record: JSON.stringify(record) };
}

/** Reads a record; null when anything a decision relies on is missing or of the wrong kind (unknown, never empty). */
export function recordFromData(raw: unknown, application: string): ApplicationRecord | null {
  const parsed = parseJson(asStringMap(raw)["record"]);
  if (!isFields(parsed) || parsed["application"] !== application) return null;
  const transitions = listOf(parsed["transitions"], transitionFrom);
  const workloads = listOf(parsed["workloads"], workloadFrom);
  const claims = listOf(parsed["claims"], claimFrom);
  if (transitions === null || workloads === null || claims === null) return null;
  return {
    application,
    transitions,
    workloads,
    claims,
    reclaimPolicies: asStringMap(parsed["reclaimPolicies"]),
    recoveryPoints: asStringMap(parsed["recoveryPoints"]),
    holders: asList(parsed["holders"]).flatMap((holder) => asString(holder) ?? []),
    delivered: deliveryFrom(parsed["delivered"]),
    startupSeconds: asNumber(parsed["startupSeconds"]),
  };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** All items as they must be, or null: one that is missing would be forgotten. */
function listOf<T>(raw: unknown, read: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(raw)) return null;
  const items = raw.map(read);
  return items.every((item): item is NonNullable<typeof item> => item !== null) ? items : null;
}

const TYPES: ReadonlyMap<unknown, TransitionType> = new Map([
  ["Failover", "Failover"],
  ["Relocate", "Relocate"],
]);
const PHASES: ReadonlyMap<unknown, TransitionPhase> = new Map([
  ["begun", "begun"],
  ["serving", "serving"],
  ["complete", "complete"],
  ["abandoned", "abandoned"],
]);
const PROOFS: ReadonlyMap<unknown, StopProof> = new Map([
  ["drained", "drained"],
  ["storage-fence", "storage-fence"],
  ["attested", "attested"],
]);

function transitionFrom(raw: unknown): TransitionRecord | null {
  const fields = asFields(raw);
  const type = TYPES.get(fields["type"]);
  const phase = PHASES.get(fields["phase"]);
  const [id, from, to, commit] = [fields["id"], fields["from"], fields["to"], fields["commit"]].map(asString);
  if (!type || !phase || !id || !from || !to || !commit || !COMMIT.test(commit)) return null;
  const times = asFields(fields["times"]);
  return {
    id,
    type,
    from,
    to,
    commit,
    approvals: asList(fields["approvals"]).flatMap(approvalFrom),
    phase,
    proof: PROOFS.get(fields["proof"]) ?? null,
    recoveryPoint: asString(fields["recoveryPoint"]),
    times: {
      begun: asString(times["begun"]),
      stopped: asString(times["stopped"]),
      promoted: asString(times["promoted"]),
      serving: asString(times["serving"]),
      ended: asString(times["ended"]),
    },
  };
}

function approvalFrom(raw: unknown): readonly RecordedApproval[] {
  const fields = asFields(raw);
  const login = asString(fields["login"]);
  const review = asNumber(fields["review"]);
  const commit = asString(fields["commit"]);
  return login && review !== null && commit ? [{ login, review, commit }] : [];
}

function workloadFrom(raw: unknown): RecordedWorkload | null {
  const fields = asFields(raw);
  const [apiVersion, kind, namespace, name] = ["apiVersion", "kind", "namespace", "name"].map((key) =>
    asString(fields[key]),
  );
  const replicas = asNumber(fields["replicas"]);
  return apiVersion && kind && namespace && name && replicas !== null && Number.isSafeInteger(replicas) && replicas >= 0
    ? { apiVersion, kind, namespace, name, replicas }
    : null;
}

function claimFrom(raw: unknown): RecordedClaim | null {
  const fields = asFields(raw);
  const [namespace, name, volume] = ["namespace", "name", "volume"].map((key) => asString(fields[key]));
  return namespace && name && volume ? { namespace, name, volume } : null;
}

function deliveryFrom(raw: unknown): DeliveryRecord | null {
  const fields = asFields(raw);
  const content = asString(fields["content"]);
  const form = fields["form"];
  return content && (form === "standby" || form === "active") ? { content, form } : null;
}
