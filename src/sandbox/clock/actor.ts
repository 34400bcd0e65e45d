import { isExpectedFault } from "../client/simulator-fault.ts";

/** What an actor remembers between two ticks and can't read back from a cluster or the storage. */
export interface ActorMemory {
  /** A value that `structuredClone` can copy. */
  save(): unknown;
  load(saved: unknown): void;
}

/** One simulated controller. A tick looks at the world once and does what is due; it never waits for time to pass. */
export interface Actor {
  readonly name: string;
  /** Time between two ticks, in the simulators' own milliseconds. */
  readonly everyMs: number;
  tick(): Promise<void>;
  /** Whether a tick now would do nothing: lets a clock pass over it without the cost of one. */
  idle?(): boolean;
  readonly memory?: ActorMemory;
}

/**
 * Runs one tick. An API server that does not answer, or a write that somebody else overtook, is everyday life for a
 * controller: the next tick tries again. Everything else is a bug of the simulator and is thrown.
 */
export async function runTick(actor: Actor): Promise<void> {
  try {
    await actor.tick();
  } catch (error) {
    if (!isExpectedFault(error)) throw error;
  }
}
