import { OWN_BRANCHES } from "../core/model/own-branches.ts";
import { type DesiredResult, buildDesiredState } from "../core/desired/desired-state.ts";
import { setPlacement } from "../core/desired/edit.ts";
import type { Transition } from "../core/desired/transition.ts";
import {
  type ProposalOptions,
  proposeFailover,
  proposeRelocate,
  transitionId,
} from "../core/failover/transition-proposal.ts";
import { buildPlan } from "../core/plan/build-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { GitPort } from "../ports/git.ts";
import { readTip } from "./apply.ts";
import { gather } from "./gather.ts";
import type { Repository } from "./gather-repository.ts";
import { type Move, type MoveRequest, chooseMoves, recordsOf } from "./choose-moves.ts";
import type { Ports } from "./ports.ts";

export interface ProposalRequest extends ProposalOptions, MoveRequest {
  /** Title and body of the pull request, from the plan of the change. */
  readonly describe: (plan: Plan, id: string) => { readonly title: string; readonly body: string };
}

export type Proposal =
  | { readonly state: "refused"; readonly reasons: readonly string[]; readonly plan: Plan | null }
  | {
      readonly state: "opened";
      readonly id: string;
      readonly branch: string;
      readonly commit: string;
      readonly plan: Plan;
      /** Null: there is no forge; the branch was pushed. */
      readonly pullRequest: PullRequest | null;
    };

/**
 * Writes the change that people then approve: documents edited in place, one branch, one pull request, with the plan in
 * it. Nothing is done to a cluster here.
 */
export async function proposeTransition(ports: Ports, request: ProposalRequest): Promise<Proposal> {
  await ports.git.fetch();
  const repository = await readTip(ports, request.protectedBranch);
  const drift = await differsFromCheckout(ports, repository);
  if (drift !== null) return { state: "refused", reasons: [drift], plan: null };
  const { input } = await gather(ports, { repository, now: request.now, purpose: "look" });
  const chosen = chooseMoves(input, request);
  if (chosen.problems.length > 0) return { state: "refused", reasons: chosen.problems, plan: null };
  const edited = edit(repository, input, { request, moves: chosen.moves });
  if ("problem" in edited) return { state: "refused", reasons: [edited.problem], plan: null };
  const plan = buildPlan({ ...input, desired: edited.desired, changedIn: new Map() });
  const invalid = invalidIn(edited, repository);
  if (invalid.length > 0) return { state: "refused", reasons: invalid, plan };
  const refusals = refusalsOf(plan, chosen.moves);
  if (refusals !== null) return { state: "refused", reasons: refusals, plan };
  return open(ports, { repository, request, plan, id: edited.id, files: edited.files });
}

async function differsFromCheckout(ports: Ports, repository: Repository): Promise<string | null> {
  const folders = repository.desired.state.settings?.folders ?? [];
  const tree = await ports.git.readWorkTree(["drover.yaml", ...folders]);
  const differs = [...repository.files].find(([path, text]) => tree.get(path) !== text);
  const extra = [...tree.keys()].find((path) => /\.ya?ml$/.test(path) && !repository.files.has(path));
  const path = differs?.[0] ?? extra;
  return path === undefined
    ? null
    : `${path} in this checkout differs from the tip of the protected branch: ${await whyItDiffers(ports.git, repository.commit)}`;
}

/** How the checkout came to differ from the protected branch, and what to do about it. */
async function whyItDiffers(git: GitPort, tip: string): Promise<string> {
  const { head } = await git.checkout([]);
  if (head === tip) return "commit your change in a pull request, or set it aside, and run again";
  if (head === null) return "it has no commit yet; clone the repository, and run again";
  if (await git.isAncestor(head, tip)) return "it is behind; pull, and run again";
  if (await git.isAncestor(tip, head))
    return "it is ahead; have your commits merged first, or set them aside, and run again";
  return "the histories have parted, or have nothing in common; take a fresh clone, or rebase, and run again";
}

type Edited =
  | { readonly id: string; readonly files: ReadonlyMap<string, string>; readonly desired: DesiredResult }
  | { readonly problem: string };

function edit(
  repository: Repository,
  input: PlanInput,
  change: { readonly request: ProposalRequest; readonly moves: readonly Move[] },
): Edited {
  const { request, moves } = change;
  const used = usedIds(input);
  const [first] = moves;
  const word = request.type === "Failover" ? "failover" : "relocate";
  const id = first?.begun ?? transitionId({ now: request.now, from: first?.from ?? "", word }, used);
  const named = request.unprotectedNamespaces.length > 0 ? request.unprotectedNamespaces : unprotectedOn(input, moves);
  const files = new Map<string, string>();
  for (const move of moves) {
    const { file } = move.document.source;
    const text = files.get(file) ?? repository.files.get(file) ?? "";
    const transition = transitionOf(
      { ...request, unprotectedNamespaces: named },
      { id: move.begun ?? id, from: move.from },
    );
    const result = setPlacement(text, move.document.name, { activeCluster: move.to, transition });
    if (!result.ok) return { problem: `${file}: ${result.reason}` };
    files.set(file, result.text);
  }
  return { id, files, desired: buildDesiredState(new Map([...repository.files, ...files])) };
}

/** Every id that was ever begun or is written in a document: names of a site's one-shot objects derive from it. */
function usedIds(input: PlanInput): ReadonlySet<string> {
  const ids = [...input.desired.state.applications.values()].flatMap((document) => [
    ...recordsOf(input, document.name)
      .flat()
      .map((entry) => entry.id),
    ...(document.placement.transition === null ? [] : [document.placement.transition.id]),
  ]);
  return new Set(ids);
}

function transitionOf(request: ProposalRequest, of: { readonly id: string; readonly from: string }): Transition {
  switch (request.type) {
    case "Failover":
      return proposeFailover(of.id, of.from, request);
    case "Relocate":
      return proposeRelocate(of.id, of.from, { ...request, unprotectedNamespaces: [] });
    case "Cancel":
      return { type: "Cancel", id: of.id, reason: request.reason ?? "" };
  }
}

/** Namespaces that would be fenced with the site although nobody protects them: named, so that people see them. */
function unprotectedOn(input: PlanInput, moves: readonly Move[]): readonly string[] {
  const [first] = moves;
  const survivor = first === undefined ? undefined : input.clusters.get(first.to);
  if (first === undefined || survivor?.reachable !== true) return [];
  const source = input.clusters.get(first.from);
  if (source?.reachable === true) return [];
  const moved = new Set(moves.flatMap(({ document }) => document.namespaces));
  return (survivor.sites.get(first.from) ?? []).filter((namespace) => !moved.has(namespace));
}

/** What the change itself would make invalid: a reason that is too short, a deadline that is no time. */
function invalidIn(edited: Extract<Edited, { readonly id: string }>, repository: Repository): readonly string[] {
  const before = new Set(
    repository.desired.findings.map(({ code, file, message }) => `${code} ${file ?? ""} ${message}`),
  );
  return edited.desired.findings
    .filter(({ severity, file }) => severity === "error" && file !== null && edited.files.has(file))
    .filter(({ code, file, message }) => !before.has(`${code} ${file ?? ""} ${message}`))
    .map(({ file, message, remedy }) => `${file ?? ""}: ${message} ${remedy}`);
}

/** A change in which at least one application can move is worth opening: the refused ones are shown as such. */
function refusalsOf(plan: Plan, moves: readonly Move[]): readonly string[] | null {
  const names = new Set(moves.map(({ document }) => document.name));
  const concerned = plan.applications.filter((application) => names.has(application.name));
  if (concerned.some((application) => application.verdict !== "refused")) return null;
  return concerned.flatMap((application) =>
    application.blockers.map((blocker) => `${application.name}: ${blocker.message}. ${blocker.remedy}`),
  );
}

async function open(
  ports: Ports,
  change: {
    readonly repository: Repository;
    readonly request: ProposalRequest;
    readonly plan: Plan;
    readonly id: string;
    readonly files: ReadonlyMap<string, string>;
  },
): Promise<Proposal> {
  const { repository, request, plan, id, files } = change;
  const branch = request.type === "Cancel" ? `${OWN_BRANCHES}cancel-${id}` : `${OWN_BRANCHES}${id}`;
  const { title, body } = request.describe(plan, id);
  const pushed = await ports.git.commitAndPush({
    branch,
    parent: repository.commit,
    owns: [...files.keys()],
    files,
    message: `${title}\n\n${request.reason ?? "Planned move."}\n`,
  });
  if (pushed.outcome === "unchanged") return { state: "refused", reasons: ["the documents already say this"], plan };
  if (pushed.outcome === "moved") {
    return { state: "refused", reasons: [`branch ${branch} exists already; look for its pull request`], plan };
  }
  const pullRequest =
    ports.forge === null
      ? null
      : await ports.forge.openPullRequest({ title, body, headBranch: branch, baseBranch: request.protectedBranch });
  return { state: "opened", id, branch, commit: pushed.commit, plan, pullRequest };
}
