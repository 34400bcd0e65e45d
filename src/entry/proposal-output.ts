import type { Proposal, ProposalRequest } from "../app/propose-transition.ts";
import type { Settings } from "../core/desired/settings.ts";
import { counted } from "../core/model/counted.ts";
import type { Plan } from "../core/plan/plan.ts";
import { plain } from "../core/report/markdown-escape.ts";
import type { Palette } from "../core/report/palette.ts";
import { planDocument } from "../core/report/plan-json.ts";
import { planMarkdown } from "../core/report/plan-markdown.ts";
import { planText } from "../core/report/plan-text.ts";
import type { CommonOptions } from "./common-options.ts";

const VERB = { Failover: "Fail over", Relocate: "Relocate", Cancel: "Cancel the transition of" } as const;

/** Title and body of the pull request: who goes where and why, then the plan. */
export function describeChange(change: {
  readonly plan: Plan;
  readonly id: string;
  readonly type: ProposalRequest["type"];
  readonly reason: string | null;
}): { readonly title: string; readonly body: string } {
  const moving = change.plan.applications.filter((application) => application.intent.type !== "protect");
  const names = moving.map((application) => application.name);
  const to = [...new Set(moving.flatMap((application) => application.targetCluster ?? []))].join(", ");
  const what = names.length > 3 ? `${names.length} applications` : names.join(", ");
  const title = `${VERB[change.type]} ${what}${to === "" || change.type === "Cancel" ? "" : ` to ${to}`}`;
  const reason = change.reason === null ? [] : [`**Reason:** ${plain(change.reason)}`, ""];
  const body = [
    ...reason,
    `Transition \`${change.id}\`. Merging this executes the plan below; nothing happens before.`,
    "",
    planMarkdown(change.plan),
  ];
  return { title, body: body.join("\n") };
}

export function renderProposal(
  proposal: Proposal,
  how: { readonly format: CommonOptions["output"]; readonly palette: Palette; readonly settings: Settings },
): string {
  const { format, palette } = how;
  if (format === "json") return `${JSON.stringify(proposalDocument(proposal), null, 2)}\n`;
  if (proposal.state === "refused") {
    return `${palette.bad("Refused.")} Nothing was opened.\n${proposal.reasons.map((reason) => `  ${reason}\n`).join("")}`;
  }
  if (format === "markdown") return planMarkdown(proposal.plan);
  return `${planText(proposal.plan, palette)}\n${nextSteps(proposal, how.settings, palette)}`;
}

function nextSteps(proposal: Extract<Proposal, { state: "opened" }>, settings: Settings, palette: Palette): string {
  const { pullRequest, branch } = proposal;
  const need = Math.max(settings.approvals.disruptive, settings.approvals.destructive);
  if (pullRequest !== null) {
    return [
      `${palette.good("Opened")} pull request #${pullRequest.number}: ${pullRequest.url}`,
      `It needs ${counted(need, "approval")} by people other than its author. Merged, it is carried out by: drover apply`,
      "",
    ].join("\n");
  }
  const named = settings.forge !== null;
  const why = named ? "GITHUB_TOKEN is not set, so no pull request was opened" : "The settings name no forge";
  const first = named ? "open a pull request from it and have it approved" : "have it reviewed";
  return [
    `${palette.good("Pushed")} branch ${branch} (${proposal.commit.slice(0, 12)}). ${why}:`,
    `  1. ${first}: git diff ${settings.protectedBranch}...${settings.remote}/${branch}`,
    `  2. merge it into ${settings.protectedBranch} and push`,
    `  3. run drover apply`,
    "",
  ].join("\n");
}

function proposalDocument(proposal: Proposal): Readonly<Record<string, unknown>> {
  const head = { apiVersion: "drover.dev/v1alpha1", kind: "Proposal", state: proposal.state };
  if (proposal.state === "refused") {
    const plan = proposal.plan === null ? null : planDocument(proposal.plan);
    return { ...head, reasons: proposal.reasons, id: null, branch: null, commit: null, pullRequest: null, plan };
  }
  const { id, branch, commit, pullRequest, plan } = proposal;
  return { ...head, reasons: [], id, branch, commit, pullRequest, plan: planDocument(plan) };
}
