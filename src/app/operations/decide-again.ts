import { ClusterFault, type ClusterFaultCode } from "../../ports/cluster.ts";
import type { WriteContext } from "./write-context.ts";

const ATTEMPTS = 5;

/**
 * Reads, decides and writes, at most five times: a conflict means that somebody wrote in between, so the next attempt
 * reads and decides anew, which is not a blind retry. Each attempt first confirms that the Lease is still held. `raced`
 * are the fault codes of a lost race; every other fault, and the last conflict, is thrown.
 */
export async function decideAgain<T>(
  context: Pick<WriteContext, "confirm">,
  attempt: () => Promise<T>,
  raced: readonly ClusterFaultCode[] = ["conflict"],
): Promise<T> {
  for (let count = 1; ; count += 1) {
    await context.confirm();
    try {
      return await attempt();
    } catch (error) {
      const lost = error instanceof ClusterFault && raced.includes(error.code);
      if (!lost || count >= ATTEMPTS) throw error;
    }
  }
}
