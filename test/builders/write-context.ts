import type { EpochContext } from "../../src/app/operations/bookkeeping.ts";
import { WRITE_TIMEOUT } from "../../src/app/lease.ts";
import { fakeClock } from "../fakes/virtual-time.ts";
import type { FakeCluster } from "../fakes/cluster.ts";
import { C5, COMMITS } from "./plan-world.ts";

/** What an operation needs to write to a fake cluster; `confirmed` counts how often the Lease was made sure of. */
export function writeContext(
  port: FakeCluster,
  changes: Partial<EpochContext> = {},
): EpochContext & { readonly confirmed: () => number } {
  let confirmed = 0;
  return {
    port,
    clock: fakeClock(),
    confirm: () => {
      confirmed += 1;
      return Promise.resolve();
    },
    timeoutMs: WRITE_TIMEOUT,
    tip: C5,
    isAncestor: (ancestor, descendant) =>
      Promise.resolve(COMMITS.includes(ancestor) && COMMITS.indexOf(ancestor) <= COMMITS.indexOf(descendant)),
    ...changes,
    confirmed: () => confirmed,
  };
}
