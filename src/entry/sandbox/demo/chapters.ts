import type { PlaneReport } from "../../../sandbox/portworx/loss-report.ts";
import { DOMAINS } from "../embedded-clusters.ts";
import { AUTHOR } from "../forge.ts";
import { protectByPullRequest } from "../protect-by-pull-request.ts";
import { APPLICATIONS } from "../story-documents.ts";
import { eventually, podsOn, recordedTransitions, servingAgain } from "./ground-truth.ts";
import {
  type JudgedPromise,
  RECOVERY_LIMIT,
  approvedByOthers,
  cameHome,
  lostNothing,
  many,
  neverTwoWriters,
  recoveredInTime,
  seconds,
  stayedFenced,
} from "./promises.ts";
import { type Telling, StoryStopped, countNow, tellApply, tellApprovals, tellStatus } from "./telling.ts";

/** Milliseconds that revived pods have to try a write. */
const REVIVAL_LIMIT = 20_000;

/** Plays the story from the first pull request to the way home, and judges every promise by what was counted. */
export async function playStory(telling: Telling): Promise<readonly JudgedPromise[]> {
  await protect(telling);
  await ask(telling);
  const death = await loseSite(telling);
  const recovery = await failOver(telling, death);
  const fenced = await comeBack(telling, death.counts);
  return [...recovery, fenced, ...(await goHome(telling))];
}

async function protect(telling: Telling): Promise<void> {
  const { narrator, stage } = telling;
  telling.onChapter("protect");
  narrator.chapter("Protect the bank");
  narrator.say(
    "east runs appns (three Cassandra, one PostgreSQL, a teller) and ledger. All of them write all the time.",
  );
  const pull = await protectByPullRequest(stage);
  narrator.say(`Pull request #${String(pull.number)} by ${AUTHOR} adds ${pull.files.join(" and ")}`);
  narrator.good(`approved by ${pull.approver}, merged as ${pull.commit.slice(0, 12)}`);
  await tellApply(telling, "protected; west stands by with zero replicas");
}

async function ask(telling: Telling): Promise<void> {
  telling.onChapter("ask");
  telling.narrator.chapter("If east died now, what would be lost?");
  const { applications } = await tellStatus(telling);
  const weak = applications.find(({ phase }) => phase !== "Protected");
  if (weak !== undefined) throw new StoryStopped(`${weak.name} is ${weak.phase}, not Protected`);
}

interface Death {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly counts: PlaneReport;
}

async function loseSite(telling: Telling): Promise<Death> {
  const { narrator, stage } = telling;
  telling.onChapter("lose");
  narrator.chapter("East loses its power");
  const death = { at: Date.now(), counts: countNow(telling) };
  stage.clusters.kill("east");
  const writes = death.counts.volumes.reduce((sum, volume) => sum + volume.acknowledged, 0);
  narrator.say(
    `API server, nodes and storage of east are gone. ${many(death.counts.volumes.length, "volume")} had acknowledged ${many(writes, "write")}; west hangs until somebody fences east.`,
  );
  return death;
}

async function failOver(telling: Telling, death: Death): Promise<readonly JudgedPromise[]> {
  const { narrator, drover, stage } = telling;
  telling.onChapter("fail-over");
  narrator.chapter("Fail over, by an approved change");
  const serving = servingAgain(stage.clusters, "west", 2 * RECOVERY_LIMIT);
  narrator.command('drover failover --from east --reason "east lost power"');
  await tellApprovals(telling, await drover.failover("east", "east lost power"));
  await tellApply(telling, "fenced, promoted, activated, verified");
  const servedAt = await serving;
  const recovered = recoveredInTime(servedAt === null ? null : servedAt - death.at);
  const counts = { before: death.counts, after: countNow(telling), domain: DOMAINS.west };
  const lost = lostNothing("the failover lost nothing", counts);
  for (const judged of [lost, recovered]) tellJudged(telling, judged);
  return [lost, recovered];
}

async function comeBack(telling: Telling, atDeath: PlaneReport): Promise<JudgedPromise> {
  const { narrator, stage } = telling;
  telling.onChapter("return");
  narrator.chapter("East comes back, and so do its pods");
  const atReturn = countNow(telling);
  stage.clusters.restore("east");
  const refusals = (report: PlaneReport): number => report.volumes.reduce((sum, volume) => sum + volume.refused, 0);
  await eventually(REVIVAL_LIMIT, () => refusals(countNow(telling)) > refusals(atReturn) + atReturn.volumes.length);
  narrator.say(
    `East remembers that it was in charge: ${many(await podsOn(stage.clusters, "east"), "pod")} came back to life there and tried to write. The fence holds; the same approved change now settles the rest.`,
  );
  await tellApply(telling, "east is held, brought in sync, and stands by for west");
  const held = countNow(telling);
  const fenced = stayedFenced({ atDeath, atReturn, held, domain: DOMAINS.east });
  tellJudged(telling, fenced);
  return fenced;
}

async function goHome(telling: Telling): Promise<readonly JudgedPromise[]> {
  const { narrator, drover, stage } = telling;
  const { clusters } = stage;
  telling.onChapter("go-home");
  narrator.chapter("Go home, losing nothing");
  narrator.command(`drover relocate ${APPLICATIONS.join(" ")} --to east`);
  await tellApprovals(telling, await drover.relocate(APPLICATIONS, "east"));
  const started = Date.now();
  const before = countNow(telling);
  const serving = servingAgain(clusters, "east", 2 * RECOVERY_LIMIT);
  await tellApply(telling, "stopped, drained, moved, started");
  const servedAt = await serving;
  const after = countNow(telling);
  const lost = lostNothing("the way home lost nothing", { before, after, domain: DOMAINS.east });
  tellJudged(telling, lost);
  if (servedAt !== null) narrator.say(`East serves again ${seconds(servedAt - started)} after the relocation began.`);
  const { applications } = await tellStatus(telling);
  const pods = { podsAtHome: await podsOn(clusters, "east"), podsElsewhere: await podsOn(clusters, "west") };
  const moves = { author: AUTHOR, required: 2, moves: 2 };
  return [
    lost,
    neverTwoWriters(after),
    approvedByOthers(await recordedTransitions(clusters, "east"), moves),
    cameHome(applications, { home: "east", ...pods }),
  ];
}

/** One line: the promise, and the numbers. */
export function tellJudged({ narrator }: Pick<Telling, "narrator">, judged: JudgedPromise): void {
  const line = `${judged.promise}: ${judged.counted}`;
  if (judged.kept) narrator.good(line);
  else narrator.bad(line);
}
