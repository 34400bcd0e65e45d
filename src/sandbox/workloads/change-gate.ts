import type { KindRef } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";

/** Lets a controller skip a tick in which nothing that it looks at can be different. */
export interface ChangeGate {
  /** Whether a look now would be passed over. */
  idle(now: number): boolean;
  /**
   * Looks, if a kind was written since the last look or a moment asked for has come. A look that fails is owed and
   * happens at the next tick.
   */
  look(now: number, act: () => Promise<void>): Promise<void>;
  /** Asks for a look at this moment even if nothing changes; the earliest one counts. */
  wakeAt(moment: number): void;
  /** Asks for a look at the next tick. */
  reopen(): void;
}

/** `extra` is a counter of changes outside the cluster, such as the storage's revision. */
export function createChangeGate(
  client: SimulatorClient,
  kinds: readonly KindRef[],
  extra: () => number = () => 0,
): ChangeGate {
  let seen: string | null = null;
  let due = Number.POSITIVE_INFINITY;
  const signature = (): string | null => {
    const generations = kinds.map((kind) => client.generation(kind));
    return generations.includes(null) ? null : `${generations.join(" ")} ${extra()}`;
  };
  const isIdle = (now: number, current: string | null): boolean => current !== null && current === seen && now < due;
  return {
    idle: (now) => isIdle(now, signature()),
    look: async (now, act) => {
      const current = signature();
      if (isIdle(now, current)) return;
      due = Number.POSITIVE_INFINITY;
      seen = null;
      await act();
      seen = current;
    },
    wakeAt: (moment) => {
      due = Math.min(due, moment);
    },
    reopen: () => {
      seen = null;
    },
  };
}
