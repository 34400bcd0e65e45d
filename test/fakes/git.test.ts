import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGit } from "../../src/adapters/git/create-git.ts";
import type { GitPort } from "../../src/ports/git.ts";
import { createTestRepository } from "../builders/repository.ts";
import type { TestRepository } from "../builders/repository.ts";
import { createDirectGit } from "./git.ts";

const files = { "clusters/east.yaml": "a: 1\n", "apps/shop.yaml": "b: 1\n" };
const author = { name: "Drover", email: "drover@example.com" };
const now = (): number => Date.UTC(2026, 10, 23, 2, 40);
let repositories: readonly TestRepository[];

before(async () => {
  repositories = [await createTestRepository(files), await createTestRepository(files)];
});
after(() => Promise.all(repositories.map((repository) => repository.close())));

/** What a story does, and every answer that it gets. */
async function play(git: GitPort, again: GitPort): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const note = (value: unknown): void => {
    seen.push(value instanceof Map ? [...value] : value);
  };
  await git.fetch();
  const main = (await git.tip("main")) ?? "";
  note([main, await git.tip("dr/west"), await git.branches("dr/"), await git.resolve("main").catch(() => "")]);
  note(await git.readTree(main, ["apps"]));
  const first = { branch: "dr/west", parent: null, owns: ["applications/shop"], message: "Render" } as const;
  const content = new Map([["applications/shop/a.yaml", "a: 1\n"]]);
  const pushed = await git.commitAndPush({ ...first, files: content });
  note([pushed, await git.tip("dr/west"), await git.branches("dr/")]);
  // Another port of the same repository knows nothing of it before it looks, and then the same.
  await again.fetch();
  note([await again.tip("dr/west"), await again.commitAndPush({ ...first, files: content })]);
  const parent = await again.tip("dr/west");
  note(await again.commitAndPush({ ...first, parent, files: content }));
  const next = { ...first, parent, files: new Map([["applications/shop/b.yaml", "b: 2\n"]]) };
  note([
    await again.commitAndPush(next),
    await git.commitAndPush({ ...next, message: "Late" }),
    await git.tip("dr/west"),
  ]);
  const series = {
    branch: next.branch,
    parent: await git.tip("dr/west"),
    commits: ["x", "y", "x"].map((name) => ({
      owns: [`applications/${name}`],
      files: new Map([[`applications/${name}/a`, name]]),
      message: `Render ${name}`,
    })),
  };
  note([await git.commitSeriesAndPush(series), await git.commitSeriesAndPush(series), await git.tip("dr/west")]);
  const tip = (await git.tip("dr/west")) ?? "";
  note([
    await git.isAncestor(parent ?? "", tip),
    await git.isAncestor(tip, parent ?? ""),
    await git.isAncestor(main, tip),
  ]);
  note(await git.log(tip, { firstParent: true, limit: 10 }));
  note(await git.readTree(tip, [""]));
  note(await again.lastChanges(tip, ["applications/x/a", "applications/y/a", "nowhere"]));
  note(await again.listTree(tip, ["applications", "nowhere"]));
  const { head, branch, dirty } = await git.checkout(["apps"]);
  note([head, branch, dirty, await git.readWorkTree(["apps"])]);
  return seen;
}

test("the direct port answers as the real one does, at the first time and from memory", async () => {
  const [one, two] = repositories;
  assert.ok(one !== undefined && two !== undefined);
  const real = (): GitPort =>
    createGit({ directory: one.checkout, remote: "origin", author, now, environment: one.environment });
  const memory = { objects: new Map(), commits: new Map() };
  const direct = (at: TestRepository) => (): GitPort => createDirectGit({ ...at, author, now }, memory);
  const expected = await play(real(), real());
  assert.deepEqual(await play(direct(two)(), direct(two)()), expected);
  // The objects of the first story exist only there: a copy of the refs' past is what remains to be moved.
  await two.git(["update-ref", "-d", "refs/heads/dr/west"], { cwd: two.bare });
  assert.deepEqual(await play(direct(two)(), direct(two)()), expected);
});
