import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { Command } from "commander";
import { parse } from "yaml";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { IdentitiesOf } from "../../../src/entry/commands/init.ts";
import { register as registerInit } from "../../../src/entry/commands/init.ts";
import { register as registerSchema } from "../../../src/entry/commands/schema.ts";
import { register as registerValidate } from "../../../src/entry/commands/validate.ts";
import { repository } from "../../builders/documents.ts";

const top = mkdtempSync(join(tmpdir(), "drover-commands-"));
after(() => rmSync(top, { recursive: true, force: true }));

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

async function drover(args: readonly string[], identitiesOf?: IdentitiesOf): Promise<Answer> {
  const answer = { out: "", err: "", code: 0 };
  const context = {
    stdout: (text: string) => void (answer.out += text),
    stderr: (text: string) => void (answer.err += text),
    cwd: top,
    env: {},
    isTerminal: false,
    colour: false,
    setExitCode: (code: number) => void (answer.code = code),
  };
  const program = new Command("drover").version("1.2.3").exitOverride();
  registerInit(program, context, identitiesOf);
  registerSchema(program, context);
  registerValidate(program, context);
  await program.parseAsync(args, { from: "user" });
  return answer;
}

function writeRepository(name: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(top, name, path)), { recursive: true });
    writeFileSync(join(top, name, path), text);
  }
}

describe("drover validate", () => {
  test("a valid repository: verdict and 0", async () => {
    writeRepository("good", repository());
    const common = ["--quiet", "--no-color", "--now", "2026-11-23T02:30:00Z", "--kubeconfig", "x"];
    assert.deepEqual(await drover(["validate", "--repo", "good", ...common]), {
      out: "Valid: 3 clusters, 2 policies, 1 application.\n",
      err: "",
      code: 0,
    });
  });

  test("an invalid one: all findings, 1, in every form", async () => {
    writeRepository(
      "bad",
      repository({ shop: { "spec.policies": ["metr"], "spec.x": 1 }, east: { "spec.identity": "x" } }),
    );
    const text = await drover(["validate", "--repo", "bad"]);
    assert.equal(text.code, 1);
    assert.match(text.out, /apps\/shop.yaml:\d+:\d+: error: /);
    const json = await drover(["validate", "--repo", "bad", "-o", "json"]);
    assert.equal(json.code, 1);
    const report: { readonly kind: string; readonly valid: boolean; readonly findings: readonly unknown[] } =
      JSON.parse(json.out);
    assert.deepEqual([report.kind, report.valid, report.findings.length], ["ValidationReport", false, 3]);
    const sarif: { readonly version: string; readonly runs: readonly { readonly results: readonly unknown[] }[] } =
      JSON.parse((await drover(["validate", "--repo", "bad", "-o", "sarif"])).out);
    assert.deepEqual([sarif.version, sarif.runs[0]?.results.length], ["2.1.0", 3]);
    assert.match((await drover(["validate", "--repo", "bad", "-o", "markdown"])).out, /\| error \|/);
  });

  test("a folder without a repository says how to begin", async () => {
    mkdirSync(join(top, "empty"));
    const answer = await drover(["validate", "--repo", "empty"]);
    assert.equal(answer.code, 1);
    assert.match(answer.out, /drover init/);
  });
});

describe("drover init", () => {
  test("writes a repository that validates, also with its example, and whose documents fit the schema beside them", async () => {
    const written = await drover(["init", "--dir", "fresh"]);
    assert.equal(written.code, 0, written.err);
    assert.equal((await drover(["validate", "--repo", "fresh"])).code, 0);
    cpSync(join(top, "fresh/apps/shop.yaml.example"), join(top, "fresh/apps/shop.yaml"));
    const valid = await drover(["validate", "--repo", "fresh"]);
    assert.match(valid.out, /Valid: 2 clusters, 1 policy, 1 application, 2 warnings/);
    const ajv = new Ajv({ strictRequired: false, strictTypes: false });
    formats.default(ajv);
    const check = ajv.compile(JSON.parse(readFileSync(join(top, "fresh/.drover/document.schema.json"), "utf8")));
    for (const file of ["drover.yaml", "clusters/east.yaml", "clusters/policy-metro.yaml", "apps/shop.yaml"]) {
      const text = readFileSync(join(top, "fresh", file), "utf8");
      assert.ok(check(parse(text)), `${file}: ${JSON.stringify(check.errors)}`);
      const hint = /^# yaml-language-server: \$schema=(.+)$/m.exec(text)?.[1] ?? "";
      assert.equal(join(file, "..", hint), ".drover/document.schema.json");
    }
    const { spec }: { readonly spec: { readonly folders: readonly string[]; readonly policies?: string } } = parse(
      readFileSync(join(top, "fresh/drover.yaml"), "utf8"),
    );
    assert.deepEqual(
      [...spec.folders, spec.policies ?? []].flat().filter((folder) => !existsSync(join(top, "fresh", folder))),
      [],
      "settings name no folder that is not there",
    );
  });

  test("takes contexts, forge and what the clusters say about themselves; strange names stay text", async () => {
    const identity = "44444444-4444-4444-8444-444444444444";
    const identitiesOf: IdentitiesOf = (kubeconfig) => async (clusters) => {
      assert.equal(kubeconfig, join(top, "kube.conf"));
      assert.deepEqual(clusters, [
        { name: "1e3", context: "a: b #c" },
        { name: "on", context: "on" },
      ]);
      return new Map([["1e3", identity]]);
    };
    const args = [
      "init",
      "--dir",
      "odd",
      "--cluster",
      "1e3=a: b #c",
      "--cluster",
      "on",
      "--forge",
      "acme/dr",
      "--kubeconfig",
      "kube.conf",
    ];
    const written = await drover(args, identitiesOf);
    assert.match(written.out, /identity is to be added: on/);
    const valid = await drover(["validate", "--repo", "odd", "-o", "json"]);
    const report: { readonly valid: boolean; readonly findings: readonly { readonly file: string }[] } = JSON.parse(
      valid.out,
    );
    assert.deepEqual(
      [report.valid, report.findings.map(({ file }) => file)],
      [true, ["clusters/on.yaml", "drover.yaml"]],
    );
    assert.ok(readFileSync(join(top, "odd/clusters/1e3.yaml"), "utf8").includes(identity));
  });

  test("never overwrites", async () => {
    writeRepository("mine", new Map([["clusters/west.yaml", "mine"]]));
    const answer = await drover(["init", "--dir", "mine"]);
    assert.equal(answer.code, 1);
    assert.match(answer.err, /clusters\/west\.yaml/);
    assert.match((await drover(["validate", "--repo", "mine"])).out, /settings-missing/);
  });

  for (const args of [
    ["--cluster", "a"],
    ["--cluster", "a", "--cluster", "a"],
    ["--cluster", "a", "--cluster", "b=a"],
    ["--forge", "acme"],
  ]) {
    test(`refuses ${args.join(" ")}`, async () => {
      assert.equal((await drover(["init", "--dir", "never", ...args])).code, 64);
    });
  }
});

describe("drover schema", () => {
  test("prints the schema of a kind, of any document, and the list", async () => {
    const title = async (...args: string[]): Promise<unknown> =>
      (JSON.parse((await drover(["schema", ...args])).out) as { title: unknown }).title;
    assert.equal(await title("Cluster"), "Cluster");
    assert.equal(await title(), "Document");
    assert.ok((await drover(["schema", "list"])).out.split("\n").includes("ProtectedApplication"));
  });

  test("an unknown kind is a usage error with a suggestion", async () => {
    const answer = await drover(["schema", "Cluter"]);
    assert.equal(answer.code, 64);
    assert.match(answer.err, /Did you mean Cluster\?/);
  });
});

describe("help", () => {
  for (const name of ["init", "schema", "validate"]) {
    test(`of ${name} has examples`, async () => {
      let help = "";
      const program = new Command("drover").exitOverride().configureOutput({ writeOut: (text) => void (help += text) });
      const context = {
        stdout: () => {},
        stderr: () => {},
        cwd: top,
        env: {},
        isTerminal: false,
        colour: false,
        setExitCode: () => {},
      };
      for (const register of [registerInit, registerSchema, registerValidate]) register(program, context);
      for (const command of program.commands)
        command.exitOverride().configureOutput({ writeOut: (text) => void (help += text) });
      await assert.rejects(program.parseAsync([name, "--help"], { from: "user" }));
      assert.match(help, /Examples:\n {2}\$ drover /);
    });
  }
});
