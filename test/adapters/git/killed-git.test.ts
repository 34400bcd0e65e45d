import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import type { GitPort } from "../../../src/ports/git.ts";
import { createTestRepository, writeFiles } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

let repository: TestRepository;

before(async () => {
  repository = await createTestRepository();
});
after(() => repository.close());

function open(path: string): GitPort {
  return createGit({
    directory: repository.checkout,
    remote: "origin",
    author: { name: "Drover", email: "drover@example.com" },
    now: () => 0,
    environment: { ...repository.environment, PATH: path },
  });
}

/** A `git` whose n-th process is killed before it does anything, or after it did everything and before it answers. */
async function killingPath(call: number, moment: "before" | "after"): Promise<string> {
  const folder = join(repository.root, `bin-${moment}-${String(call)}`);
  const path = repository.environment["PATH"] ?? "";
  await mkdir(folder);
  await writeFile(join(folder, "count"), "0");
  const script = [
    "#!/bin/sh",
    `n=$(($(cat '${folder}/count') + 1)); echo $n > '${folder}/count'`,
    `PATH='${path}'; export PATH`,
    `[ $n = ${String(call)} ] || exec git "$@"`,
    moment === "before" ? "" : `git "$@" > /dev/null 2>&1`,
    "kill -9 $$",
    "",
  ];
  await writeFiles(folder, { "git.sh": script.join("\n") });
  await import("node:fs/promises").then((fs) => fs.rename(join(folder, "git.sh"), join(folder, "git")));
  return `${folder}${delimiter}${path}`;
}

describe("a git that is killed", () => {
  for (const moment of ["before", "after"] as const) {
    for (const [call, name] of ["ls-tree", "fast-import", "push"].entries()) {
      it(`${moment} its ${name} leaves a state from which the same commit can be made again`, async () => {
        const branch = `dr/${moment}-${name}`;
        const parent = await repository.git(["rev-parse", "HEAD"]);
        await repository.git(["branch", branch, parent], { cwd: repository.bare });
        const files = new Map([["applications/shop/a.yaml", "1\n"]]);
        const request = { branch, parent, owns: ["applications"], files, message: "Render" };
        const killing = open(await killingPath(call + 1, moment));
        await assert.rejects(killing.commitAndPush(request), { name: "GitFault" });
        const next = open(repository.environment["PATH"] ?? "");
        await next.fetch();
        const tip = (await next.tip(branch)) ?? "";
        const again = await next.commitAndPush({ ...request, parent: tip });
        assert.equal(again.outcome, tip === parent ? "pushed" : "unchanged");
        const count = await repository.git(["rev-list", "--count", branch], { cwd: repository.bare });
        assert.equal(count, "2");
        assert.equal(await repository.git(["for-each-ref", "refs/drover/pending"]), "");
        assert.equal(await repository.git(["status", "--porcelain"]), "");
      });
    }
  }
});
