import { asFields, asNumber, asString, at } from "../core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../core/model/kube-object.ts";
import { DROVER_NAMESPACE, LEASE_NAME } from "../core/model/record.ts";
import type { ClockPort } from "../ports/clock.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";

/** Seconds. A dead holder delays a failover by this much, so it is short against the RTO of a minute. */
export const LEASE_SECONDS = 15;
/** Milliseconds a write may take; it starts only while the lease outlives it (design invariant 11). */
export const WRITE_TIMEOUT = 5_000;

const POLL = 1_000;
const CONFIRM_TIMEOUT = 5_000;

const REF: ObjectRef = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: DROVER_NAMESPACE,
  name: LEASE_NAME,
};

export type Acquired =
  { readonly state: "held"; readonly lease: HeldLease } | { readonly state: "busy"; readonly holder: string };

/** A cluster's Lease in our hands. */
export interface HeldLease {
  readonly cluster: string;
  /** Taken from a holder that did not give it back: the epoch must be raised before anything is written. */
  readonly takenOver: boolean;
  /** Makes sure that the lease outlives a write that starts now, by renewing it; throws when it was lost. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

/** A Lease as it was first seen in this state. */
export interface LeaseSeen {
  readonly version: string;
  /** By our clock, milliseconds. */
  readonly since: number;
}

export interface LeaseRun {
  readonly clock: ClockPort;
  readonly holder: string;
  /** Called once, before a holder is waited for: who it is, and how long at most, in milliseconds. */
  readonly waiting: (holder: string, milliseconds: number) => void;
}

/**
 * Takes the Lease. A holder that keeps renewing is left alone; one that is silent is waited for a full lease period as
 * seen here, since its clock and ours need not agree.
 */
export async function acquireLease(port: ClusterPort, run: LeaseRun, earlier: LeaseSeen | null): Promise<Acquired> {
  await ensureNamespace(port);
  const { clock } = run;
  let seen = earlier;
  const tell = once(run.waiting);
  for (;;) {
    const lease = await port.get(REF);
    const started = clock.now();
    if (lease === null) {
      const created = await create(port, run);
      if (created === null) continue;
      return { state: "held", lease: heldLease(port, run, { lease: created, takenOver: false, started }) };
    }
    const holder = holderOf(lease);
    const version = lease.metadata.resourceVersion ?? "";
    const takenOver = holder !== "" && holder !== run.holder;
    if (!takenOver || isSilent(lease, seen, clock.now())) {
      const taken = await take(port, run, lease);
      if (taken === null) continue;
      return { state: "held", lease: heldLease(port, run, { lease: taken, takenOver, started }) };
    }
    if (seen !== null && seen.version !== version) return { state: "busy", holder };
    tell(holder, periodOf(lease));
    seen ??= { version, since: clock.now() };
    await clock.sleep(POLL);
  }
}

/**
 * Looks at a Lease before it is wanted: several silent holders are then waited for at the same time. Null: there is none.
 * Throws `ClusterFault`.
 */
export async function lookAtLease(port: ClusterPort, clock: ClockPort): Promise<LeaseSeen | null> {
  const lease = await port.get(REF);
  return lease === null ? null : { version: lease.metadata.resourceVersion ?? "", since: clock.now() };
}

function once(tell: LeaseRun["waiting"]): LeaseRun["waiting"] {
  let told = false;
  return (holder, milliseconds) => {
    if (!told) tell(holder, milliseconds);
    told = true;
  };
}

function isSilent(lease: KubeObject, seen: LeaseSeen | null, now: number): boolean {
  return seen?.version === (lease.metadata.resourceVersion ?? "") && now - seen.since >= periodOf(lease);
}

function holderOf(lease: KubeObject): string {
  return asString(at(lease, "spec", "holderIdentity")) ?? "";
}

/** Never less than our own period, whatever stands in the object: it only ever makes the wait longer. */
function periodOf(lease: KubeObject): number {
  return Math.max(asNumber(at(lease, "spec", "leaseDurationSeconds")) ?? 0, LEASE_SECONDS) * 1000;
}

async function ensureNamespace(port: ClusterPort): Promise<void> {
  const ref: ObjectRef = { apiVersion: "v1", kind: "Namespace", namespace: null, name: DROVER_NAMESPACE };
  if ((await port.get(ref)) !== null) return;
  await orExisting(() => port.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: DROVER_NAMESPACE } }));
}

async function create(
  port: ClusterPort,
  run: { readonly clock: ClockPort; readonly holder: string },
): Promise<KubeObject | null> {
  const { apiVersion, kind, name } = REF;
  const metadata = { name, namespace: DROVER_NAMESPACE };
  return orExisting(() => port.create({ apiVersion, kind, metadata, spec: spec(run) }));
}

async function orExisting(create: () => Promise<KubeObject>): Promise<KubeObject | null> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof ClusterFault && error.code === "already-exists") return null;
    throw error;
  }
}

async function take(
  port: ClusterPort,
  run: { readonly clock: ClockPort; readonly holder: string },
  lease: KubeObject,
): Promise<KubeObject | null> {
  const resourceVersion = lease.metadata.resourceVersion ?? "";
  try {
    return await port.patch(REF, { metadata: { resourceVersion }, spec: spec(run) }, { timeoutMs: CONFIRM_TIMEOUT });
  } catch (error) {
    if (error instanceof ClusterFault && error.code === "conflict") return null;
    throw error;
  }
}

function spec(run: { readonly clock: ClockPort; readonly holder: string }): Readonly<Record<string, unknown>> {
  const renewTime = new Date(run.clock.now()).toISOString().replace("Z", "000Z");
  return { holderIdentity: run.holder, leaseDurationSeconds: LEASE_SECONDS, renewTime };
}

function heldLease(
  port: ClusterPort,
  run: { readonly clock: ClockPort; readonly holder: string },
  taken: { readonly lease: KubeObject; readonly takenOver: boolean; readonly started: number },
): HeldLease {
  const { clock } = run;
  // Counted from before the request that renewed it, so that a slow answer never makes the lease look longer.
  let renewed = taken.started;
  let version = taken.lease.metadata.resourceVersion ?? "";
  const renew = async (holder: string): Promise<void> => {
    const started = clock.now();
    const patch = { metadata: { resourceVersion: version }, spec: { ...spec(run), holderIdentity: holder } };
    const lease = asFields(await port.patch(REF, patch, { timeoutMs: CONFIRM_TIMEOUT }));
    version = asString(at(lease, "metadata", "resourceVersion")) ?? "";
    renewed = started;
  };
  return {
    cluster: port.name,
    takenOver: taken.takenOver,
    async confirm() {
      const remaining = renewed + LEASE_SECONDS * 1000 - clock.now();
      if (remaining > 2 * WRITE_TIMEOUT) return;
      await renew(run.holder);
      if (renewed + LEASE_SECONDS * 1000 - clock.now() <= WRITE_TIMEOUT) {
        throw new ClusterFault("timeout", port.name, `${port.name}: the Lease could not be renewed in time`);
      }
    },
    async release() {
      await renew("");
    },
  };
}
