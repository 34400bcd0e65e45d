import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestRepository } from "../builders/repository.ts";
import { startControlPlanes } from "../genuine/control-planes.ts";
import { requirePrograms } from "../genuine/setup.ts";
import { type BenchCluster, rawClient } from "./bench-cluster.ts";
import { benchRepository } from "./bench-repository.ts";
import { corpus } from "./corpus.ts";
import type { WorkerMode, WorkerTask } from "./render-worker.ts";
import { seed } from "./seed.ts";

/** What one pass in a process of its own said about itself. */
export interface WorkerResult {
  readonly ms: number;
  readonly cpuMs: number;
  /** Bytes. */
  readonly peak: number;
  readonly value: Readonly<Partial<Record<"bytes" | "objects" | "commits" | "touched", number>>> & {
    /** Of `capture-pairs`: ours and the floor, in milliseconds. */
    readonly pairs?: readonly (readonly [number, number])[];
  };
  readonly paths: readonly string[];
}

/** A seeded API server, an empty standby, and workers to measure. */
export interface GenuineStage {
  readonly programs: string;
  readonly east: BenchCluster;
  readonly namespaces: readonly string[];
  /** A DR repository of its own, with one application for each group of namespaces. */
  readonly repository: (groups: readonly (readonly string[])[]) => Promise<BenchRepository>;
  readonly close: () => Promise<void>;
}

export interface BenchRepository extends TestRepository {
  /** `paths` and `stream` are for the floors. */
  readonly run: (mode: WorkerMode, floor?: { paths?: readonly string[]; stream?: string }) => WorkerResult;
}

/** Starts two genuine control planes without controllers and creates the corpus on the first. */
export async function openStage(objects: number): Promise<GenuineStage> {
  const programs = await requirePrograms(process.env);
  const planes = await startControlPlanes({ programs, controllers: false, nodes: false });
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-"));
  const namespaces = corpus(objects);
  const started = performance.now();
  await seed(planes.clusters.east, namespaces);
  process.stderr.write(`${objects} objects created in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  const { east, west } = planes.clusters;
  const identities = { east: await identityOf(east), west: await identityOf(west) };
  return {
    programs,
    east,
    namespaces: namespaces.map(({ name }) => name),
    repository: async (groups) => {
      const repository = await benchRepository(identities, groups);
      const { checkout, environment } = repository;
      const run: BenchRepository["run"] = (mode, floor = {}) => {
        const scratch = mkdtempSync(join(folder, "scratch-"));
        execFileSync("git", ["init", "--quiet", "--bare", scratch], { env: environment });
        const { paths = [], stream = "" } = floor;
        const clusters = [east, west];
        return work(folder, mode, { clusters, checkout, environment, groups, paths, scratch, stream });
      };
      return { ...repository, run };
    },
    close: async () => {
      await planes.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function work(folder: string, mode: WorkerMode, task: WorkerTask): WorkerResult {
  const file = join(folder, "task.json");
  writeFileSync(file, JSON.stringify(task), { mode: 0o600 });
  const worker = join(import.meta.dirname, "render-worker.ts");
  const output = execFileSync(process.execPath, [worker, mode, file], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(output) as WorkerResult;
}

async function identityOf(cluster: BenchCluster): Promise<string> {
  const { text } = await rawClient(cluster)("GET", "/api/v1/namespaces/kube-system");
  return (JSON.parse(text) as { metadata: { uid: string } }).metadata.uid;
}
