import { type Actor, runTick } from "./actor.ts";
import type { Random } from "./random.ts";
import type { SimulationClock } from "./simulation-clock.ts";

/** The schedule at one moment; actors are named, so that a rebuilt composition can take it over. */
export interface VirtualClockSnapshot {
  readonly now: number;
  readonly due: Readonly<Record<string, number>>;
}

export interface VirtualClock extends SimulationClock {
  /** Adds an actor; its first tick falls due within its first period, at a moment that the seed decides. */
  schedule(actor: Actor): void;
  /** Lets time pass: runs every tick that falls due, in time order, one after the other. */
  advance(milliseconds: number): Promise<void>;
  /** The same as `advance`: code under test that waits drives the simulation. Never to be called inside a tick. */
  sleep(milliseconds: number): Promise<void>;
  snapshot(): VirtualClockSnapshot;
  restore(saved: VirtualClockSnapshot): void;
}

export interface VirtualClockOptions {
  /** Milliseconds since the epoch at which time begins. */
  readonly startMs: number;
  readonly random: Random;
  /** Share of a period by which each tick may come early or late, 0 to 1. */
  readonly jitter?: number;
}

interface Entry {
  readonly actor: Actor;
  due: number;
}

interface Sleeper {
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A deterministic discrete-event clock: nothing happens between two ticks, and nothing happens unless somebody waits. */
export function createVirtualClock({ startMs, random, jitter = 0.1 }: VirtualClockOptions): VirtualClock {
  let now = startMs;
  let pumping = false;
  const entries: Entry[] = [];
  const sleepers: Sleeper[] = [];

  const nextDue = (everyMs: number): number =>
    now + Math.max(1, Math.round(everyMs * (1 + jitter * (2 * random.next() - 1))));

  async function step(): Promise<void> {
    const sleeper = earliest(sleepers, (candidate) => candidate.at);
    if (sleeper === undefined) return;
    let entry = earliest(entries, (candidate) => candidate.due);
    while (entry !== undefined && entry.due <= sleeper.at) {
      now = Math.max(now, entry.due);
      entry.due = nextDue(entry.actor.everyMs);
      if (entry.actor.idle?.() !== true) {
        await runTick(entry.actor);
        return;
      }
      entry = earliest(entries, (candidate) => candidate.due);
    }
    now = Math.max(now, sleeper.at);
    sleepers.splice(sleepers.indexOf(sleeper), 1);
    sleeper.resolve();
    // Other code is still asleep: give the one that woke a chance to act before time goes on.
    if (sleepers.length > 0) await new Promise((resume) => setImmediate(resume));
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      // Whoever falls asleep in the same turn is known before time moves.
      await Promise.resolve();
      while (sleepers.length > 0) await step();
    } catch (bug) {
      for (const sleeper of sleepers.splice(0)) sleeper.reject(bug);
    } finally {
      pumping = false;
    }
  }

  function sleep(milliseconds: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    sleepers.push({ at: now + Math.max(0, milliseconds), resolve, reject });
    void pump();
    return promise;
  }

  return {
    now: () => now,
    pace: (milliseconds) => milliseconds,
    schedule: (actor) => {
      entries.push({ actor, due: now + random.between(1, actor.everyMs) });
    },
    advance: sleep,
    sleep,
    snapshot: () => ({ now, due: Object.fromEntries(entries.map(({ actor, due }) => [actor.name, due])) }),
    restore: (saved) => {
      now = saved.now;
      for (const entry of entries) entry.due = saved.due[entry.actor.name] ?? nextDue(entry.actor.everyMs);
    },
  };
}

function earliest<Item>(items: readonly Item[], moment: (item: Item) => number): Item | undefined {
  let best: Item | undefined;
  for (const item of items) if (best === undefined || moment(item) < moment(best)) best = item;
  return best;
}
