import { createHash, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { ClockPort } from "../../ports/clock.ts";

export const systemClock: ClockPort = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await delay(milliseconds);
  },
};

/** Hex SHA-256. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A name for the holder of a Lease: unique for this process, and telling people where it runs. */
export function holderName(): string {
  return `${hostname().slice(0, 40)}_${process.pid}_${randomUUID().slice(0, 8)}`;
}
