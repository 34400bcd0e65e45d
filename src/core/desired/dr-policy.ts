import type { Declared } from "./source.ts";

/** One side of a policy: a cluster, or whichever member of a sync policy's pair is active. */
export type PolicySide =
  { readonly type: "cluster"; readonly cluster: string } | { readonly type: "syncPair"; readonly policy: string };

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Times are UTC, `HH:MM`. */
export type Schedule =
  /** Milliseconds, whole minutes. */
  | { readonly type: "interval"; readonly interval: number }
  | { readonly type: "daily"; readonly time: string }
  | { readonly type: "weekly"; readonly day: Weekday; readonly time: string }
  /** `date` is 1 to 28. */
  | { readonly type: "monthly"; readonly date: number; readonly time: string };

export type ReplicationMode = "sync" | "async";

export type Replication =
  | { readonly provider: "none" }
  | {
      readonly provider: "portworx";
      readonly mode: ReplicationMode;
      readonly schedule: Schedule;
      /** `backupLocation` is never null when the mode is async. */
      readonly portworx: { readonly clusterPair: string; readonly backupLocation: string | null };
    }
  | {
      readonly provider: "csi-addons" | "volsync" | "velero";
      readonly mode: ReplicationMode;
      readonly schedule: Schedule;
    };

export interface DRPolicy extends Declared {
  readonly clusters: readonly [PolicySide, PolicySide];
  readonly replication: Replication;
  /** Milliseconds. */
  readonly objectives: { readonly rpo: number; readonly rto: number };
  /** Milliseconds; 10 by default for sync, null for a mode that sets no bound. */
  readonly maxRoundTrip: number | null;
}

/** The policy's mode; null when nothing is replicated. */
export function modeOf(policy: Pick<DRPolicy, "replication">): ReplicationMode | null {
  return policy.replication.provider === "none" ? null : policy.replication.mode;
}
