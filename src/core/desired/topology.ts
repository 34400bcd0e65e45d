import type { DRPolicy, PolicySide } from "./dr-policy.ts";

type Policies = ReadonlyMap<string, Pick<DRPolicy, "clusters">>;

/** The clusters that a side can mean: one, or both members of the sync pair it names. Unknown policies mean none. */
export function sideMembers(side: PolicySide, policies: Policies): readonly string[] {
  if (side.type === "cluster") return [side.cluster];
  const pair = policies.get(side.policy)?.clusters ?? [];
  return pair.flatMap((member) => (member.type === "cluster" ? [member.cluster] : []));
}

/** Every cluster of a policy, the members of a sync pair included, in the order they are written. */
export function clustersOf(policy: Pick<DRPolicy, "clusters">, policies: Policies): readonly string[] {
  return policy.clusters.flatMap((side) => sideMembers(side, policies));
}

/** Whether an application that is active on `from` can move to `to` under the policy: they are on different sides. */
export function joins(
  policy: Pick<DRPolicy, "clusters">,
  policies: Policies,
  move: { from: string; to: string },
): boolean {
  const [first, second] = policy.clusters.map((side) => sideMembers(side, policies));
  if (first === undefined || second === undefined) return false;
  return (
    (first.includes(move.from) && second.includes(move.to)) || (second.includes(move.from) && first.includes(move.to))
  );
}
