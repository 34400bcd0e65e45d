import { compareText } from "../model/compare-text.ts";
import type { StartupStep } from "../desired/protected-application.ts";
import type { ObjectRef } from "../model/kube-object.ts";

/** Stateful sets before deployments: data stores before what uses them, where the document says nothing. */
const KIND_ORDER: readonly string[] = ["StatefulSet", "Deployment"];

/**
 * The order in which workloads start; stopping is the reverse. Listed ones come first, in the document's order, then
 * the rest by kind and name.
 */
export function startupOrder<T extends { readonly ref: ObjectRef }>(
  workloads: readonly T[],
  startup: readonly StartupStep[],
): readonly T[] {
  const rank = (ref: ObjectRef): number => {
    const listed = startup.findIndex((step) => matches(step, ref));
    if (listed >= 0) return listed;
    const kind = KIND_ORDER.indexOf(ref.kind);
    return startup.length + (kind < 0 ? KIND_ORDER.length : kind);
  };
  const name = (ref: ObjectRef): string => `${ref.namespace ?? ""}/${ref.name}`;
  return [...workloads].sort((a, b) => rank(a.ref) - rank(b.ref) || compareText(name(a.ref), name(b.ref)));
}

function matches(step: StartupStep, ref: ObjectRef): boolean {
  return (
    step.kind === ref.kind &&
    step.name === ref.name &&
    (step.namespace === null || step.namespace === ref.namespace) &&
    (step.apiVersion === null || step.apiVersion === ref.apiVersion)
  );
}
