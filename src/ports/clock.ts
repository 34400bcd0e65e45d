/** Time as a parameter. Waiting goes through the port so that a test can own it. */
export interface ClockPort {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}
