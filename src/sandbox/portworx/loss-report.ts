import type { Contention, PlaneState, SplitBrain } from "./plane-state.ts";
import { count, union } from "./sequence-runs.ts";

/** What one side could read of a volume if it were the only one left. */
export interface SideReport {
  readonly readable: number;
  /** Acknowledged writes that this side does not hold. */
  readonly lost: number;
  readonly current: boolean;
  /** Writes that were acknowledged to pods of this side. */
  readonly acknowledged: number;
}

export interface VolumeReport {
  readonly volume: string;
  /** `namespace/claim` it was made for. */
  readonly claim: string;
  readonly acknowledged: number;
  readonly blocked: number;
  readonly refused: number;
  readonly sides: Readonly<Record<string, SideReport>>;
  /** Acknowledged writes that no replica holds any more. */
  readonly lostEverywhere: number;
}

export interface PlaneReport {
  readonly volumes: readonly VolumeReport[];
  readonly splitBrain: readonly SplitBrain[];
  readonly contended: readonly Contention[];
}

/** Counted, not asserted: what was acknowledged to writers against what can still be read. */
export function reportLoss(state: PlaneState): PlaneReport {
  const volumes = state.volumes.map((volume): VolumeReport => {
    const { name, claim, acknowledged, blocked, refused } = volume;
    const sides = volume.replicas.map((replica): [string, SideReport] => {
      const readable = count(replica.content);
      const side = { readable, lost: acknowledged - readable, current: replica.member };
      return [replica.domain, { ...side, acknowledged: replica.acknowledged }];
    });
    const held = volume.replicas.reduce((all, replica) => union(all, replica.content), union([], []));
    const lostEverywhere = acknowledged - count(held);
    return { volume: name, claim, acknowledged, blocked, refused, sides: Object.fromEntries(sides), lostEverywhere };
  });
  return { volumes, splitBrain: structuredClone(state.splitBrain), contended: structuredClone(state.contended) };
}
