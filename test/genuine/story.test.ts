import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";

import { splitFolders } from "../../src/app/gather-branches.ts";
import { recordFromData, recordName } from "../../src/core/model/record.ts";
import { PLAIN } from "../../src/core/report/palette.ts";
import { activateFolder, deactivateFolder, isActivated } from "../../src/core/render/activation.ts";
import { buildFolder } from "../../src/core/render/build-folder.ts";
import { progressLines } from "../../src/entry/progress.ts";
import * as promises from "../../src/entry/sandbox/demo/promises.ts";
import { APPROVERS, AUTHOR } from "../../src/entry/sandbox/forge.ts";
import { protectByPullRequest } from "../../src/entry/sandbox/protect-by-pull-request.ts";
import { APPLICATIONS } from "../../src/entry/sandbox/story-documents.ts";
import type { PlaneReport } from "../../src/sandbox/portworx/loss-report.ts";
import type { ClusterName } from "./control-planes.ts";
import { inOrder, kubectlKustomize } from "./kubectl-kustomize.ts";
import { requirePrograms } from "./setup.ts";
import { DOMAINS } from "./simulated-storage.ts";
import { type GenuineStory, REPLICAS, openGenuineStory, podsOn, readyOn, serves } from "./story-stage.ts";
import { until } from "./until.ts";

const programs = await requirePrograms(process.env);

/** Divides what the simulators wait. Everything else takes the time it takes. */
const SPEED = 3;
const NOTHING_READY = Object.fromEntries(Object.keys(REPLICAS).map((name) => [name, 0]));

describe("the bank's story on two genuine control planes", { timeout: 600_000 }, () => {
  let story: GenuineStory;
  let stopped: string | null = null;
  let atDeath: PlaneReport = { volumes: [], splitBrain: [], contended: [] };

  before(async () => {
    story = await openGenuineStory(programs, SPEED);
  });
  after(async () => {
    await story.close();
  });

  /** Chapters follow each other: after one that failed, the next ones have nothing to stand on. */
  function chapter(name: string, play: (t: TestContext) => Promise<void>): void {
    it(name, async (t) => {
      assert.equal(stopped, null, `the story stopped at "${stopped ?? ""}"`);
      stopped = name;
      const started = performance.now();
      const said = story.said.length;
      try {
        await Promise.race([play(t), story.broken]);
      } catch (error) {
        for (const line of [...story.said.slice(said), ...(await story.describe())]) t.diagnostic(line);
        throw error;
      }
      t.diagnostic(`${name}: ${promises.seconds(performance.now() - started)}`);
      stopped = null;
    });
  }

  chapter("runs on east, and every volume is written", async () => {
    const nothing: PlaneReport = { volumes: [], splitBrain: [], contended: [] };
    await until("the applications serve on east", async () => {
      return story.counts().volumes.length === 5 && (await serves(story, "east", nothing));
    });
  });

  chapter("is protected by an approved pull request", async () => {
    await protectByPullRequest(story);
    await applyAll(story);
    assert.deepEqual(await story.phases(), { appns: "Protected on east", ledger: "Protected on east" });
    assert.deepEqual(await readyOn(story.world, "west"), NOTHING_READY);
    assert.deepEqual(await podsOn(story.world, "west"), []);
    assert.deepEqual(await applyAll(story), [], "a second apply found something to do");
  });

  chapter("fails over when east falls silent, and loses nothing", async (t) => {
    const died = Date.now();
    atDeath = story.counts();
    await story.kill("east");
    const [servedAt] = await Promise.all([
      servingSince(story, "west"),
      (async () => {
        await approve(story, await story.drover.failover("east", "east lost power"));
        await applyAll(story);
      })(),
    ]);
    const recovered = promises.recoveredInTime(servedAt - died);
    const counts = { before: atDeath, after: story.counts(), domain: DOMAINS.west };
    judge(t, [recovered, promises.lostNothing("the failover lost nothing", counts)]);
    assert.deepEqual(await readyOn(story.world, "west"), REPLICAS);
    assert.deepEqual(await story.phases(), { appns: "FailedOver on west", ledger: "FailedOver on west" });
  });

  chapter("keeps the returning east from writing, and brings it in sync", async (t) => {
    const atReturn = story.counts();
    await story.restore("east");
    await until("pods of east try to write", () => refusals(story) > sum(atReturn.volumes.map((v) => v.refused)) + 5);
    assert.ok((await podsOn(story.world, "east")).length > 0);
    await applyAll(story);
    judge(t, [promises.stayedFenced({ atDeath, atReturn, held: story.counts(), domain: DOMAINS.east })]);
    assert.deepEqual(await readyOn(story.world, "east"), NOTHING_READY);
    assert.deepEqual(await podsOn(story.world, "east"), []);
    assert.deepEqual(await story.phases(), { appns: "Protected on west", ledger: "Protected on west" });
    const behind = story.counts().volumes.filter(({ sides }) => sides[DOMAINS.east]?.current !== true);
    assert.deepEqual(behind, [], "volumes whose replica on east is not current");
  });

  chapter("goes home by an approved change, and loses nothing", async (t) => {
    const leaving = story.counts();
    await approve(story, await story.drover.relocate(APPLICATIONS, "east"));
    const started = Date.now();
    const [servedAt] = await Promise.all([servingSince(story, "east"), applyAll(story)]);
    t.diagnostic(`served on east ${promises.seconds(servedAt - started)} after the relocation began`);
    const home = story.counts();
    judge(t, [
      promises.lostNothing("the way home lost nothing", { before: leaving, after: home, domain: DOMAINS.east }),
      promises.neverTwoWriters(home),
      promises.approvedByOthers(await records(story), { author: AUTHOR, required: 2, moves: 2 }),
    ]);
    assert.deepEqual(home.contended, [], "a side asked for a volume that the other one held");
    assert.deepEqual(await readyOn(story.world, "east"), REPLICAS);
    assert.deepEqual(await podsOn(story.world, "west"), []);
    assert.deepEqual(await story.phases(), { appns: "Protected on east", ledger: "Protected on east" });
    assert.deepEqual(await applyAll(story), [], "another apply found something to do");
  });

  chapter("leaves DR branches that the genuine kubectl builds alike", async () => {
    const kubectl = join(programs, "kubectl");
    for (const site of ["east", "west"] as const) {
      for (const [application, files] of await foldersOf(story, site)) {
        assert.equal(isActivated(files), site === "east", `${application} on ${site}`);
        for (const form of [files, activateFolder(files), deactivateFolder(files)]) {
          assert.deepEqual(inOrder(kubectlKustomize(kubectl, form)), inOrder(buildFolder(form)));
        }
      }
    }
  });
});

/** `drover apply`; whatever was not done fails the test. Returns the ids of its steps. */
async function applyAll(story: GenuineStory): Promise<readonly string[]> {
  const result = await story.drover.apply(progressLines((text) => void story.said.push(text.trimEnd()), PLAIN));
  const open = result.results.filter(({ outcome }) => outcome.state !== "done").map(({ step }) => step.id);
  const undone = { refused: [...result.refused], busy: result.busy, open };
  assert.deepEqual(undone, { refused: [], busy: [], open: [] });
  return result.results.map(({ step }) => step.id);
}

/** Both approvers read and approve what was opened, and it is merged. */
async function approve(story: GenuineStory, proposal: Awaited<ReturnType<GenuineStory["drover"]["relocate"]>>) {
  assert.ok(proposal.state === "opened" && proposal.pullRequest !== null, JSON.stringify(proposal));
  const { number } = proposal.pullRequest;
  for (const login of APPROVERS) await story.forge.people.approve(login, number);
  await story.forge.people.merge(AUTHOR, number);
  await story.forge.git(["pull", "--quiet", "--ff-only", "origin", "main"]);
}

/** The moment, in milliseconds, at which a site serves with writes that it had not acknowledged when this was called. */
async function servingSince(story: GenuineStory, site: ClusterName): Promise<number> {
  const counts = story.counts();
  await until(`the applications serve on ${site}`, () => serves(story, site, counts), 180);
  return Date.now();
}

function judge(t: TestContext, judged: readonly promises.JudgedPromise[]): void {
  for (const { promise, counted } of judged) t.diagnostic(`${promise}: ${counted}`);
  assert.deepEqual(
    judged.filter(({ kept }) => !kept),
    [],
  );
}

function refusals(story: GenuineStory): number {
  return sum(story.counts().volumes.map(({ refused }) => refused));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function records(story: GenuineStory) {
  const { client } = story.world.site("east");
  return Promise.all(
    APPLICATIONS.map(async (application) => {
      const name = recordName(application);
      const stored = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "drover-system", name });
      return { application, transitions: recordFromData(stored?.["data"], application)?.transitions ?? [] };
    }),
  );
}

/** Application to its folder on a site's DR branch, as pushed. */
async function foldersOf({ forge }: GenuineStory, site: ClusterName) {
  await forge.git(["fetch", "--quiet", "origin"]);
  const branch = `origin/dr/${site}`;
  const paths = (await forge.git(["ls-tree", "-r", "--name-only", branch])).split("\n");
  const tree = new Map<string, string>();
  for (const path of paths) tree.set(path, `${await forge.git(["show", `${branch}:${path}`])}\n`);
  const folders = splitFolders(tree);
  assert.deepEqual([...folders.keys()].sort(), [...APPLICATIONS], branch);
  return folders;
}
