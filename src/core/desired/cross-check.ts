import { checkApplications } from "./checks/check-applications.ts";
import { checkClaims } from "./checks/check-claims.ts";
import { checkClusters } from "./checks/check-clusters.ts";
import { checkPolicies } from "./checks/check-policies.ts";
import type { Problem, World } from "./checks/problem.ts";

/** Everything that documents owe each other. Documents that are invalid by themselves are not looked at again. */
export function crossCheck(world: World): readonly Problem[] {
  return [...checkClusters(world), ...checkPolicies(world), ...checkApplications(world), ...checkClaims(world)];
}
