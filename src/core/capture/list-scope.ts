/** One list of the whole cluster, or one for each namespace. */
export type ListScope = "cluster" | "namespaces";

/** A list of few namespaces is answered in one page each: below this a list of the whole cluster gains nothing. */
const FEW = 4;

/**
 * Which lists are fewer requests and not far more bytes: one of the whole cluster only when at least half of its
 * namespaces are asked for anyway. `existing` is null where the namespaces may not be counted; then nothing is known.
 */
export function chooseScope(asked: number, existing: number | null): ListScope {
  return existing !== null && asked > FEW && asked * 2 >= existing ? "cluster" : "namespaces";
}

/**
 * Whether a list of the whole cluster, of which one page was read, is still worth going on with: the objects of other
 * namespaces may need more pages than the namespaces asked for need requests.
 */
export function isWorthwhile(remaining: number | null, pageSize: number, asked: number): boolean {
  return remaining === null || Math.ceil(remaining / pageSize) <= asked;
}
