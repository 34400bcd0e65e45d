import { type Actor, runTick } from "./actor.ts";
import type { Random } from "./random.ts";
import type { SimulationClock } from "./simulation-clock.ts";

/** The machine's own time; `speed` (at least 1) divides what the simulators themselves wait. */
export function createRealClock({ speed }: { readonly speed: number }): SimulationClock {
  return { now: () => Date.now(), pace: (milliseconds) => milliseconds / speed };
}

/** Actors that run until they are stopped. */
export interface RunningActors {
  /** Settles only when a simulator has a bug: rejects with it. Otherwise pending until `stop`, then resolved. */
  readonly finished: Promise<void>;
  /** Lets running ticks end, then resolves. */
  stop(): Promise<void>;
}

/** Runs each actor in a loop of its own, as controllers in a cluster do: their writes may overtake each other. */
export function startActors(
  actors: readonly Actor[],
  clock: SimulationClock,
  { random, jitter = 0.1 }: { readonly random: Random; readonly jitter?: number },
): RunningActors {
  const stopping = new AbortController();
  const loop = async (actor: Actor): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runTick(actor);
      await pause(clock.pace(actor.everyMs * (1 + jitter * (2 * random.next() - 1))), stopping.signal);
    }
  };
  const finished = Promise.all(
    actors.map((actor) =>
      loop(actor).catch((bug: unknown) => {
        stopping.abort();
        throw bug;
      }),
    ),
  ).then(() => undefined);
  // Somebody may look at `finished` only at the end; until then a rejection must not end the process by itself.
  finished.catch(() => undefined);
  return {
    finished,
    stop: async () => {
      stopping.abort();
      await finished;
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
