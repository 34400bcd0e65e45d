import type { ClockPort } from "../ports/clock.ts";
import type { ClusterPort } from "../ports/cluster.ts";
import type { ForgePort } from "../ports/forge.ts";
import type { GitPort } from "../ports/git.ts";
import type { SealerPort } from "../ports/sealer.ts";
import type { ClusterSpec } from "../core/desired/cluster.ts";
import type { Provider } from "../core/provider.ts";
import type { AppEvent } from "./events.ts";

/** Everything outside that the use cases touch, built once by the entry. */
export interface Ports {
  readonly git: GitPort;
  /**
   * The connection to a cluster by its name in the repository; a value when it can't even be tried (a context that is
   * missing, a plugin that is refused).
   */
  readonly cluster: (spec: ClusterSpec) => Promise<ClusterConnection>;
  /** Null: the settings name no forge. */
  readonly forge: ForgePort | null;
  readonly clock: ClockPort;
  readonly providers: Readonly<Record<string, Provider>>;
  readonly sealer: SealerPort;
  /** Hex SHA-256. */
  readonly digest: (text: string) => string;
  /** Who holds a Lease: unique for this process. */
  readonly holder: string;
  readonly version: string;
  readonly events: (event: AppEvent) => void;
}

export type ClusterConnection =
  { readonly state: "ready"; readonly port: ClusterPort } | { readonly state: "refused"; readonly why: string };
