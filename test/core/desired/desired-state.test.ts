import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { buildDesiredState } from "../../../src/core/desired/desired-state.ts";
import { MAX_FILE_LENGTH } from "../../../src/core/desired/documents.ts";
import { locate, locateKey } from "../../../src/core/desired/source.ts";
import { application, described, desiredWith, repository } from "../../builders/documents.ts";

const MINUTE = 60_000;

/** The small repository with some files replaced, added or (null) removed. */
function withFiles(files: Readonly<Record<string, string | null>>, previous?: ReadonlyMap<string, string>) {
  const all = repository();
  for (const [path, text] of Object.entries(files)) {
    if (text === null) all.delete(path);
    else all.set(path, text);
  }
  return buildDesiredState(all, previous);
}

function codes(result: ReturnType<typeof buildDesiredState>): readonly string[] {
  return result.findings.map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`);
}

describe("a folder of the settings without a document", () => {
  test("is warned of where it is written, with the remedy, and blocks nobody", () => {
    const result = desiredWith({ settings: { "spec.folders": ["clusters", "apps", "application"] } });
    const line = (
      repository({ settings: { "spec.folders": ["clusters", "apps", "application"] } }).get("drover.yaml") ?? ""
    )
      .split("\n")
      .findIndex((text) => text.includes("- application"));
    assert.deepEqual(codes(result), [`folder-empty drover.yaml:${line + 1}:7`]);
    assert.deepEqual(
      result.findings.map(({ severity, remedy }) => [severity, /spec\.folders/.test(remedy)]),
      [["warning", true]],
    );
    assert.deepEqual([...result.blocked], []);
  });

  test("is warned of where it is a default, at the nearest place that is written", () => {
    assert.deepEqual(codes(withFiles({ "apps/shop.yaml": null })), [`folder-empty drover.yaml:5:1`]);
  });
});

describe("the typed state", () => {
  test("has every default", () => {
    const { state } = desiredWith({ shop: { "spec.consistency": { before: [{ select: { a: "b" }, exec: ["x"] }] } } });
    const { source: _s, ...settings } = state.settings ?? assert.fail();
    assert.deepEqual(settings, {
      name: "drover",
      folders: ["clusters", "apps"],
      policies: "policies",
      remote: "origin",
      protectedBranch: "main",
      branchPrefix: "dr/",
      forge: null,
      approvals: { verify: "merge", routine: 1, disruptive: 2, destructive: 2, users: [], teams: [] },
      executor: "cli",
    });
    const { source: _c, ...east } = state.clusters.get("east") ?? assert.fail();
    assert.deepEqual(east.delivery, { type: "direct", timeout: 20_000 });
    assert.deepEqual(east.portworx, { clusterDomain: "site-east", adminNamespace: null });
    assert.deepEqual(east.secrets, { age: [] });
    const metro = state.policies.get("metro") ?? assert.fail();
    assert.deepEqual(metro.replication, {
      provider: "portworx",
      mode: "sync",
      schedule: { type: "interval", interval: MINUTE },
      portworx: { clusterPair: "east-west", backupLocation: null },
    });
    assert.equal(metro.maxRoundTrip, 10);
    assert.equal(state.policies.get("regional")?.maxRoundTrip, null);
    const shop = state.applications.get("shop") ?? assert.fail();
    assert.deepEqual(shop.consistency.before, [{ select: { a: "b" }, container: null, exec: ["x"], timeout: MINUTE }]);
    assert.deepEqual(shop.configuration, { owner: "git" });
    assert.deepEqual(shop.render, { secrets: "external", targets: new Map(), accept: [], exclude: [], rules: [] });
    assert.equal(shop.placement.transition, null);
    assert.deepEqual(shop.startup, []);
  });

  test("finds the line of any field, also of one that is absent", () => {
    const shop = desiredWith().state.applications.get("shop") ?? assert.fail();
    const text = repository().get("apps/shop.yaml") ?? "";
    const lines = text.split("\n");
    const line = (start: string): number => lines.findIndex((entry) => entry.trim().startsWith(start)) + 1;
    assert.deepEqual(locate(shop, ["spec", "placement", "activeCluster"]), {
      file: "apps/shop.yaml",
      line: line("activeCluster"),
      column: "    activeCluster: e".length,
    });
    assert.equal(locate(shop, ["spec", "placement", "transition", "id"]).line, line("placement"));
    assert.equal(locateKey(shop, ["spec", "policies"]).line, line("policies"));
  });

  test("normalises folders", () => {
    const { state } = desiredWith({ settings: { "spec.folders": ["./clusters/", "apps//"] } });
    assert.deepEqual(state.settings?.folders, ["clusters", "apps"]);
  });
});

describe("positions", () => {
  test("count from 1 in UTF-16 units, with CRLF and a byte order mark", () => {
    const head = "\ufeffkind: Cluster\r\napiVersion: drover.dev/v1alpha1\r\nmetadata: {name: far}\r\n";
    const result = withFiles({
      "clusters/far.yaml": `${head}spec: {"😀": 1, connection: {context: far}, delivery: {type: direct}}\r\n`,
    });
    assert.deepEqual(codes(result), ["unknown-field clusters/far.yaml:4:8"]);
    const bom = withFiles({ "clusters/far.yaml": "\ufeffkinds: x\n" });
    assert.ok(codes(bom).includes("unknown-kind clusters/far.yaml:1:1"));
  });
});

describe("bad input", () => {
  test("broken YAML is one clear error with its place, and the others are served", () => {
    const files = repository();
    files.set("apps/bank.yaml", `${stringify(application("bank", ["bank"]))}broken: [1\nx: 2\n`);
    const result = buildDesiredState(files);
    assert.equal(result.findings[0]?.code, "yaml-syntax");
    assert.deepEqual([...result.blocked], ["bank"]);
    assert.deepEqual(result.uncertain, ["apps/bank.yaml"]);
    assert.equal(result.complete, false);
    assert.ok(result.state.applications.has("shop"));
  });

  test("a file that no longer parses blocks what its last parsable version named", () => {
    const previous = new Map([
      ["apps/bank.yaml", stringify(application("bank", ["bank"])) + "---\n" + stringify(application("till", ["till"]))],
    ]);
    const result = withFiles({ "apps/bank.yaml": "}}} nothing of it is left" }, previous);
    assert.deepEqual([...result.blocked].sort(), ["bank", "till"]);
    assert.equal(result.complete, false);
  });

  test("a policy or cluster in a file that no longer parses blocks those that refer to it, without more noise", () => {
    const previous = new Map([["clusters/metro.yaml", repository().get("clusters/metro.yaml") ?? ""]]);
    const result = withFiles({ "clusters/metro.yaml": "a: [" }, previous);
    assert.deepEqual(new Set(result.findings.map(({ code }) => code)), new Set(["yaml-syntax"]));
    assert.deepEqual([...result.blocked], ["shop"]);
  });

  test("duplicate keys are found on every level, each at the second key", () => {
    const result = withFiles({
      "clusters/far.yaml":
        "apiVersion: drover.dev/v1alpha1\nkind: Cluster\nmetadata: {name: far, name: near}\nspec:\n  delivery: {type: direct}\n  connection: {context: far}\n  connection: {context: near}\n",
    });
    assert.deepEqual(
      codes(result).filter((code) => code.startsWith("yaml")),
      ["yaml-duplicate-key clusters/far.yaml:3:23", "yaml-duplicate-key clusters/far.yaml:7:3"],
    );
    assert.deepEqual([...result.blocked], ["shop"]);
  });

  test("alias bombs, endless nesting and oversized files end quickly with a finding", () => {
    const bomb = `a0: &a0 [${"x,".repeat(9)}x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(",")}]`).join("\n")}\n`;
    const started = performance.now();
    for (const [text, code] of [
      [bomb, "yaml-alias-limit"],
      ["&a [*a]", "yaml-alias-limit"],
      ["a: *b", "yaml-syntax"],
      ["[".repeat(20_000), "yaml-syntax"],
      ["x".repeat(MAX_FILE_LENGTH + 1), "file-too-large"],
    ] as const) {
      const result = withFiles({ "apps/evil.yaml": text });
      assert.ok(
        result.findings.some((finding) => finding.code === code && finding.file === "apps/evil.yaml"),
        code,
      );
      assert.deepEqual([...result.blocked], []);
      assert.equal(result.complete, false);
    }
    assert.ok(performance.now() - started < 10_000);
  });

  test("prototype keys change nothing", () => {
    const result = withFiles({
      "apps/shop.yaml": `${repository().get("apps/shop.yaml")}__proto__: {polluted: true}\n`,
    });
    assert.deepEqual(
      result.findings.map(({ code }) => code),
      ["unknown-field"],
    );
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });

  test("aliases within limits are read, and merge keys are not", () => {
    const text = repository().get("apps/shop.yaml") ?? "";
    const aliased = text
      .replace("preferredCluster: east", "preferredCluster: &home east")
      .replace("activeCluster: east", "activeCluster: *home");
    assert.deepEqual(described(withFiles({ "apps/shop.yaml": aliased })), []);
    const merged = text.replace("    preferredCluster: east", "    <<: {preferredCluster: east}");
    assert.ok(codes(withFiles({ "apps/shop.yaml": merged })).some((code) => code.startsWith("unknown-field")));
  });

  test("two documents of one name: both are unusable, the second is shown", () => {
    const result = withFiles({ "apps/other.yaml": repository().get("apps/shop.yaml") ?? "" });
    assert.ok(codes(result).some((code) => code.startsWith("duplicate-name apps/shop.yaml")));
    assert.deepEqual([...result.blocked], ["shop"]);
  });

  test("the same name in two kinds is fine", () => {
    const result = desiredWith({ shop: { "metadata.name": "east" } });
    assert.deepEqual(described(result), []);
  });

  test("Settings: missing, elsewhere, twice", () => {
    const text = repository().get("drover.yaml") ?? "";
    const missing = withFiles({ "drover.yaml": null });
    assert.ok(codes(missing).includes("settings-missing drover.yaml:1:1"));
    assert.deepEqual([...missing.blocked], ["shop"]);
    assert.equal(missing.complete, false);
    const elsewhere = withFiles({ "drover.yaml": null, "apps/drover.yaml": text });
    assert.deepEqual(
      elsewhere.findings.map(({ code }) => code),
      ["settings-misplaced"],
    );
    assert.equal(elsewhere.state.settings, null);
    const twice = withFiles({ "drover.yaml": `${text}---\n${text}` });
    assert.deepEqual(
      twice.findings.map(({ code }) => code),
      ["settings-misplaced"],
    );
    assert.equal(twice.state.settings, null);
  });

  test("errors in the settings do not hide those of other documents", () => {
    const files = repository({ settings: { "spec.executor": "x" }, shop: { "spec.policies": ["nothing"] } });
    const result = buildDesiredState(files);
    assert.deepEqual(result.findings.map(({ code }) => code).sort(), ["invalid-field", "unknown-reference"]);
  });

  test("any number of documents in a file, files elsewhere and empty documents are ignored", () => {
    const all = [...repository().values()].join("---\n");
    const files = new Map([
      ["drover.yaml", `---\n# nothing\n---\n${all}`],
      ["README.yaml", "junk: ["],
      ["policies/x.yaml", "junk: ["],
      ["apps/x.json", "["],
    ]);
    assert.deepEqual(codes(buildDesiredState(files)), ["folder-empty drover.yaml:8:1", "folder-empty drover.yaml:8:1"]);
    assert.equal(buildDesiredState(files).state.applications.size, 1);
  });

  test("a value where secrets are pasted by mistake is never repeated", () => {
    const key = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
    const result = desiredWith({ east: { "spec.secrets": { age: [key] }, "spec.connection": { env: "tok=hunter2" } } });
    assert.equal(result.findings.length, 2);
    assert.ok(!JSON.stringify(result.findings).includes("SECRET-KEY"));
    assert.ok(!JSON.stringify(result.findings).includes("hunter2"));
  });

  test("typing errors get a suggestion", () => {
    const result = desiredWith({
      shop: { "spec.namespace": ["x"], kind: "ProtectedApplications" },
      metro: { "spec.replication.mod": "sync" },
    });
    const remedies = result.findings.map(({ remedy }) => remedy);
    assert.ok(remedies.includes("Did you mean ProtectedApplication?"));
    assert.ok(remedies.includes("Did you mean mode?"));
  });
});

describe("for any text", () => {
  const junk = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(..."{}[]:-?&*!|>'\"%@`#,\n \ta0~".split("")), maxLength: 60 }),
    fc.json().map((text) => text),
    fc.object({ maxDepth: 4 }).map((value) => stringify(value)),
  );

  test("nothing is thrown, every finding has a place, and reading is deterministic", () => {
    fc.assert(
      fc.property(junk, fc.nat(200), (text, cut) => {
        const shop = repository().get("apps/shop.yaml") ?? "";
        const files = repository();
        files.set("apps/junk.yaml", text);
        files.set("apps/shop.yaml", `${shop.slice(0, cut)}${text}${shop.slice(cut)}`);
        const result = buildDesiredState(files);
        for (const finding of result.findings) {
          assert.ok((finding.line ?? 0) > 0 && (finding.column ?? 0) > 0 && finding.remedy !== "");
        }
        assert.deepEqual(buildDesiredState(files), result);
      }),
      { numRuns: 100 },
    );
  });

  test("any value in any place of an application is a finding or valid, never a fault", () => {
    const paths = [
      "spec",
      "spec.policies",
      "spec.placement",
      "spec.placement.transition",
      "spec.render",
      "spec.startup",
      "spec.consistency",
      "metadata",
      "kind",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        desiredWith({ shop: { [path]: value } });
        desiredWith({ metro: { [path]: value } });
      }),
      { numRuns: 60 },
    );
  });
});
