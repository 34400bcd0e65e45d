import assert from "node:assert/strict";
import { test } from "node:test";
import { changesByHand } from "../../src/app/changes-by-hand.ts";
import { buildPlan } from "../../src/core/plan/build-plan.ts";
import type { CommitInfo, GitPort } from "../../src/ports/git.ts";
import { world } from "../builders/plan-world.ts";

interface Made {
  readonly by: "drover" | "somebody";
  readonly subject: string;
  /** Application to the content of its folder, as far as this commit changes it. */
  readonly changes: Readonly<Record<string, string>>;
}

/** The history of a branch, oldest first, as answers of git. */
async function foundIn(history: readonly Made[]): Promise<Readonly<Record<string, string>>> {
  const commits = history.map(({ by, subject }, index): CommitInfo => {
    const trailers = by === "drover" ? [{ key: "Drover-Version", value: "1.0.0" }] : [];
    return { commit: String(index).repeat(40), parents: [], subject, trailers };
  });
  const states = history.map((_, index) =>
    Object.assign({}, ...history.slice(0, index + 1).map((each) => each.changes)),
  );
  const nameOf = (path: string): string => path.split("/")[1] ?? "";
  const git = {
    log: (_: string, { paths = [] }: Parameters<GitPort["log"]>[1]) => {
      const touched = (each: Made | undefined): boolean => Object.hasOwn(each?.changes ?? {}, nameOf(paths[0] ?? ""));
      return Promise.resolve(commits.filter((_each, index) => touched(history[index])).toReversed());
    },
    listTree: (commit: string, [path = ""]: readonly string[]) =>
      Promise.resolve(new Map([[`${path}/a.yaml`, String(states[Number(commit[0])][nameOf(path)])]])),
  } as unknown as GitPort;
  const folders = new Map(["shop", "ledger"].map((name) => [name, `applications/${name}`]));
  const tip = commits.at(-1)?.commit ?? "";
  return Object.fromEntries(await changesByHand(git, { tip, log: commits.toReversed(), folders }));
}

const first: Made = { by: "drover", subject: "Render", changes: { shop: "1", ledger: "1" } };

test("a folder that somebody else changed is named with the commit, the others are not", async () => {
  const fix: Made = { by: "somebody", subject: "more replicas\tnow", changes: { shop: "2" } };
  const later: Made = { by: "drover", subject: "Render ledger", changes: { ledger: "2" } };
  assert.deepEqual(await foundIn([first, fix, later]), {
    shop: `commit ${"1".repeat(12)} (more replicas now) changed it by hand`,
  });
});

test("a change that was taken back, or that Drover wrote over, is none", async () => {
  const fix: Made = { by: "somebody", subject: "fix", changes: { shop: "2" } };
  const back: Made = { by: "somebody", subject: "Revert fix", changes: { shop: "1" } };
  assert.deepEqual(await foundIn([first, fix, back]), {});
  assert.deepEqual(await foundIn([first, fix, { by: "drover", subject: "Render", changes: { shop: "3" } }]), {});
  assert.deepEqual(await foundIn([first]), {});
});

test("a folder that Drover never wrote is somebody else's", async () => {
  assert.deepEqual(Object.keys(await foundIn([{ by: "somebody", subject: "mine", changes: { shop: "1" } }])), ["shop"]);
});

test("such a folder is shown and not written over", () => {
  const input = world();
  const west = input.branches.get("west");
  assert.ok(west !== undefined);
  const [[name, files] = ["", new Map<string, string>()]] = [...west.folders];
  const path = [...files.keys()].find((each) => each.startsWith("base/shop/")) ?? "base/kustomization.yaml";
  const changed = new Map(files).set(path, `${files.get(path) ?? ""}extra: 1\n`);
  const byHand = new Map([[name, "commit 111111111111 (fix) changed it by hand"]]);
  const facts = { ...west, folders: new Map([[name, changed]]), byHand };
  const plan = buildPlan({ ...input, branches: new Map([...input.branches, ["west", facts]]) });
  assert.deepEqual(
    plan.steps.filter(({ action }) => action === "render"),
    [],
  );
  const [blocker] = plan.applications[0]?.blockers ?? [];
  assert.equal(blocker?.code, "render-refused");
  assert.match(blocker?.message ?? "", /commit 111111111111 \(fix\) changed it by hand/);
});
