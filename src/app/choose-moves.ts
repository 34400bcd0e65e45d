import type { ProtectedApplication } from "../core/desired/protected-application.ts";
import type { Transition } from "../core/desired/transition.ts";
import { mergeTransitions, openTransitions } from "../core/failover/open-transition.ts";
import { valueOf } from "../core/observed/cluster-facts.ts";
import { pairOf } from "../core/plan/application-context.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";

/** Which applications, by name or by the site they are on, and where to. */
export interface MoveRequest {
  readonly type: Transition["type"];
  readonly applications: readonly string[];
  /** Every application active on this cluster, instead of names. */
  readonly fromSite: string | null;
  /** Labels that an application selected by `fromSite` must have. */
  readonly select: Readonly<Record<string, string>>;
  /** Null: the only partner. */
  readonly to: string | null;
  readonly protectedBranch: string;
}

/** One application that a proposal moves. */
export interface Move {
  readonly document: ProtectedApplication;
  readonly from: string;
  readonly to: string;
  /** Id of the transition that is cancelled. */
  readonly begun: string | null;
}

/** The moves that a request asks for, and everything that speaks against it. */
export function chooseMoves(
  input: PlanInput,
  request: MoveRequest,
): { readonly moves: readonly Move[]; readonly problems: readonly string[] } {
  const names = request.fromSite === null ? request.applications : activeOn(input, request.fromSite, request.select);
  if (names.length === 0) {
    return { moves: [], problems: [`no protected application is recorded as active on ${request.fromSite ?? "it"}`] };
  }
  const moves: Move[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const found = chooseOne(input, request, name);
    if (typeof found === "string") problems.push(found);
    else moves.push(found);
  }
  return { moves, problems };
}

function activeOn(input: PlanInput, site: string, select: Readonly<Record<string, string>>): readonly string[] {
  const labelled = (document: ProtectedApplication): boolean =>
    Object.entries(select).every(([key, value]) => document.labels[key] === value);
  return [...input.desired.state.applications.values()]
    .filter((document) => {
      const recorded = input.recorded.get(document.name);
      return recorded?.state === "known" && recorded.cluster === site && labelled(document);
    })
    .map((document) => document.name)
    .sort();
}

function chooseOne(input: PlanInput, request: MoveRequest, name: string): Move | string {
  const document = input.desired.state.applications.get(name);
  if (document === undefined)
    return `there is no ProtectedApplication ${name} at the tip of ${request.protectedBranch}`;
  return request.type === "Cancel" ? chooseCancel(input, document) : chooseTarget(input, document, request.to);
}

function chooseCancel(input: PlanInput, document: ProtectedApplication): Move | string {
  const { name } = document;
  const [begun] = openTransitions(mergeTransitions(recordsOf(input, name)));
  if (begun === undefined) return `${name} has no begun transition that could be cancelled`;
  const active = input.recorded.get(name);
  if (begun.phase === "serving" || (active?.state === "known" && active.cluster === begun.to)) {
    return `${name}: transition ${begun.id} is past its point of no return, ${begun.to} is active; afterwards: drover relocate ${name} --to ${begun.from}`;
  }
  return { document, from: begun.to, to: begun.from, begun: begun.id };
}

function chooseTarget(input: PlanInput, document: ProtectedApplication, wanted: string | null): Move | string {
  const { name } = document;
  const recorded = input.recorded.get(name);
  if (recorded?.state !== "known") return `which cluster is active for ${name} is not known, so nothing can be moved`;
  const from = recorded.cluster;
  const partners = partnersOf(input, document, from);
  const to = wanted ?? (partners.length === 1 ? (partners[0] ?? null) : null);
  if (to === null) return `${name} could go to ${partners.join(" or ") || "nowhere"}; say which with --to`;
  if (to === from) return `${name} is already active on ${to}`;
  if (!partners.includes(to)) return `${name} can't go to ${to}: no policy of it pairs ${from} with ${to}`;
  return { document, from, to, begun: null };
}

function partnersOf(input: PlanInput, document: ProtectedApplication, from: string): readonly string[] {
  const partners = document.policies.flatMap((policy) => {
    const found = input.desired.state.policies.get(policy);
    const pair = found === undefined ? null : pairOf(found);
    return pair?.includes(from) === true ? pair.filter((cluster) => cluster !== from) : [];
  });
  // Several policies may pair the same clusters.
  return [...new Set(partners)];
}

/** The transitions that every readable cluster records for an application. */
export function recordsOf(input: PlanInput, name: string) {
  return [...input.clusters.values()].map((cluster) => {
    const record = cluster.reachable ? cluster.applications.get(name)?.record : undefined;
    return record === undefined ? [] : (valueOf(record)?.transitions ?? []);
  });
}
