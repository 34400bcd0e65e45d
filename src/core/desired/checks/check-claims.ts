import { invalidField } from "../issue.ts";
import type { ProtectedApplication } from "../protected-application.ts";
import type { Problem, World } from "./problem.ts";
import { onApplication } from "./problem.ts";

/** Two applications must never protect the same object: each would replicate and move it on its own. */
export function checkClaims(world: World): readonly Problem[] {
  const claims = new Map<string, ProtectedApplication[]>();
  for (const application of world.applications.values()) {
    for (const namespace of new Set(application.namespaces)) {
      const others = claims.get(namespace);
      if (others === undefined) claims.set(namespace, [application]);
      else others.push(application);
    }
  }
  return [...claims].flatMap(([namespace, applications]) => conflicts(namespace, applications));
}

/** One finding for each application of a conflict, not for each pair. */
function conflicts(namespace: string, applications: readonly ProtectedApplication[]): readonly Problem[] {
  return applications.flatMap((application) => {
    const other = applications.find((candidate) => candidate !== application && canOverlap(candidate, application));
    if (other === undefined) return [];
    const issue = invalidField(
      ["spec", "namespaces", application.namespaces.indexOf(namespace)],
      `The namespace ${namespace} is also protected by the application ${other.name} (${other.source.file}), and one object could belong to both.`,
      "Protect it in one of them, or give both a selector with a common label key and different values.",
    );
    return [onApplication(application, { ...issue, code: "namespace-claimed-twice" })];
  });
}

/** Selectors exclude each other only by a label key that both name with different values. */
function canOverlap(a: ProtectedApplication, b: ProtectedApplication): boolean {
  const [left, right] = [a.matchLabels, b.matchLabels];
  if (left === null || right === null) return true;
  return !Object.entries(left).some(([key, value]) => Object.hasOwn(right, key) && right[key] !== value);
}
