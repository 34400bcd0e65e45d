import type { CommandContext } from "../../context.ts";
import { EXIT } from "../../exit-codes.ts";
import { paletteFor } from "../../palette.ts";
import { worstNews } from "../plane-text.ts";
import { type Stage, openStage, shellWord } from "../stage.ts";
import { playStory, tellJudged } from "./chapters.ts";
import { type Narrator, createNarrator } from "./narrator.ts";
import { type JudgedPromise, seconds } from "./promises.ts";
import { type Chapter, StoryStopped, createTelling } from "./telling.ts";

export interface DemoRequest {
  /** Absolute; null: a new private folder. */
  readonly directory: string | null;
  readonly keep: boolean;
  /** Divides what the simulators wait. */
  readonly speed: number;
  /** Columns of the terminal. */
  readonly width: number;
  /** Resolves when somebody wants the demo to end early. */
  readonly interrupted: Promise<string>;
  /** Told when a chapter begins; a test may then break something. */
  readonly onChapter?: (chapter: Chapter, stage: Stage) => void;
}

/** Plays the whole story and says which promises were kept; ends with 1 if one was broken or the story stopped. */
export async function runDemo(request: DemoRequest, context: CommandContext): Promise<void> {
  const started = Date.now();
  const narrator = createNarrator({
    write: context.stdout,
    palette: paletteFor(context.colour),
    width: request.width,
  });
  narrator.title("A bank, two sites and one bad night");
  const stage = await openStage(request, context.env["PATH"]);
  try {
    introduce(narrator, stage, request.speed);
    const telling = createTelling(stage, narrator, (chapter) => request.onChapter?.(chapter, stage));
    const judged = await firstOf([playStory(telling), failing(stage), interruption(request.interrupted)]);
    conclude(narrator, judged, Date.now() - started);
    await pointOn(narrator, stage, request);
    context.setExitCode(judged.every(({ kept }) => kept) ? EXIT.done : EXIT.fault);
  } catch (error) {
    if (!(error instanceof StoryStopped)) throw error;
    narrator.bad(`The story stopped: ${error.message}`);
    narrator.detail(worstNews(stage.clusters.world.plane.report()));
    context.setExitCode(EXIT.fault);
  } finally {
    await stage.close();
  }
}

/** The first that settles; what the others do later is nobody's concern any more. */
function firstOf(plays: readonly Promise<readonly JudgedPromise[]>[]): Promise<readonly JudgedPromise[]> {
  for (const play of plays) play.catch(() => undefined);
  return Promise.race(plays);
}

/** A simulator that has a bug ends the story at once, with the bug. */
function failing({ clusters }: Stage): Promise<never> {
  return clusters.finished.then(() => new Promise<never>(() => undefined));
}

async function interruption(interrupted: Promise<string>): Promise<never> {
  throw new StoryStopped(`ended by ${await interrupted}`);
}

function introduce(narrator: Narrator, stage: Stage, speed: number): void {
  narrator.say(
    `Two clusters behind HTTPS, a stretched storage and a GitHub run on this machine, in ${stage.folder.path}. Drover, git and the pull requests are real and so is the clock; pods, Stork and the storage are simulated, and only what they wait is divided by ${String(speed)}.`,
  );
}

function conclude(narrator: Narrator, judged: readonly JudgedPromise[], milliseconds: number): void {
  const broken = judged.filter(({ kept }) => !kept).length;
  narrator.chapter("Promises, counted by the volumes and the clusters");
  for (const one of judged) tellJudged({ narrator }, one);
  const verdict = `${String(judged.length - broken)} kept, ${String(broken)} broken, in ${seconds(milliseconds)}.`;
  if (broken === 0) narrator.good(verdict);
  else narrator.bad(verdict);
}

/** What is left to look at: the repository with its branches, and a sandbox to act in oneself. */
async function pointOn(narrator: Narrator, stage: Stage, request: DemoRequest): Promise<void> {
  narrator.chapter("Where to look next");
  if (request.keep || request.directory !== null) {
    await stage.forge.git(["fetch", "--quiet", "origin"]);
    const repository = shellWord(stage.forge.checkout);
    narrator.say("The repository stays: what each site would run, and the record of each move.");
    narrator.command(`git -C ${repository} log --oneline --graph --all`);
    narrator.command(`git -C ${repository} ls-tree -r --name-only origin/dr/west`);
    narrator.command(`git -C ${repository} ls-tree -r --name-only origin/drover/evidence`);
  } else {
    narrator.say("Keep its repository, with the branches dr/east, dr/west and drover/evidence:");
    narrator.command("drover demo --keep");
  }
  narrator.say("Do it yourself: kill a site, open the pull request, approve, merge, apply.");
  narrator.command("drover sandbox");
  narrator.say("Begin with your own clusters:");
  narrator.command("drover init --dir dr");
}
