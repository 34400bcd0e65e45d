import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { createClusterPort } from "../../src/adapters/kubernetes/cluster-client.ts";
import type { Transport } from "../../src/adapters/kubernetes/transport.ts";
import { apply } from "../../src/app/apply.ts";
import type { Ports } from "../../src/app/ports.ts";
import { runCommand } from "../../src/entry/cli.ts";
import { applyExitCode } from "../../src/entry/exit-codes.ts";
import { readRefFiles } from "../../src/sandbox/github/ref-files.ts";
import { type TestRepository, createTestRepository } from "../builders/repository.ts";
import { type ServedCluster, serveCluster } from "../builders/served-cluster.ts";
import { type Story, createStory } from "../builders/story.ts";
import { storyApplications, storyDocuments } from "../builders/story-documents.ts";

const MAIN = fileURLToPath(new URL("../../src/entry/main.mjs", import.meta.url));

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe("bad input on the command line", () => {
  let repository: TestRepository;
  let east: ServedCluster;
  let west: ServedCluster;

  before(async () => {
    [east, west] = [await serveCluster("east"), await serveCluster("west")];
    const identities = { east: east.identity, west: west.identity };
    const documents = { ...storyDocuments({ identities, forge: null }), ...storyApplications() };
    repository = await createTestRepository(documents);
    await writeFile(join(repository.root, "east"), east.kubeconfig(["east"]));
    await writeFile(join(repository.root, "west"), west.kubeconfig(["west"]));
  });
  after(async () => {
    await Promise.all([east.close(), west.close()]);
    await repository.close();
  });

  const environment = () => {
    const KUBECONFIG = [join(repository.root, "east"), join(repository.root, "west")].join(":");
    return { ...repository.environment, KUBECONFIG };
  };
  /** As a process of its own, once for each way of ending: starting one takes longer than most commands. */
  const droverProcess = (args: readonly string[], cwd = repository.checkout) =>
    new Promise<Answer>((resolve) => {
      const child = execFile(process.execPath, [MAIN, ...args], { cwd, env: environment() }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  /** The same in this process. */
  const drover = async (args: readonly string[], cwd = repository.checkout): Promise<Answer> => {
    const said = { code: 0, out: "", err: "" };
    await runCommand(args, {
      stdout: (text) => (said.out += text),
      stderr: (text) => (said.err += text),
      cwd,
      env: environment(),
      isTerminal: false,
      colour: false,
      setExitCode: (code) => (said.code = code),
    });
    return said;
  };
  const folder = (name: string): string => join(repository.root, name);
  const refs = () => readRefFiles(repository.bare);

  /** Runs apply, and proves that it changed nothing of the applications, neither on a cluster nor on the remote. */
  async function applyWritesNothing(): Promise<Answer> {
    const earlier = await refs();
    const answer = await drover(["apply"]);
    assert.deepEqual(await refs(), earlier);
    assert.deepEqual([...east.writes, ...west.writes].filter(isOfApplications), [], answer.out + answer.err);
    return answer;
  }

  test("an unknown command: 64, and where the usage is", async () => {
    const { code, err } = await droverProcess(["aply"]);
    assert.equal(code, 64);
    assert.match(err, /unknown command 'aply'\n\(Did you mean apply\?\)/);
    assert.match(err, /--help/);
  });

  for (const [what, args, sentence] of [
    ["both applications and a site", ["appns", "--from", "east"], /^error: name the applications, or the lost site/],
    ["neither an application nor a site", [], /^error: name the applications, or the lost site.*--from CLUSTER/],
    ["labels without a site", ["appns", "--select", "tier=gold"], /^error: --select .*--from/],
  ] as const) {
    test(`a failover of ${what}: 64, with a sentence; nothing is opened`, async () => {
      const earlier = await refs();
      const { code, out, err } = await drover(["failover", ...args, "--reason", "east lost power"]);
      assert.deepEqual([code, out], [64, ""]);
      assert.match(err, sentence);
      assert.match(err, /--help/);
      assert.deepEqual(await refs(), earlier);
    });
  }

  test("no command at all: help on stdout and 0, as kubectl has it", async () => {
    const { code, out, err } = await drover([]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^Usage: drover .*Start here:.*Exit codes:/s);
  });

  test("an unknown option: 64", async () => {
    const { code, err } = await drover(["plan", "--detailed-exit-code"]);
    assert.equal(code, 64);
    assert.match(err, /unknown option '--detailed-exit-code'\n\(Did you mean --detailed-exitcode\?\)/);
  });

  test("broken documents: 1, every error with file, line, column and remedy", async () => {
    const bad = folder("bad");
    await mkdir(join(bad, "apps"), { recursive: true });
    const settings = "apiVersion: drover.dev/v1alpha1\nkind: Settings\nmetadata: {name: drover}\n";
    const files: Readonly<Record<string, string>> = {
      "drover.yaml": `${settings}spec:\n  aprovals: {verify: merge}\n`,
      "apps/broken.yaml": "a: [1\nb: }\n",
      "apps/twice.yaml": `${settings}metadata: {name: other}\nspec: {}\n`,
      "apps/bomb.yaml": bomb(),
      "apps/kind.yaml": "apiVersion: drover.dev/v1alpha1\nkind: Clutser\nmetadata: {name: east}\nspec: {}\n",
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(bad, path), text);
    const { code, out, err } = await droverProcess(["validate", "--repo", bad]);
    assert.deepEqual([code, err], [1, ""]);
    assert.match(out, /^drover\.yaml:5:3: error: spec has no field "aprovals".*\n {4}.*approvals/m);
    assert.match(out, /^apps\/broken\.yaml:2:1: error: Not valid YAML: .*\n {4}Correct the syntax/m);
    assert.match(out, /^apps\/twice\.yaml:4:1: error: The key "metadata" stands twice.*\n {4}Keep one/m);
    assert.match(out, /^apps\/bomb\.yaml:2:\d+: error: .*expands to more than.*\n {4}Write it without aliases/m);
    assert.match(out, /^apps\/kind\.yaml:2:7: error: .*Clutser.*\n {4}.*Cluster/m);
    assert.match(out, /\nNot valid: \d+ errors/);
  });

  test("a folder that is no repository: 1, with what to do", async () => {
    await mkdir(folder("empty"));
    const { code, err } = await droverProcess(["plan"], folder("empty"));
    assert.equal(code, 1);
    assert.match(err, /^error: .*empty.*not a git repository.*--repo DIR.*drover init/);
    assert.equal(err.match(/--repo DIR/g)?.length, 1);
    assert.doesNotMatch(err, /\.\. /);
  });

  test("a remote without the protected branch: 1, with what to do", async () => {
    const bare = folder("other.git");
    const clone = folder("other");
    await cp(repository.bare, bare, { recursive: true });
    await repository.git(["branch", "--move", "main", "trunk"], { cwd: bare });
    await cp(repository.checkout, clone, { recursive: true });
    await repository.git(["remote", "set-url", "origin", bare], { cwd: clone });
    const { code, err } = await drover(["status"], clone);
    assert.equal(code, 1);
    assert.match(err, /^error: the remote has no branch main; push one, or set spec\.protectedBranch/m);
  });

  test("a shallow clone: 1, with the command that completes it", async () => {
    const shallow = folder("shallow");
    await repository.commit({ "notes.md": "x\n" });
    await repository.git(["clone", "--quiet", "--depth=1", `file://${repository.bare}`, shallow]);
    const { code, err } = await drover(["plan"], shallow);
    assert.equal(code, 1);
    assert.match(err, /^error: \S+shallow is a shallow clone.*git fetch --unshallow/);
  });

  test("a kubeconfig with an exec plugin: refused before anything runs, with the remedy", async () => {
    const proof = folder("it-ran");
    const file = folder("plugin");
    const user = `user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [${proof}]}}`;
    await writeFile(file, east.kubeconfig(["east"]).replace(/user:\n\s+token: .*/, user));
    const { code, out } = await drover(["probe", "--kubeconfig", file]);
    assert.equal(code, 1);
    assert.match(out, /^east: no answer: .*exec plugin.*token/m);
    assert.match(out, /^west: no answer: .*no context "?west/m);
    await assert.rejects(rm(proof), { code: "ENOENT" });
  });

  test("a checkout with changes of its own: failover is refused with 3 and opens nothing", async () => {
    const earlier = await refs();
    await writeFile(join(repository.checkout, "apps/appns.yaml"), "# mine\n");
    const { code, out, err } = await droverProcess(["failover", "appns", "--reason", "east lost power"]);
    await repository.git(["checkout", "--quiet", "--", "."]);
    assert.equal(code, 3, out + err);
    assert.match(out, /^Refused\. Nothing was opened\.\n {2}apps\/appns\.yaml in this checkout differs.*set it aside/);
    assert.deepEqual(await refs(), earlier);
  });

  test("a checkout that is behind: refused with 3, and told to pull; nothing is opened", async () => {
    const behind = folder("behind");
    await cp(repository.checkout, behind, { recursive: true });
    const text = storyApplications()["apps/appns.yaml"] ?? "";
    await repository.commit({ "apps/appns.yaml": `${text}# a comment that the clone has not seen\n` });
    const earlier = await refs();
    const { code, out, err } = await drover(["failover", "appns", "--reason", "east lost power"], behind);
    assert.equal(code, 3, out + err);
    assert.match(out, /^Refused\. Nothing was opened\.\n {2}apps\/appns\.yaml in this checkout differs.*behind; pull/);
    assert.deepEqual(await refs(), earlier);
  });

  test("a checkout of another history: refused with 3, and told to clone; nothing is opened", async () => {
    const other = folder("unrelated");
    await cp(repository.checkout, other, { recursive: true });
    await repository.git(["checkout", "--quiet", "--orphan", "mine"], { cwd: other });
    await writeFile(join(other, "apps/appns.yaml"), "# mine\n");
    await repository.git(["commit", "--quiet", "--all", "--message", "Mine"], { cwd: other });
    const earlier = await refs();
    const { code, out, err } = await drover(["failover", "appns", "--reason", "east lost power"], other);
    assert.equal(code, 3, out + err);
    assert.match(out, /histories have parted, or have nothing in common; take a fresh clone/);
    assert.deepEqual(await refs(), earlier);
  });

  test("a cluster that does not answer while applications are to be protected: 1, and nothing is written", async () => {
    west.setReachable(false);
    const { code, out } = await applyWritesNothing().finally(() => west.setReachable(true));
    assert.equal(code, 1);
    assert.match(out, /^refused appns: .*west.*\[cluster-unreachable\]\n {2}→ bring west back/m);
    assert.match(out, /^refused ledger: /m);
  });
});

describe("an answer that can't be trusted changes nothing", () => {
  let story: Story;
  let rewind: () => Promise<void>;

  before(async () => {
    story = await createStory({ seed: 11, ledger: false, forge: false });
    await story.put({ "apps/appns.yaml": storyApplications()["apps/appns.yaml"] ?? "" });
    rewind = await story.snapshot();
  });
  after(() => story.close());

  /** What apply does when cluster names lead to these transports instead of their own. */
  async function applyThrough(transportOf: (name: string) => Transport) {
    await rewind();
    const earlier = await readRefFiles(story.repository.bare);
    const written: string[] = [];
    const noting =
      (transport: Transport): Transport =>
      (request) => {
        if (request.method !== "GET") written.push(`${request.method} ${request.path}`);
        return transport(request);
      };
    const cluster: Ports["cluster"] = async ({ name }) => ({
      state: "ready",
      port: createClusterPort({ name, transport: noting(transportOf(name)) }),
    });
    const result = await apply({ ...story.ports(), cluster }, { protectedBranch: "main" });
    const pushed = !isDeepStrictEqual(await readRefFiles(story.repository.bare), earlier);
    return { result, written: written.filter(isOfApplications), pushed };
  }
  const own = (name: string): Transport => story.world.site(name).transport;

  test("with nothing wrong it protects: the tests below would see it", async () => {
    const { result, written, pushed } = await applyThrough(own);
    assert.deepEqual([applyExitCode(result), pushed], [0, true], JSON.stringify([...result.refused]));
    assert.ok(written.some((request) => request.includes("drover-record-appns")));
  });

  test("swapped contexts: 1, nothing is written, and the message names both identities", async () => {
    const { result, written, pushed } = await applyThrough((name) => own(name === "east" ? "west" : "east"));
    assert.deepEqual([applyExitCode(result), pushed, written], [1, false, []]);
    const blockers = [...result.refused.values()].flat();
    const [blocker = assert.fail("it is refused")] = blockers;
    assert.equal(blocker.code, "cluster-identity");
    assert.match(blocker.message, /(east|west).*[0-9a-f-]{36}.*[0-9a-f-]{36}/);
    assert.match(blocker.remedy, /context|identity/);
  });

  for (const [what, code] of [
    ["forbidden", 403],
    ["broken", 500],
  ] as const) {
    test(`one list of the source ${what}: 1, and nothing is written anywhere`, async () => {
      const { result, written, pushed } = await applyThrough((name) => async (request) => {
        if (name !== "east" || !/\/configmaps(\?|$)/.test(request.path)) return own(name)(request);
        const body = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, message: what });
        return { status: code, headers: { "content-type": "application/json" }, body };
      });
      assert.deepEqual([applyExitCode(result), pushed, written], [1, false, []]);
      assert.match([...result.refused.values()].flat()[0]?.message ?? "", /ConfigMap/);
    });
  }
});

/** A write that is more than taking part: the Lease, and the namespace that it stands in, say nothing of applications. */
function isOfApplications(write: string): boolean {
  return !/^(POST \/api\/v1\/namespaces|(POST|PATCH) \/apis\/coordination\.k8s\.io\/v1\/namespaces\/drover-system\/leases(\/drover)?)(\?|$)/.test(
    write,
  );
}

/** Ten to the power of eleven values in twelve lines. */
function bomb(): string {
  const lines = Array.from({ length: 11 }, (_, level) => {
    const items = Array.from({ length: 10 }, () => `*a${level}`).join(", ");
    return `a${level + 1}: &a${level + 1} [${items}]\n`;
  });
  return `a0: &a0 [x]\n${lines.join("")}`;
}
