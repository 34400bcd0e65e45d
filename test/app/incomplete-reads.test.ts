import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { Transport } from "../../src/adapters/kubernetes/transport.ts";
import { apply } from "../../src/app/apply.ts";
import type { Ports } from "../../src/app/ports.ts";
import { renderBranches } from "../../src/app/render-branches.ts";
import { GitFault } from "../../src/ports/git.ts";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications } from "../builders/story-documents.ts";

/** What the API server of a cluster says instead of one list. */
type Refusal = (path: string) => number | null;

describe("acceptance 7: a kind that can't be listed", () => {
  let story: Story;
  let rewind: () => Promise<void>;

  before(async () => {
    story = await createStory({ seed: 5, ledger: false, forge: false });
    await story.put({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    assert.equal(applyExitCode(await story.apply()), 0);
    rewind = await story.snapshot();
  });
  after(() => story.close());

  function portsWith(refusal: Refusal): Ports {
    const transportOf = (name: string): Transport => {
      const own = story.world.site(name).transport;
      return (request) => {
        const code = name === "east" && request.method === "GET" ? refusal(request.path) : null;
        if (code === null) return own(request);
        const body = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, message: "no" });
        return Promise.resolve({ status: code, headers: { "content-type": "application/json" }, body });
      };
    };
    const cluster: Ports["cluster"] = ({ name }) =>
      Promise.resolve({ state: "ready", port: createClusterPort({ name, transport: transportOf(name) }) });
    return { ...story.ports(), cluster };
  }

  const branch = async (): Promise<readonly string[]> => {
    await story.pull();
    const files = await story.repository.git(["ls-tree", "-r", "--name-only", "origin/dr/west"]);
    return files.split("\n").filter((path) => path.includes("/service/"));
  };

  /** Somebody deletes the application's Services on the source. */
  async function deleteServices(): Promise<number> {
    const port = createClusterPort({ name: "east", transport: story.world.site("east").transport });
    const { items } = await port.list({ apiVersion: "v1", kind: "Service", namespace: "appns" });
    for (const { metadata } of items)
      await port.delete({ apiVersion: "v1", kind: "Service", namespace: "appns", name: metadata.name });
    return items.length;
  }

  for (const [what, code] of [
    ["forbidden", 403],
    ["broken", 500],
    ["unavailable", 503],
    ["forgotten by the server on each page", 410],
    ["timed out", 504],
  ] as const) {
    test(`${what}: its files stay, nothing is refused, and the report names it`, async () => {
      await rewind();
      const earlier = await branch();
      assert.ok((await deleteServices()) > 0 && earlier.length > 0);
      const ports = portsWith((path) => (/\/namespaces\/appns\/services(\?|$)/.test(path) ? code : null));
      const result = await apply(ports, { protectedBranch: "main" });
      assert.equal(applyExitCode(result), 0, JSON.stringify([...result.refused]));
      assert.deepEqual(await branch(), earlier);
      const { reports } = await renderBranches(ports, { protectedBranch: "main" });
      assert.deepEqual(
        reports[0]?.unread.map(({ group, kind, namespace }) => [group, kind, namespace]),
        [["", "Service", "appns"]],
      );
    });
  }

  test("the same deletions, read: they are gone from the branch or asked about, never silently kept", async () => {
    await rewind();
    await deleteServices();
    const result = await apply(
      portsWith(() => null),
      { protectedBranch: "main" },
    );
    const asked = [...result.refused.values()].flat().some(({ code }) => code === "suspicious-capture");
    assert.ok(asked || (await branch()).length === 0);
  });

  test("a disk that is full when the branch is written: it says so, and the next run does it", async () => {
    await rewind();
    const east = createClusterPort({ name: "east", transport: story.world.site("east").transport });
    const metadata = { name: "late", namespace: "appns" };
    await east.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data: {} });
    const tip = (): Promise<string> => story.repository.git(["rev-parse", "dr/west"], { cwd: story.repository.bare });
    const before = await tip();
    const { git, ...others } = story.ports();
    const full = new GitFault("no-space", "fast-import: no space left on device");
    const ports = { ...others, git: { ...git, commitSeriesAndPush: () => Promise.reject(full) } };
    await assert.rejects(renderBranches(ports, { protectedBranch: "main" }), full);
    const result = await apply(ports, { protectedBranch: "main" });
    assert.notEqual(applyExitCode(result), 0);
    const said = result.results.flatMap(({ outcome }) => (outcome.state === "refused" ? [outcome.why] : []));
    assert.match(said.join(), /no space left on device/);
    assert.equal(await tip(), before);
    assert.equal(applyExitCode(await story.apply()), 0);
    assert.notEqual(await tip(), before);
  });

  test("pods that can't be listed: nothing is decided at all", async () => {
    await rewind();
    const result = await apply(
      portsWith((path) => (/\/pods(\?|$)/.test(path) ? 403 : null)),
      { protectedBranch: "main" },
    );
    assert.equal(applyExitCode(result), 1);
    assert.match([...result.refused.values()].flat()[0]?.message ?? "", /Pod/);
  });
});
