import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { writeSmallRepository } from "../bench/small-repository.ts";

const MAIN = fileURLToPath(new URL("../../src/entry/main.mjs", import.meta.url));

// Prints every package file that a command loads.
const SPY = `import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => {
  if (url.includes("/node_modules/")) process.stderr.write("loaded " + url + "\\n");
  return next(url, context);
} });`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "drover-light-"));
  writeFileSync(join(folder, "spy.mjs"), SPY);
  writeSmallRepository(join(folder, "repository"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const HEAVY = /node_modules\/(@kubernetes\/client-node|octokit|@octokit|simple-git)\//;

for (const argv of [["--help"], ["validate", "--repo", "repository"], ["schema", "Cluster"]]) {
  test(`drover ${argv.join(" ")} needs no cluster and loads no client of one`, () => {
    const run = spawnSync(process.execPath, ["--import", join(folder, "spy.mjs"), MAIN, ...argv], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder },
    });
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /loaded .*commander/, "the spy sees what is loaded");
    assert.deepEqual(
      run.stderr.split("\n").filter((line) => HEAVY.test(line)),
      [],
    );
  });
}
