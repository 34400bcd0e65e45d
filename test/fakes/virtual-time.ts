import type { ClockPort } from "../../src/ports/clock.ts";

export interface FakeClock extends ClockPort {
  /** Moves on without anybody waiting. */
  advance(milliseconds: number): void;
}

/** Time that passes only when somebody waits, or when the test says so. `onSleep` sees every wait. */
export function fakeClock(onSleep: (now: number) => void | Promise<void> = () => undefined): FakeClock {
  let now = Date.parse("2026-11-23T02:40:00Z");
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds) => {
      now += milliseconds;
      await onSleep(now);
    },
  };
}
