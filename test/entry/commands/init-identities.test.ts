import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createProgram } from "../../../src/entry/cli.ts";
import { type ServedCluster, serveCluster } from "../../builders/served-cluster.ts";
import { recordedContext } from "../sandbox/command-context.ts";

describe("drover init asks the clusters who they are", () => {
  const top = mkdtempSync(join(tmpdir(), "drover-init-"));
  let east: ServedCluster;
  before(async () => {
    east = await serveCluster("east");
    writeFileSync(join(top, "kubeconfig"), east.kubeconfig(["prod-east"]));
  });
  after(async () => {
    await east.close();
    rmSync(top, { recursive: true, force: true });
  });

  async function init(dir: string, environment: Readonly<Record<string, string>>, more: readonly string[] = []) {
    const context = recordedContext(top, environment);
    const words = ["init", "--dir", dir, "--cluster", "east=prod-east", "--cluster", "west=prod-west", ...more];
    await createProgram(context).parseAsync(words, { from: "user" });
    return context;
  }

  test("writes what answers, and says why the other did not", async () => {
    const context = await init("one", { KUBECONFIG: join(top, "kubeconfig") });
    assert.match(readFileSync(join(top, "one/clusters/east.yaml"), "utf8"), new RegExp(`identity: ${east.identity}`));
    assert.match(context.out(), /identity is to be added: west\./);
    assert.match(context.err(), /west.*prod-west/);
    assert.doesNotMatch(context.err(), /east:/);
  });

  test("tries nothing where there is no kubeconfig, and says nothing about it", async () => {
    const context = await init("two", { HOME: top });
    assert.equal(context.err(), "");
    assert.match(context.out(), /identity is to be added: east, west\./);
  });

  test("says that the kubeconfig it was given is not there", async () => {
    const context = await init("three", { HOME: top }, ["--kubeconfig", "none"]);
    assert.match(context.err(), /--kubeconfig .*none/);
  });

  test("gives up on a site without power", async () => {
    east.setReachable(false);
    const context = await init("four", { KUBECONFIG: join(top, "kubeconfig") });
    east.setReachable(true);
    assert.match(context.err(), /east.*(answer|connect)/);
    assert.match(context.out(), /identity is to be added: east, west\./);
  });
});
