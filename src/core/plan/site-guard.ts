import { siteFenceBlockers } from "../failover/site-fence.ts";
import { markOf } from "../model/record.ts";
import { isIdle } from "../observed/application-facts.ts";
import { valueOf } from "../observed/cluster-facts.ts";
import type { ApplicationPlan } from "./plan-application.ts";
import { pairOf } from "./application-context.ts";
import type { PlanInput } from "./plan-input.ts";

/**
 * What concerns a whole site can't be judged one application at a time: a fence must be covered by the change, and a
 * site's storage is given back only when nothing protected runs there (design invariant 2).
 */
export function guardSites(input: PlanInput, plans: readonly ApplicationPlan[]): readonly ApplicationPlan[] {
  return plans.map((plan) => guardUnfence(input, plans, guardFence(input, plans, plan)));
}

function guardFence(input: PlanInput, plans: readonly ApplicationPlan[], plan: ApplicationPlan): ApplicationPlan {
  if ((plan.phases.fence ?? []).length === 0 || plan.intent.type !== "move" || plan.context === null) return plan;
  const { transition } = plan.intent.move;
  const site = plan.context.source.name;
  const survivor = plan.context.target.cluster;
  const together = plans.filter(
    (other) => !input.withheld.has(other.document.name) && movesTogether(other, { id: transition.id, site }),
  );
  const moved = new Map(together.map((other) => [other.document.name, other.document.namespaces]));
  const epoch = survivor === null ? null : valueOf(survivor.epoch);
  const blockers = siteFenceBlockers({
    site,
    activeThere: Object.entries(epoch?.active ?? {}).flatMap(([name, mark]) => (mark.cluster === site ? [name] : [])),
    moved,
    volumeNamespaces: survivor?.sites.get(site) ?? null,
    protectedNamespaces: [...input.desired.state.applications.values()].flatMap((document) =>
      markOf(epoch, document.name) === null ? [] : document.namespaces,
    ),
    named: together.flatMap((other) => unprotectedOf(other)),
  });
  return blockers.length === 0 ? plan : { ...plan, phases: {}, blockers: [...plan.blockers, ...blockers] };
}

/** A refused application counts: it is fenced with the site, only its promotion is refused. */
function movesTogether(plan: ApplicationPlan, move: { readonly id: string; readonly site: string }): boolean {
  const transition = plan.document.placement.transition;
  return transition?.type === "Failover" && transition.id === move.id && transition.from === move.site;
}

function unprotectedOf(plan: ApplicationPlan): readonly string[] {
  const transition = plan.document.placement.transition;
  return transition?.type === "Failover" ? transition.unprotectedNamespaces : [];
}

function guardUnfence(input: PlanInput, plans: readonly ApplicationPlan[], plan: ApplicationPlan): ApplicationPlan {
  const unfence = plan.phases.unfence ?? [];
  if (!unfence.some((draft) => draft.action === "unfence") || plan.context === null) return plan;
  const site = plan.context.source.name;
  const busy = plans.filter((other) => other !== plan && concerns(input, other, site) && staysBusy(input, other, site));
  const found = [...busy.map((other) => other.document.name), ...unplannedBusy(input, plans, site)];
  if (found.length === 0) return plan;
  const names = found.sort().join(", ");
  const { unfence: _unfence, settle: _settle, ...rest } = plan.phases;
  return {
    ...plan,
    phases: rest,
    waitingFor: [...plan.waitingFor, `${names} on ${site} to be stopped before its storage is given back`],
  };
}

/** Applications that run there and have no plan, because their documents are invalid: nobody stops them. */
function unplannedBusy(input: PlanInput, plans: readonly ApplicationPlan[], site: string): readonly string[] {
  const cluster = input.clusters.get(site);
  if (cluster?.reachable !== true) return [];
  const planned = new Set(plans.map((plan) => plan.document.name));
  return [...cluster.applications].flatMap(([name, { facts }]) => (planned.has(name) || isIdle(facts) ? [] : [name]));
}

function concerns(input: PlanInput, plan: ApplicationPlan, site: string): boolean {
  return plan.document.policies.some((name) => {
    const policy = input.desired.state.policies.get(name);
    return policy !== undefined && (pairOf(policy)?.includes(site) ?? false);
  });
}

/** Something runs there now, and this plan does not stop it. An application that can't be read there counts as busy. */
function staysBusy(input: PlanInput, plan: ApplicationPlan, site: string): boolean {
  if ((plan.phases.hold ?? []).length > 0 && plan.context?.source.name === site) return false;
  const cluster = input.clusters.get(site);
  const application = cluster?.reachable === true ? cluster.applications.get(plan.document.name) : undefined;
  return application === undefined || !isIdle(application.facts);
}
