import assert from "node:assert/strict";
import { join } from "node:path";
import { createGitHub } from "../../src/adapters/github/create-github.ts";
import { createSealer } from "../../src/adapters/sops/create-sealer.ts";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import { sha256 } from "../../src/adapters/node/system.ts";
import { type ApplyResult, apply, readTip } from "../../src/app/apply.ts";
import type { AppEvent } from "../../src/app/events.ts";
import type { ClusterConnection, Ports } from "../../src/app/ports.ts";
import { type Proposal, type ProposalRequest, proposeTransition } from "../../src/app/propose-transition.ts";
import { gather } from "../../src/app/gather.ts";
import { buildPlan } from "../../src/core/plan/build-plan.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { type ApplicationStatus, buildStatus } from "../../src/core/plan/status.ts";
import type { CommitRequest, GitPort } from "../../src/ports/git.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { createRandom } from "../../src/sandbox/clock/random.ts";
import type { EmbeddedGitHub } from "../../src/sandbox/github/embedded-github.ts";
import { inProcessApiUrl } from "../../src/sandbox/github/embedded-github.ts";
import { readRefFiles, writeRefFile } from "../../src/sandbox/github/ref-files.ts";
import { seedStory } from "../../src/sandbox/story/seed-story.ts";
import { type EmbeddedWorld, createEmbeddedWorld } from "../../src/sandbox/world/embedded-world.ts";
import { createDirectGit } from "../fakes/git.ts";
import type { DirectMemory } from "../fakes/git.ts";
import { embeddedGitHubOf, rest } from "./embedded-github.ts";
import { type Mortality, mortal, withMortality } from "./mortal-ports.ts";
import { type TestRepository, createTestRepository, writeFiles } from "./repository.ts";
import { storyDocuments } from "./story-documents.ts";

export const STORY_REPOSITORY = "acme/dr";

/** The bank's story in one process on one virtual clock: both clusters, the storage, git and GitHub. */
export interface Story {
  readonly world: EmbeddedWorld;
  readonly repository: TestRepository;
  readonly github: EmbeddedGitHub;
  /** Successful creations on both clusters, `cluster Kind namespace/name`, in order, since the last restore. */
  readonly created: string[];
  /** A composition built from nothing, as a new process would; with a life that may end. */
  ports(life?: Mortality): Ports;
  apply(life?: Mortality): Promise<ApplyResult>;
  /** What a run would do now and what status would say, from one look and without a Lease. */
  look(): Promise<{ readonly plan: Plan; readonly applications: readonly ApplicationStatus[] }>;
  propose(change: Partial<ProposalRequest> & Pick<ProposalRequest, "type">): Promise<Proposal>;
  /** The same, opened, approved by two people and merged; returns the merge commit. */
  approved(change: Partial<ProposalRequest> & Pick<ProposalRequest, "type">): Promise<string>;
  /** Approves a pull request's head as these people and merges it; returns the merge commit. */
  merge(number: number, approvers: readonly string[], by?: string): Promise<string>;
  /** The text of an application's record on a cluster. */
  record(cluster: string, application: string): Promise<string>;
  /** A pull request with these files, approved by `approvers` and merged. */
  change(files: Readonly<Record<string, string>>, approvers?: readonly string[]): Promise<string>;
  /** Commits files to main as they are, for stories whose settings say `verify: merge`; returns the commit. */
  put(files: Readonly<Record<string, string>>): Promise<string>;
  /** Moves main to a commit, as a merge would; for stories whose settings say `verify: merge`. */
  setMain(commit: string): Promise<void>;
  /** A pull request that deletes a file, approved by `approvers` and merged. */
  remove(file: string, approvers: readonly string[]): Promise<string>;
  /** Brings the checkout to the tip of main. */
  pull(): Promise<void>;
  /** Another seed for everything that chance decides from here on, the time of requests included. */
  reseed(seed: number): void;
  snapshot(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface StoryOptions {
  readonly seed: number;
  readonly unprotected?: boolean;
  /** Without a forge the approval is the merge itself; default true. */
  readonly forge?: boolean;
  /** Also the second application, `ledger`; default true. */
  readonly ledger?: boolean;
  readonly events?: (event: AppEvent) => void;
}

/** Seeds the platform, the applications on east and the DR repository, and lets everything start. */
export async function createStory(options: StoryOptions): Promise<Story> {
  const world = createEmbeddedWorld({ seed: options.seed });
  const side = (name: string) => {
    const { client, server } = world.site(name);
    return { client, target: { name, server, ca: "Q0E=", token: "token" } };
  };
  const { unprotected = false, ledger = true } = options;
  await seedStory({ east: side("east"), west: side("west"), unprotected, ledger });
  await world.clock.advance(60_000);
  const identities = { east: await identityOf(world, "east"), west: await identityOf(world, "west") };
  const repository = await createTestRepository(
    storyDocuments({ identities, forge: options.forge === false ? null : STORY_REPOSITORY }),
  );
  const clock = { now: world.clock.now, advance: () => {} };
  const github = embeddedGitHubOf(repository, clock);
  return assemble({ options, world, repository, github, memory: { objects: new Map(), commits: new Map() } });
}

async function identityOf(world: EmbeddedWorld, name: string): Promise<string> {
  const found = await world
    .site(name)
    .client.get({ apiVersion: "v1", kind: "Namespace", namespace: null, name: "kube-system" });
  return found?.metadata.uid ?? "";
}

interface Parts {
  readonly options: StoryOptions;
  readonly world: EmbeddedWorld;
  readonly repository: TestRepository;
  readonly github: EmbeddedGitHub;
  /** Shared by all compositions of this story: it saves processes, and can't be wrong. */
  readonly memory: DirectMemory;
}

function assemble(parts: Parts): Story {
  const { world, repository, github } = parts;
  const created: string[] = [];
  let runs = 0;
  let { seed } = parts.options;
  const ports = (life: Mortality = mortal(null)): Ports => {
    runs += 1;
    return withMortality(composePorts(parts, { created, run: runs, seed }), life);
  };
  const story: Story = {
    world,
    repository,
    github,
    created,
    ports,
    apply: (life) => apply(ports(life), { protectedBranch: "main" }),
    look: async () => {
      const looking = ports();
      await looking.git.fetch();
      const tip = await readTip(looking, "main");
      const { input } = await gather(looking, { repository: tip, now: world.clock.now(), purpose: "look" });
      return { plan: buildPlan(input), applications: buildStatus(input) };
    },
    propose: async (change) => {
      await story.pull();
      return proposeTransition(ports(), { ...blankProposal(world.clock.now()), ...change });
    },
    approved: async (change) => {
      const proposal = await story.propose(change);
      assert.equal(proposal.state, "opened", JSON.stringify(proposal));
      assert.ok(proposal.state === "opened" && proposal.pullRequest !== null);
      return mergePull(parts, proposal.pullRequest.number, { approvers: ["ben", "cleo"], by: "ada" });
    },
    merge: (number, approvers, by) => mergePull(parts, number, { approvers, by: by ?? "ada" }),
    record: async (cluster, application) => {
      const name = `drover-record-${application}`;
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "drover-system", name };
      return JSON.stringify((await world.site(cluster).client.get(ref))?.["data"] ?? null).replaceAll("\\", "");
    },
    change: (files, approvers = ["ben"]) =>
      changeFiles(parts, { owns: Object.keys(files), files: new Map(Object.entries(files)), approvers }),
    put: async (files) => {
      const { git } = ports();
      const parent = await git.tip("main");
      const request = { branch: "main", parent, owns: Object.keys(files), files: new Map(Object.entries(files)) };
      const result = await git.commitAndPush({ ...request, message: "Change" });
      return result.outcome === "pushed" ? result.commit : (parent ?? "");
    },
    setMain: async (commit) => {
      await writeRefFile(repository.bare, "refs/heads/main", commit);
    },
    remove: (file, approvers) => changeFiles(parts, { owns: [file], files: new Map(), approvers }),
    pull: () => pullMain(repository),
    reseed: (next) => {
      seed = next;
      world.reseed(next);
    },
    snapshot: async () => {
      const [before, forge] = [world.snapshot(), await github.snapshot()];
      return async () => {
        world.restore(before);
        await github.restore(forge);
        created.length = 0;
        runs = 0;
        seed = parts.options.seed;
      };
    },
    close: () => repository.close(),
  };
  return story;
}

function blankProposal(now: number): ProposalRequest {
  return {
    type: "Failover",
    applications: [],
    fromSite: null,
    select: {},
    to: null,
    protectedBranch: "main",
    now,
    reason: "east lost power",
    notAfter: null,
    acceptRecoveryPoint: null,
    acceptMixedPoints: false,
    discardDivergedData: false,
    fence: null,
    unprotectedNamespaces: [],
    describe: (_plan, id) => ({ title: `Move ${id}`, body: "" }),
  };
}

function composePorts(
  parts: Parts,
  run: { readonly created: string[]; readonly run: number; readonly seed: number },
): Ports {
  const { world, github, options } = parts;
  const random = createRandom(run.seed * 1009 + run.run);
  const made = new Map<string, ClusterConnection>();
  return {
    git: gitOf(parts, { name: "Drover", email: "drover@example.com" }),
    forge: options.forge === false ? null : forgeOf(github),
    clock: world.clock,
    providers: PROVIDERS,
    sealer: createSealer(),
    digest: sha256,
    holder: `run-${run.run}`,
    version: "0.1.0",
    events: options.events ?? (() => {}),
    cluster: async (spec) => {
      const port = createClusterPort({ name: spec.name, transport: latentTransport(world, spec.name, random) });
      const connection = made.get(spec.name) ?? { state: "ready", port: watchCreations(port, run.created) };
      made.set(spec.name, connection);
      return connection;
    },
  };
}

function gitOf(
  { world, repository, memory }: Parts,
  author: { readonly name: string; readonly email: string },
): GitPort {
  const { bare, checkout, environment } = repository;
  return createDirectGit({ bare, checkout, author, now: world.clock.now, environment }, memory);
}

/** Without the second or three that GitHub wants between writes: they would be real seconds of a virtual clock's story. */
const PATIENCE = { timeoutMs: 5_000, retries: 0, rateLimitWaitMs: 0 };

function forgeOf(github: EmbeddedGitHub): Ports["forge"] {
  return createGitHub({
    repository: STORY_REPOSITORY,
    apiUrl: inProcessApiUrl,
    token: "token-drover",
    request: github.fetch,
    patience: PATIENCE,
  });
}

/** A request takes from one to forty milliseconds, in which the world goes on. */
function latentTransport(world: EmbeddedWorld, name: string, random: ReturnType<typeof createRandom>) {
  const { transport } = world.site(name);
  return async (request: Parameters<typeof transport>[0]) => {
    await world.clock.advance(random.between(1, 40));
    return transport(request);
  };
}

type Port = Extract<ClusterConnection, { state: "ready" }>["port"];

function watchCreations(port: Port, created: string[]): Port {
  return {
    ...port,
    create: async (object, options) => {
      const result = await port.create(object, options);
      created.push(`${port.name} ${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`);
      return result;
    },
  };
}

async function mergePull(
  parts: Parts,
  number: number,
  people: { readonly approvers: readonly string[]; readonly by: string },
): Promise<string> {
  const { approvers, by } = people;
  const { github } = parts;
  const head = await rest(github, "ada", { to: `GET /repos/acme/dr/pulls/${number}` });
  for (const login of approvers) {
    const review = await rest(github, login, {
      to: `POST /repos/acme/dr/pulls/${number}/reviews`,
      body: { event: "APPROVE", commit_id: (head.body as { head: { sha: string } }).head.sha },
    });
    assert.equal(review.status, 200, JSON.stringify(review.body));
  }
  const merged = await rest(github, by, { to: `PUT /repos/acme/dr/pulls/${number}/merge`, body: {} });
  assert.equal(merged.status, 200, JSON.stringify(merged.body));
  return (merged.body as { sha: string }).sha;
}

/** A pull request with one commit on main, by a person, approved and merged. */
async function changeFiles(
  parts: Parts,
  change: Pick<CommitRequest, "owns" | "files"> & { readonly approvers: readonly string[] },
): Promise<string> {
  const { approvers, ...content } = change;
  const git = gitOf(parts, { name: "Jo Doe", email: "jo@example.com" });
  const branch = `change-${String(parts.world.clock.now())}`;
  await git.commitAndPush({ branch, parent: await git.tip("main"), message: "Change", ...content });
  return mergePull(parts, await openPull(parts, branch), { approvers, by: "ada" });
}

/**
 * What `git pull` leaves in a checkout of main without changes, with one process where main moved and none where it did
 * not: the objects are read from the remote itself (gitrepository-layout(5), objects/info/alternates).
 */
async function pullMain({ bare, checkout, git }: TestRepository): Promise<void> {
  const own = join(checkout, ".git");
  const main = "refs/heads/main";
  const earlier = (await readRefFiles(own, main)).get(main);
  await writeFiles(own, { "objects/info/alternates": `${join(bare, "objects")}\n` });
  const heads = await readRefFiles(bare, "refs/heads/");
  for (const [ref, commit] of heads)
    await writeRefFile(own, ref.replace("refs/heads/", "refs/remotes/origin/"), commit);
  const tip = heads.get(main) ?? assert.fail("the remote has no main");
  if (tip !== earlier) await git(["reset", "--quiet", "--hard", tip]);
}

async function openPull(parts: Parts, branch: string): Promise<number> {
  const opened = await rest(parts.github, "ada", {
    to: "POST /repos/acme/dr/pulls",
    body: { title: "Change", head: branch, base: "main", body: "" },
  });
  assert.equal(opened.status, 201, JSON.stringify(opened.body));
  return (opened.body as { number: number }).number;
}
