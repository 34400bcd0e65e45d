import type { ApplyResult } from "../../../app/apply.ts";
import type { Proposal } from "../../../app/propose-transition.ts";
import type { PlaneReport } from "../../../sandbox/portworx/loss-report.ts";
import { APPROVERS, AUTHOR } from "../forge.ts";
import type { Stage } from "../stage.ts";
import { type DroverCommands, droverCommands } from "./drover-commands.ts";
import { milestones } from "./milestones.ts";
import type { Narrator } from "./narrator.ts";
import { tellPlan } from "./plan-essence.ts";
import { many, seconds } from "./promises.ts";

/** Names of the chapters, in their order. */
export type Chapter = "protect" | "ask" | "lose" | "fail-over" | "return" | "go-home";

/** What every chapter works with. */
export interface Telling {
  readonly stage: Stage;
  readonly narrator: Narrator;
  readonly drover: DroverCommands;
  /** Told when a chapter begins; a test may then break something. */
  readonly onChapter: (chapter: Chapter) => void;
}

/** Something in the story did not go on; the message is the reason that Drover gave. */
export class StoryStopped extends Error {
  override readonly name = "StoryStopped";
}

export function createTelling(stage: Stage, narrator: Narrator, onChapter: Telling["onChapter"]): Telling {
  return { stage, narrator, drover: droverCommands(stage), onChapter };
}

/** The counters of all volumes at this very moment. */
export function countNow({ stage }: Telling): PlaneReport {
  return stage.clusters.world.plane.report();
}

/** `drover apply`, its milestones as they happen. Throws `StoryStopped` when anything was left undone. */
export async function tellApply(telling: Telling, summary: string): Promise<void> {
  const { narrator, drover } = telling;
  const started = Date.now();
  narrator.command("drover apply");
  const result = await drover.apply(milestones(narrator, started));
  const reason = undoneReason(result);
  if (reason !== null) throw new StoryStopped(`drover apply: ${reason}`);
  narrator.good(`${many(result.results.length, "step")} in ${seconds(Date.now() - started)}: ${summary}`);
}

function undoneReason(result: ApplyResult): string | null {
  const [blocker] = [...result.refused].flatMap(([name, blockers]) =>
    blockers.map((one) => `${name} is refused: ${one.message}; ${one.remedy}`),
  );
  if (blocker !== undefined) return blocker;
  const open = result.results.find(({ outcome }) => outcome.state === "refused" || outcome.state === "timed-out");
  if (open !== undefined) return `${open.step.id}: ${"why" in open.outcome ? open.outcome.why : open.outcome.state}`;
  const [busy] = result.busy;
  if (busy !== undefined) return `${busy.holder} holds the Lease on ${busy.cluster}`;
  return result.results.length === 0 ? "there was nothing to do" : null;
}

/** Shows the pull request that a command opened, lets both approvers read and approve it, merges and pulls it. */
export async function tellApprovals({ stage, narrator }: Telling, proposal: Proposal): Promise<void> {
  if (proposal.state === "refused") throw new StoryStopped(proposal.reasons.join("; "));
  if (proposal.pullRequest === null) throw new StoryStopped("no pull request was opened");
  const { number, title } = proposal.pullRequest;
  const { people, git } = stage.forge;
  narrator.say(`Pull request #${String(number)} by ${AUTHOR}: ${title}`);
  tellPlan(narrator, proposal.plan);
  for (const login of APPROVERS) await people.approve(login, number);
  const commit = await people.merge(AUTHOR, number);
  await git(["pull", "--quiet", "--ff-only", "origin", "main"]);
  narrator.good(`approved by ${APPROVERS.join(" and ")}, merged as ${commit.slice(0, 12)}`);
}

/** `drover status`, one line for each application. */
export async function tellStatus({
  narrator,
  drover,
}: Telling): Promise<Awaited<ReturnType<DroverCommands["status"]>>> {
  narrator.command("drover status");
  const result = await drover.status();
  for (const application of result.applications) {
    const [target] = application.targets;
    const loss = shown(target?.dataLossIfFailedNow ?? null);
    const time = shown(target?.recoveryTimeIfFailedNow ?? null);
    const ready = target?.canFailover === true ? "can fail over" : "can't fail over";
    narrator.detail(
      `${application.name}: ${application.phase}, runs on ${application.activeCluster ?? "?"}; if it died now, ${loss} lost, back in ${time}; ${ready} to ${target?.cluster ?? "?"}`,
      "bold",
    );
  }
  return result;
}

function shown(milliseconds: number | null): string {
  return milliseconds === null ? "unknown" : `${String(Math.round(milliseconds / 1000))}s`;
}
