import { findVolume, type PlaneState, type ReplicaState } from "./plane-state.ts";
import { union } from "./sequence-runs.ts";

/** What can go wrong inside the storage, to be switched by a test or a demonstration. */
export interface PlaneFaults {
  /** The replica's data is destroyed and it leaves the current set; with no other replica the data is gone. */
  loseReplica(handle: string, domain: string): void;
  /** The replica claims to be current but takes no writes; ending the fault delivers what was withheld. */
  setLagging(handle: string, domain: string, lagging: boolean): void;
  /** Each side believes itself alone and acknowledges by itself: what a storage without fencing does. */
  setSplit(split: boolean): void;
}

export function createPlaneFaults(current: () => PlaneState): PlaneFaults {
  const onReplica = (handle: string, domain: string, change: (replica: ReplicaState) => void): void => {
    for (const replica of findVolume(current(), handle)?.replicas ?? []) if (replica.domain === domain) change(replica);
  };
  return {
    loseReplica: (handle, domain) =>
      onReplica(handle, domain, (replica) => {
        replica.content = [];
        replica.withheld = [];
        replica.member = false;
        replica.resyncDoneAt = null;
      }),
    setLagging: (handle, domain, lagging) =>
      onReplica(handle, domain, (replica) => {
        replica.lagging = lagging;
        if (lagging) return;
        replica.content = union(replica.content, replica.withheld);
        replica.withheld = [];
      }),
    setSplit: (split) => {
      current().split = split;
    },
  };
}
