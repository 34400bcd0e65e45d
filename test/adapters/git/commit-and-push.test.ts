import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import { GitFault } from "../../../src/ports/git.ts";
import type { CommitRequest, GitPort } from "../../../src/ports/git.ts";
import { createTestRepository, writeFiles } from "../../builders/repository.ts";
import type { TestRepository } from "../../builders/repository.ts";

let repository: TestRepository;
let git: GitPort;

before(async () => {
  repository = await createTestRepository({ "README.md": "# DR\n", "apps/shop.yaml": "kind: A\n" });
  git = openGit();
  await git.fetch();
});
after(() => repository.close());

function openGit(): GitPort {
  return createGit({
    directory: repository.checkout,
    remote: "origin",
    author: { name: "Drover", email: "drover@example.com" },
    now: () => Date.UTC(2026, 10, 23, 2, 40),
    environment: repository.environment,
  });
}

function request(changes: Partial<CommitRequest>): CommitRequest {
  return { branch: "dr/west", parent: null, owns: [""], files: new Map(), message: "Render", ...changes };
}

async function pushed(port: GitPort, wanted: CommitRequest): Promise<string> {
  const result = await port.commitAndPush(wanted);
  assert.equal(result.outcome, "pushed");
  return result.outcome === "pushed" ? result.commit : "";
}

/** All files of a branch of the remote; their texts are ASCII. */
async function filesAt(branch: string): Promise<Record<string, string>> {
  const format = "--format=%(objectname) %(path)";
  const lines = await repository.git(["ls-tree", "-r", "-z", format, branch], { cwd: repository.bare });
  const list = lines.split("\0").filter((line) => line !== "");
  const input = list.map((line) => `${line.slice(0, 40)}\n`).join("");
  let texts = await repository.git(["cat-file", "--batch"], { cwd: repository.bare, input });
  const files: Record<string, string> = {};
  for (const line of list) {
    const [head = "", size = "0"] = /^\w+ blob (\d+)\n/.exec(texts) ?? assert.fail(texts);
    files[line.slice(41)] = texts.slice(head.length, head.length + Number(size));
    texts = texts.slice(head.length + Number(size) + 1);
  }
  return files;
}

function rejects(code: GitFault["code"], run: () => Promise<unknown>): Promise<void> {
  return assert.rejects(run, (error) => error instanceof GitFault && error.code === code);
}

describe("commitAndPush", () => {
  it("creates a branch as an orphan with exactly the files, author, date and message", async () => {
    const files = new Map([["applications/shop/kustomization.yaml", "resources: []\n"]]);
    const commit = await pushed(git, request({ branch: "dr/orphan", files, message: "Render shop\n\nA: b" }));
    const format = "--format=%H|%P|%an <%ae> %at|%cn %ct|%B";
    const shown = await repository.git(["log", format, "dr/orphan"], { cwd: repository.bare });
    const at = Date.UTC(2026, 10, 23, 2, 40) / 1000;
    assert.equal(
      shown.trim(),
      `${commit}||Drover <drover@example.com> ${String(at)}|Drover ${String(at)}|Render shop\n\nA: b`,
    );
    assert.deepEqual(await filesAt("dr/orphan"), { "applications/shop/kustomization.yaml": "resources: []\n" });
    assert.equal(await git.tip("dr/orphan"), commit);
  });

  it("does not create the orphan where the branch exists", async () => {
    const first = await pushed(git, request({ branch: "dr/taken", files: new Map([["a", "1"]]) }));
    const second = await git.commitAndPush(request({ branch: "dr/taken", files: new Map([["a", "2"]]) }));
    assert.deepEqual(second, { outcome: "moved", tip: first });
  });

  it("makes no commit when the tree stays the same", async () => {
    const files = new Map([["a/b.yaml", "1\n"]]);
    const parent = await pushed(git, request({ branch: "dr/same", files }));
    assert.deepEqual(await git.commitAndPush(request({ branch: "dr/same", parent, files })), { outcome: "unchanged" });
    assert.equal(await repository.git(["rev-parse", "dr/same"], { cwd: repository.bare }), parent);
  });

  it("replaces what it owns, stale files included, and keeps everything else", async () => {
    const start = new Map([
      ["keep/me.yaml", "1"],
      ["apps/old.yaml", "1"],
      ["apps/deep/old.yaml", "1"],
      ["apps-other/x", "1"],
    ]);
    const parent = await pushed(git, request({ branch: "dr/owns", files: start }));
    const files = new Map([["apps/new.yaml", "2"]]);
    await pushed(git, request({ branch: "dr/owns", parent, owns: ["apps"], files }));
    assert.deepEqual(await filesAt("dr/owns"), { "apps-other/x": "1", "apps/new.yaml": "2", "keep/me.yaml": "1" });
  });

  it("lets one of two writers win and tells the other where the branch is", async () => {
    const parent = await pushed(git, request({ branch: "dr/race", files: new Map([["a", "0"]]) }));
    const results = await Promise.all(
      ["1", "2"].map((text) =>
        openGit().commitAndPush(request({ branch: "dr/race", parent, files: new Map([["a", text]]) })),
      ),
    );
    const winners = results.filter((result) => result.outcome === "pushed");
    const losers = results.filter((result) => result.outcome === "moved");
    assert.deepEqual([winners.length, losers.length], [1, 1]);
    const tip = await repository.git(["rev-parse", "dr/race"], { cwd: repository.bare });
    assert.deepEqual([winners[0]?.outcome === "pushed" && winners[0].commit, losers[0]?.tip], [tip, tip]);
    assert.equal(await repository.git(["rev-parse", "dr/race~1"], { cwd: repository.bare }), parent);
  });

  it("never forces, even when the user's configuration would", async () => {
    const parent = await pushed(git, request({ branch: "dr/force", files: new Map([["a", "0"]]) }));
    const tip = await pushed(git, request({ branch: "dr/force", parent, files: new Map([["a", "1"]]) }));
    await repository.git(["config", "remote.origin.push", "+refs/heads/*:refs/heads/*"]);
    await repository.git(["config", "push.followTags", "true"]);
    try {
      const late = await git.commitAndPush(request({ branch: "dr/force", parent, files: new Map([["a", "2"]]) }));
      assert.deepEqual(late, { outcome: "moved", tip });
    } finally {
      await repository.git(["config", "--unset-all", "remote.origin.push"]);
      await repository.git(["config", "--unset-all", "push.followTags"]);
    }
  });

  it("can be repeated with the same result after the answer was lost", async () => {
    const wanted = request({ branch: "dr/again", files: new Map([["a", "1"]]) });
    const commit = await pushed(git, wanted);
    assert.deepEqual(await openGit().commitAndPush(wanted), { outcome: "pushed", commit });
  });

  it("touches neither the work tree nor the index nor the user's refs", async () => {
    await writeFiles(repository.checkout, { "apps/draft.yaml": "x" });
    await repository.git(["add", "apps/draft.yaml"]);
    const look = async (): Promise<string[]> => [
      await repository.git(["status", "--porcelain"]),
      await repository.git([
        "for-each-ref",
        "refs/heads",
        "refs/remotes/origin/main",
        "refs/tags",
        "refs/drover/pending",
      ]),
    ];
    const earlier = await look();
    const parent = await git.resolve("origin/main");
    await pushed(git, request({ branch: "change", parent, owns: ["apps"], files: new Map([["apps/shop.yaml", "B"]]) }));
    assert.deepEqual(await look(), earlier);
    await repository.git(["rm", "--quiet", "--force", "apps/draft.yaml"]);
  });

  it("keeps the executable bit and replaces a symlink in what it owns", async () => {
    await repository.git(["switch", "--quiet", "--create", "modes"]);
    await writeFiles(repository.checkout, { "tools/run.sh": "echo\n" });
    await repository.git(["update-index", "--add", "--cacheinfo", `120000,${await blob("../README.md")},tools/link`]);
    await repository.git(["add", "tools/run.sh"]);
    await repository.git(["commit", "--quiet", "--message", "Modes"]);
    await repository.git(["push", "--quiet", "origin", "modes"]);
    const parent = await repository.git(["rev-parse", "HEAD"]);
    await repository.git(["switch", "--quiet", "--force", "main"]);
    const files = new Map([
      ["tools/run.sh", "echo 2\n"],
      ["tools/link", "text"],
    ]);
    await pushed(git, request({ branch: "modes", parent, owns: ["tools"], files }));
    const tree = await repository.git(["ls-tree", "-r", "--format=%(objectmode) %(path)", "modes", "tools"], {
      cwd: repository.bare,
    });
    assert.equal(tree, "100644 tools/link\n100755 tools/run.sh");
  });

  it("refuses to displace a file that belongs to somebody else", async () => {
    const parent = await pushed(
      git,
      request({
        branch: "dr/room",
        files: new Map([
          ["apps", "a file"],
          ["x/y", "1"],
        ]),
      }),
    );
    await rejects("malformed", () =>
      git.commitAndPush(
        request({ branch: "dr/room", parent, owns: ["apps/shop"], files: new Map([["apps/shop/a", "1"]]) }),
      ),
    );
    await rejects("malformed", () =>
      git.commitAndPush(
        request({
          branch: "dr/room",
          parent,
          owns: ["x"],
          files: new Map([
            ["x", "1"],
            ["x/y", "1"],
          ]),
        }),
      ),
    );
  });

  it("cleans a folder whose hostile names could not be removed one by one", async () => {
    const id = await blob("x");
    const tree = await repository.git(["mktree", "-z"], {
      input: `100644 blob ${id}\ta\nb\u{0}100644 blob ${id}\tok\u{0}`,
    });
    const outer = await repository.git(["mktree"], { input: `040000 tree ${tree}\tapps\n100644 blob ${id}\tkeep\n` });
    const parent = await repository.git(["commit-tree", outer, "-m", "Hostile"]);
    await repository.git(["push", "--quiet", "origin", `${parent}:refs/heads/dr/names`]);
    await pushed(git, request({ branch: "dr/names", parent, owns: ["apps"], files: new Map([["apps/ok", "x"]]) }));
    assert.deepEqual(await filesAt("dr/names"), { "apps/ok": "x", keep: "x" });
  });

  it("refuses names, branches and messages that git must not see", async () => {
    const bad: Partial<CommitRequest>[] = [
      { files: new Map([["../x", "1"]]) },
      { files: new Map([["/etc/x", "1"]]) },
      { files: new Map([["a/.GIT/config", "1"]]) },
      { files: new Map([["a\nM 100644 inline b", "1"]]) },
      { owns: ["apps"], files: new Map([["other/x", "1"]]) },
      { owns: ["../apps"] },
      { branch: "-d" },
      { branch: "a..b" },
      { branch: "x.lock" },
      { branch: "a b" },
      { parent: "--help" },
      { message: " " },
      { message: "a\u{0}b" },
    ];
    for (const changes of bad) await rejects("malformed", () => git.commitAndPush(request(changes)));
  });

  it("names an unknown parent as such", async () => {
    const parent = "0123456789abcdef0123456789abcdef01234567";
    await rejects("unknown-revision", () => git.commitAndPush(request({ parent, files: new Map([["a", "1"]]) })));
  });

  it("reports a branch that the remote's rules protect as denied, not as a lost race", async () => {
    const hook = '#!/bin/sh\ncase "$1" in refs/heads/guarded) exit 1;; esac\n';
    await writeFiles(repository.root, { "hooks/update": hook });
    await repository.git(["config", "core.hooksPath", `${repository.root}/hooks`], { cwd: repository.bare });
    await chmod(`${repository.root}/hooks/update`, 0o755);
    await rejects("denied", () => git.commitAndPush(request({ branch: "guarded", files: new Map([["a", "1"]]) })));
    await repository.git(["config", "--unset", "core.hooksPath"], { cwd: repository.bare });
  });

  it("writes any text under any harmless name so that it reads back the same", async () => {
    const part = fc.stringMatching(/^[a-z"' é€-]{1,8}$/u).filter((name) => !/^[. ]|[. ]$/.test(name));
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ["d", ...parts, "f.yaml"].join("/"));
    const tree = fc.dictionary(path, fc.string({ unit: "grapheme", maxLength: 200 }), { maxKeys: 16 });
    let parent: string | null = null;
    await fc.assert(
      fc.asyncProperty(tree, async (wanted) => {
        const files = new Map(Object.entries(wanted).filter(([, text]) => text.isWellFormed()));
        const result = await git.commitAndPush(request({ branch: "dr/any", parent, files }));
        if (result.outcome === "pushed") parent = result.commit;
        assert.notEqual(result.outcome, "moved");
        const back = await git.readTree(parent ?? "", [""]);
        assert.deepEqual(new Map([...back].toSorted()), new Map([...files].toSorted()));
      }),
      { numRuns: 3 },
    );
  });
});

async function blob(text: string): Promise<string> {
  return repository.git(["hash-object", "-w", "--stdin"], { input: text });
}

describe("commitSeriesAndPush", () => {
  const commitOf = (name: string, text: string) => ({
    owns: [`applications/${name}`, "README.md"],
    files: new Map([
      [`applications/${name}/a`, text],
      ["README.md", `last: ${name}`],
    ]),
    message: `Render ${name}`,
  });

  it("makes one commit of each, in order, and pushes them together", async () => {
    const result = await git.commitSeriesAndPush({
      branch: "dr/series",
      parent: null,
      commits: [commitOf("a", "1"), commitOf("b", "2"), commitOf("b", "2"), commitOf("a", "3")],
    });
    assert.equal(result.outcome, "pushed");
    const ids = result.outcome === "pushed" ? result.commits : [];
    assert.deepEqual(
      ids.map((id) => id !== null),
      [true, true, false, true],
    );
    const log = await repository.git(["log", "--format=%H %s", "dr/series"], { cwd: repository.bare });
    const subjects = ["Render a", "Render b", "Render a"];
    const made = ids.filter((id) => id !== null);
    assert.deepEqual(
      log.trim().split("\n").toReversed(),
      made.map((id, index) => `${id} ${subjects[index] ?? ""}`),
    );
    assert.deepEqual(await filesAt("dr/series"), {
      "README.md": "last: a",
      "applications/a/a": "3",
      "applications/b/a": "2",
    });
  });

  it("gives the tree that single commits give, whatever was there", async () => {
    const name = fc.constantFrom("a", "b", "a/x", "b/y", "c");
    const commit = fc.record({ owner: name, files: fc.dictionary(name, fc.constantFrom("1", "2"), { maxKeys: 3 }) });
    const property = fc.asyncProperty(
      fc.array(commit, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (made, seed) => {
        const commits = made.map(({ owner, files }, index) => {
          const below = Object.entries(files).map(([path, text]) => [`${owner}/${path}/f`, text] as const);
          return { owns: [owner], files: new Map(below), message: `${index}` };
        });
        const branches = [`dr/one-${seed}-${made.length}`, `dr/all-${seed}-${made.length}`] as const;
        for (const each of commits) {
          await git.commitAndPush({ branch: branches[0], parent: await git.tip(branches[0]), ...each });
        }
        await git.commitSeriesAndPush({ branch: branches[1], parent: await git.tip(branches[1]), commits });
        const [one, all] = await Promise.all(branches.map((branch) => git.tip(branch)));
        assert.equal(all, one);
      },
    );
    await fc.assert(property, { numRuns: 4 });
  });

  it("pushes nothing when somebody was faster, and nothing when nothing differs", async () => {
    const series = { branch: "dr/late", parent: null, commits: [commitOf("a", "1"), commitOf("b", "1")] };
    const first = await git.commitSeriesAndPush(series);
    assert.equal(first.outcome, "pushed");
    const tip = await git.tip("dr/late");
    const late = await git.commitSeriesAndPush({ ...series, commits: [commitOf("c", "1")] });
    assert.deepEqual(late, { outcome: "moved", tip });
    const same = await git.commitSeriesAndPush({ ...series, parent: tip, commits: [commitOf("b", "1")] });
    assert.deepEqual(same, { outcome: "unchanged" });
  });
});
