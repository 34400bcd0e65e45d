import type { Blocker } from "./intent.ts";

export interface SiteFenceInput {
  /** Cluster whose storage would be fenced. */
  readonly site: string;
  /** Applications recorded as active there. */
  readonly activeThere: readonly string[];
  /** Applications that the approved change moves away with one id, with their namespaces. */
  readonly moved: ReadonlyMap<string, readonly string[]>;
  /** Namespaces with volumes there, as the surviving side knows them; null: never recorded. */
  readonly volumeNamespaces: readonly string[] | null;
  /** Namespaces of applications whose active cluster is recorded: here (then they must move), or elsewhere. */
  readonly protectedNamespaces: readonly string[];
  /** `unprotectedNamespaces` of the change. */
  readonly named: readonly string[];
}

/**
 * A site is fenced as a site (design invariant 2): everything active there must be in the approved change, and every
 * other namespace with volumes must be named in it, because their writes stop too.
 */
export function siteFenceBlockers(input: SiteFenceInput): readonly Blocker[] {
  const { site, activeThere, moved, volumeNamespaces, protectedNamespaces, named } = input;
  const missing = activeThere.filter((application) => !moved.has(application));
  const blockers: Blocker[] = missing.map((application) => ({
    code: "site-fence-incomplete",
    message: `${application} is active on ${site} and would be fenced with it, but the approved change does not move it`,
    remedy: `open one change for the whole site: drover failover --from ${site} --reason TEXT`,
  }));
  if (volumeNamespaces === null) {
    blockers.push({
      code: "site-unknown",
      message: `which namespaces have volumes on ${site} was never recorded on the surviving side`,
      remedy: "run drover apply once while both clusters are reachable; without that record nothing can be fenced",
    });
    return blockers;
  }
  const covered = new Set([...[...moved.values()].flat(), ...protectedNamespaces, ...named]);
  const bare = volumeNamespaces.filter((namespace) => !covered.has(namespace));
  if (bare.length > 0) {
    blockers.push({
      code: "unprotected-namespaces",
      message: `namespaces ${bare.join(", ")} on ${site} have volumes, are not protected, and would lose their storage`,
      remedy: "name them in spec.placement.transition.unprotectedNamespaces, or protect them",
    });
  }
  return blockers;
}
