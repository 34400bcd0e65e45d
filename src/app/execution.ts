import type { Provider } from "../core/provider.ts";
import type { ClockPort } from "../ports/clock.ts";
import type { ClusterPort } from "../ports/cluster.ts";
import type { AppEvent } from "./events.ts";
import type { EpochContext } from "./operations/bookkeeping.ts";
import type { BranchContext } from "./operations/commit-folder.ts";

/** What one run of a plan works with. */
export interface Execution {
  readonly clock: ClockPort;
  readonly providers: Readonly<Record<string, Provider>>;
  readonly digest: (text: string) => string;
  readonly events: (event: AppEvent) => void;
  readonly branch: Omit<BranchContext, "cluster">;
  /** For reading; null when the cluster was not reachable. */
  readonly readFrom: (cluster: string) => ClusterPort | null;
  /** Keeps every Lease of this run alive during a long wait. */
  readonly keepLeases: () => Promise<void>;
  /** For writing; null when no Lease is held there. */
  readonly writeTo: (cluster: string) => EpochContext | null;
}
