import assert from "node:assert/strict";
import { test } from "node:test";
import { recordedActives } from "../../src/app/recorded-actives.ts";
import { GitFault, type GitPort } from "../../src/ports/git.ts";
import { C1, C2, COMMITS, type AppSpec, type WorldSpec, world } from "../builders/plan-world.ts";

/** Knows the straight history of the builders; anything else is a commit that this clone does not have. */
const GIT = {
  isAncestor: (ancestor: string, descendant: string) => {
    if (!COMMITS.includes(ancestor) || !COMMITS.includes(descendant)) {
      return Promise.reject(new GitFault("unknown-revision", `${ancestor} is not in this repository`));
    }
    return Promise.resolve(COMMITS.indexOf(ancestor) <= COMMITS.indexOf(descendant));
  },
} as unknown as GitPort;

const EAST = { cluster: "east", since: C1, raisedFor: null };
const WEST = { cluster: "west", since: C2, raisedFor: null };
const FOREIGN = { cluster: "west", since: "f".repeat(40), raisedFor: null };

async function recorded(spec: WorldSpec, trailers: readonly string[] = []): Promise<string> {
  const input = world(spec);
  const transitions = trailers.map((to) => ({ application: "shop", id: "t-1", from: "east", to, commit: C2 }));
  const branches = new Map(
    [...input.branches].map(
      ([name, facts]) => [name, { facts, transitions: name === "west" ? transitions : [] }] as const,
    ),
  );
  const actives = await recordedActives(GIT, { clusters: input.clusters, branches, desired: input.desired.state });
  return [...actives]
    .map(([name, active]) => `${name} ${active.state === "known" ? active.cluster : active.state}`)
    .join(", ");
}

const CASES: readonly (readonly [string, WorldSpec, readonly string[], string])[] = [
  ["both sides agree", {}, [], "shop east"],
  ["nobody knows", { apps: [{ east: { mark: null }, west: { mark: null } }] }, [], "shop none"],
  [
    "died between the two writes: the newer one counts",
    { apps: [{ east: { mark: EAST }, west: { mark: WEST } }] },
    [],
    "shop west",
  ],
  [
    "the new side is away, and the branch says so",
    { away: { west: "away" }, apps: [{ east: { mark: EAST } }] },
    ["west"],
    "shop west",
  ],
  [
    "a side that never heard of it came back",
    { apps: [{ east: { mark: EAST }, west: { mark: WEST } }] },
    ["west"],
    "shop west",
  ],
  [
    "the branch says so, and that side has lost its record",
    { apps: [{ east: { mark: EAST }, west: { mark: null } }] },
    ["west"],
    "shop unknown",
  ],
  [
    "the new side's epoch can't be read, the branch says it",
    { epoch: { west: "unreadable" }, apps: [{ east: { mark: EAST } }] },
    ["west"],
    "shop west",
  ],
  [
    "a commit that this repository does not have",
    { apps: [{ east: { mark: EAST }, west: { mark: FOREIGN } }] },
    [],
    "shop unknown",
  ],
  [
    "an application called like something that every object has",
    { apps: [{ name: "constructor" }] },
    [],
    "constructor east",
  ],
];

for (const [name, spec, trailers, expected] of CASES) {
  test(`recorded: ${name}`, async () => assert.equal(await recorded(spec, trailers), expected));
}

test("an epoch from another history concerns its application alone", async () => {
  const lost: AppSpec = { name: "ledger", west: { mark: FOREIGN } };
  assert.equal(await recorded({ apps: [lost, {}] }), "ledger unknown, shop east");
});
