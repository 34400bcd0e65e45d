import type { ClusterPort } from "../../ports/cluster.ts";
import type { ClockPort } from "../../ports/clock.ts";

/** What a write to one cluster needs: the connection, and the proof that the Lease is still ours. */
export interface WriteContext {
  readonly port: ClusterPort;
  readonly clock: ClockPort;
  /** Called before every write; throws when the Lease does not outlive it. */
  readonly confirm: () => Promise<void>;
  readonly timeoutMs: number;
}
