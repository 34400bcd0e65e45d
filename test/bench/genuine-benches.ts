import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BenchResult } from "./bench-result.ts";
import { corpus } from "./corpus.ts";
import type { BenchRepository, GenuineStage } from "./genuine-stage.ts";
import { median, medianOfPairs } from "./median.ts";

const SAMPLES = 3;

type Pair = readonly [number, number];

/** Benches on a genuine API server, by name. */
export const GENUINE_BENCHES: Readonly<Record<string, (stage: GenuineStage) => Promise<BenchResult>>> = {
  capture,
  render,
  unchanged,
  "unchanged-watch": unchangedWatch,
  memory,
  "kubectl-get": kubectlGet,
  "kubectl-diff": kubectlDiff,
  "kustomize-build": kustomizeBuild,
};

/** Every namespace an application of its own, in a fresh repository that is gone afterwards. */
async function withRepository<T>(stage: GenuineStage, work: (repository: BenchRepository) => T, count?: number) {
  const groups = stage.namespaces.slice(0, count ?? stage.namespaces.length).map((name) => [name]);
  const repository = await stage.repository(groups);
  try {
    return work(repository);
  } finally {
    await repository.close();
  }
}

function say(name: string, what: Readonly<Record<string, number>>): void {
  const numbers = Object.entries(what).map(([key, value]) => `${key} ${Math.round(value)}`);
  process.stderr.write(`${name}: ${numbers.join(", ")}\n`);
}

function result(bench: Pick<BenchResult, "name" | "against" | "bound">, pairs: readonly Pair[]): BenchResult {
  return { ...bench, ratio: medianOfPairs(pairs), samples: pairs.length };
}

/** From the first LIST to sanitized, transformed objects in memory, against the same LISTs and `JSON.parse`. */
async function capture(stage: GenuineStage): Promise<BenchResult> {
  const sizes = [10, 50, stage.namespaces.length].filter((size) => size <= stage.namespaces.length);
  for (const size of sizes) {
    const { ms, cpuMs } = await withRepository(stage, (repository) => repository.run("capture"), size);
    say("capture, growth", { objects: size * 100, ms, cpu: cpuMs });
  }
  return withRepository(stage, (repository) => {
    const { paths, ms } = repository.run("capture");
    say("capture, in a fresh process", { ms, floor: repository.run("floor", { paths }).ms });
    const { pairs = [] } = repository.run("capture-pairs", { paths }).value;
    for (const [ours, floor] of pairs) say("capture", { ms: ours, floor });
    return result({ name: "capture", against: "LIST, parse", bound: 1.5 }, pairs);
  });
}

/** The whole first pass of `drover render`, push included, against the LISTs and a bare import of the same files. */
async function render(stage: GenuineStage): Promise<BenchResult> {
  const pairs: Pair[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    pairs.push(
      await withRepository(stage, (repository) => {
        const { paths } = repository.run("capture");
        const ours = repository.run("render");
        const stream = writeStream(repository);
        const floor = repository.run("floor-import", { paths, stream });
        say("render", { ms: ours.ms, floor: floor.ms, commits: ours.value.commits ?? 0 });
        return [ours.ms, floor.ms] as const;
      }),
    );
  }
  return result({ name: "render", against: "LIST, import", bound: 1.5 }, pairs);
}

/** A stream for `git fast-import` with one commit of all files that are on the branch. */
function writeStream(repository: BenchRepository): string {
  const head = "commit refs/heads/floor\ncommitter a <a@example.com> 1 +0000\ndata 5\nfloor\n";
  const parts: Buffer[] = [Buffer.from(head)];
  for (const [path, content] of filesOf(repository)) {
    parts.push(Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`), content, Buffer.from("\n"));
  }
  const file = join(repository.root, "floor.stream");
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

function filesOf(repository: BenchRepository): readonly (readonly [string, Buffer])[] {
  const git = (args: readonly string[], input = ""): Buffer =>
    execFileSync("git", args, { cwd: repository.bare, env: repository.environment, input, maxBuffer: 2 ** 30 });
  const lines = git(["ls-tree", "-r", "-z", "dr/west"]).toString("utf8").split("\0").slice(0, -1);
  const entries = lines.map((line) => ({ id: line.slice(12, 52), path: line.slice(line.indexOf("\t") + 1) }));
  const output = git(["cat-file", "--batch"], entries.map(({ id }) => `${id}\n`).join(""));
  let offset = 0;
  return entries.map(({ path }) => {
    const end = output.indexOf(10, offset);
    const size = Number(output.toString("latin1", offset, end).split(" ")[2]);
    offset = end + 1 + size + 1;
    return [path, output.subarray(end + 1, end + 1 + size)] as const;
  });
}

/** Processor time of a second pass that finds nothing new, children included, against that of the first. */
async function unchanged(stage: GenuineStage): Promise<BenchResult> {
  return withRepository(stage, (repository) => {
    const first = repository.run("render");
    const pairs = Array.from({ length: SAMPLES }, (): Pair => {
      const second = repository.run("render");
      if (second.value.commits !== 0) throw new Error("the second pass made a commit");
      say("unchanged", { cpu: second.cpuMs, first: first.cpuMs, ms: second.ms });
      return [second.cpuMs, first.cpuMs];
    });
    return result({ name: "unchanged", against: "first pass", bound: 0.3 }, pairs);
  });
}

/** The same where watches have been held since the capture. */
async function unchangedWatch(stage: GenuineStage): Promise<BenchResult> {
  return withRepository(stage, (repository) => {
    const first = repository.run("render");
    const pairs = Array.from({ length: SAMPLES }, (): Pair => {
      const held = repository.run("held");
      if (held.value.touched !== 0) throw new Error("something changed meanwhile");
      say("unchanged-watch", { cpu: held.cpuMs, first: first.cpuMs });
      return [held.cpuMs, first.cpuMs];
    });
    return result({ name: "unchanged-watch", against: "first pass", bound: 0.01 }, pairs);
  });
}

/** Peak memory of a first pass above that of a process with the same modules, against the bytes of the answers. */
async function memory(stage: GenuineStage): Promise<BenchResult> {
  const above = (repository: BenchRepository): number => repository.run("render").peak - repository.run("idle").peak;
  for (const size of [20, 50]) {
    const bytes = await withRepository(stage, above, size);
    say("memory, growth", { objects: size * 100, megabytes: bytes / 1e6 });
  }
  return withRepository(stage, (repository) => {
    const { paths } = repository.run("capture");
    const answers = repository.run("floor", { paths }).value.bytes ?? 0;
    const ours = above(repository);
    say("memory", { megabytes: ours / 1e6, answers: answers / 1e6 });
    return result({ name: "memory", against: "answer bytes", bound: 4 }, [[ours, answers]]);
  });
}

const KINDS =
  "deployments,statefulsets,replicasets,pods,services,configmaps,secrets,serviceaccounts,roles,rolebindings,ingresses,hpa,pdb";

/** The first pass, commit and push included, against what people script: all kinds of each namespace as YAML. */
async function kubectlGet(stage: GenuineStage): Promise<BenchResult> {
  const ours = await withRepository(stage, (repository) => repository.run("render"));
  const started = performance.now();
  for (const namespace of stage.namespaces) {
    kubectl(stage, ["get", KINDS, "--namespace", namespace, "--output", "yaml"]);
  }
  const theirs = performance.now() - started;
  say("kubectl-get", { ms: ours.ms, kubectl: theirs });
  return result({ name: "kubectl-get", against: "kubectl get", bound: 1 / 8 }, [[ours.ms, theirs]]);
}

function kubectl(stage: GenuineStage, args: readonly string[]): void {
  execFileSync(join(stage.programs, "kubectl"), ["--kubeconfig", stage.east.kubeconfig, ...args], {
    maxBuffer: 2 ** 28,
  });
}

const COMPARED = 80;

/** A pass over one unchanged application against `kubectl diff` of as many unchanged objects. */
async function kubectlDiff(stage: GenuineStage): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-diff-"));
  try {
    const own = corpus(200).flatMap(({ objects }) => objects);
    const people = own.filter(({ kind, metadata }) => kind !== "Secret" && metadata.ownerReferences === undefined);
    for (const [index, object] of people.slice(0, COMPARED).entries())
      writeFileSync(join(folder, `${index}.json`), JSON.stringify(object));
    return await withRepository(
      stage,
      (repository) => {
        repository.run("render");
        const pairs = Array.from({ length: SAMPLES }, (): Pair => {
          const ours = repository.run("render");
          const started = performance.now();
          kubectl(stage, ["diff", "--filename", folder]);
          const theirs = performance.now() - started;
          say("kubectl-diff", { ms: ours.ms, kubectl: theirs });
          return [ours.ms, theirs];
        });
        return result({ name: "kubectl-diff", against: "kubectl diff", bound: 0.1 }, pairs);
      },
      2,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The genuine kustomize on our folder of one application with a thousand objects, and on one flat file of them. */
async function kustomizeBuild(stage: GenuineStage): Promise<BenchResult> {
  const repository = await stage.repository([stage.namespaces.slice(0, 10)]);
  try {
    repository.run("render");
    const root = join(repository.root, "build");
    for (const [path, content] of filesOf(repository)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const ours = join(root, "applications", "app-0000");
    const build = (folder: string): Buffer =>
      execFileSync(join(stage.programs, "kustomize"), ["build", folder], { maxBuffer: 2 ** 28 });
    const flat = join(root, "flat");
    mkdirSync(flat);
    writeFileSync(join(flat, "all.yaml"), build(ours));
    writeFileSync(join(flat, "kustomization.yaml"), "resources: [all.yaml]\n");
    const timed = (folder: string): number => {
      const started = performance.now();
      build(folder);
      return performance.now() - started;
    };
    const pairs = Array.from({ length: 5 }, (): Pair => [timed(ours), timed(flat)]);
    say("kustomize-build", { ms: median(pairs.map(([each]) => each)) });
    return result({ name: "kustomize-build", against: "one flat file", bound: 1.5 }, pairs);
  } finally {
    await repository.close();
  }
}
