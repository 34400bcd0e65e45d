/**
 * One measured pass in a process of its own, as a command runs: nothing is warm but the file cache. Takes a mode and a JSON
 * file, prints one JSON line.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gatherCluster } from "../../src/app/gather-cluster.ts";
import { holdCapture } from "../../src/app/hold-capture.ts";
import { renderBranches } from "../../src/app/render-branches.ts";
import { useFrugalHeap } from "../../src/entry/frugal-heap.ts";
import { chooseResources } from "../../src/core/capture/choose-resources.ts";
import { sortObjects } from "../../src/core/render/render-application.ts";
import type { BenchCluster } from "./bench-cluster.ts";
import { benchPorts } from "./bench-ports.ts";
import { captureInputOf } from "../builders/read-capture.ts";
import { listPaths, readFloor } from "./list-floor.ts";
import { costOf, peakMemory } from "./process-cost.ts";

export type WorkerMode = "floor" | "floor-import" | "capture" | "capture-pairs" | "render" | "held" | "idle";

export interface WorkerTask {
  readonly clusters: readonly BenchCluster[];
  readonly checkout: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Namespaces of each application. */
  readonly groups: readonly (readonly string[])[];
  /** Lists for the floor. */
  readonly paths: readonly string[];
  /** For `floor-import`: a fresh bare repository, and the stream that writes the rendered files. */
  readonly scratch: string;
  readonly stream: string;
}

// As the command line begins.
useFrugalHeap();
const [, , mode = "", file = ""] = process.argv;
const task = JSON.parse(readFileSync(file, "utf8")) as WorkerTask;
const asked: string[] = [];
const ports = benchPorts({ ...task, asked: (cluster, path) => void (cluster === "east" && asked.push(path)) });

async function floor(): Promise<unknown> {
  const [east] = task.clusters;
  if (east === undefined) throw new Error("no cluster");
  return readFloor(east, task.paths);
}

async function floorImport(): Promise<unknown> {
  const read = await floor();
  execFileSync("git", ["-C", task.scratch, "fast-import", "--quiet"], { input: readFileSync(task.stream) });
  return read;
}

/** From the first LIST to sanitized, transformed objects in memory. */
async function capture(): Promise<unknown> {
  const connection = await ports.cluster({ name: "east" } as Parameters<typeof ports.cluster>[0]);
  if (connection.state !== "ready") throw new Error(connection.why);
  const applications = task.groups.map((namespaces, index) => ({ name: `app-${index}`, namespaces }));
  const spec = { name: "east", identity: null } as Parameters<typeof gatherCluster>[1]["spec"];
  const facts = await gatherCluster(connection.port, { spec, applications, provider: [] });
  if (!facts.reachable) throw new Error(facts.why);
  const results = applications.map((application) => sortObjects(captureInputOf(facts, application)));
  return { objects: results.reduce((sum, { rendered }) => sum + rendered.length, 0) };
}

const WARM_UPS = 3;
const PAIRS = 9;

/**
 * Capture and floor in turn in one process, after three of each that are not counted: what they differ by is their work,
 * and not that the floor has next to no code to compile.
 */
async function capturePairs(): Promise<unknown> {
  for (let round = 0; round < WARM_UPS; round += 1) {
    await capture();
    await floor();
  }
  const pairs: (readonly [number, number])[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const ours = await costOf(capture);
    const theirs = await costOf(floor);
    pairs.push([ours.cost.ms, theirs.cost.ms]);
  }
  return { pairs };
}

async function render(): Promise<unknown> {
  const { reports, refused } = await renderBranches(ports, { protectedBranch: "main" });
  const [first] = refused;
  if (first !== undefined) throw new Error(`${first[0]}: ${first[1].map(({ message }) => message).join("; ")}`);
  const commits = reports.filter(({ commit }) => commit !== null).length;
  return { commits, objects: reports.reduce((sum, { objects }) => sum + objects, 0) };
}

/** A second of holding, and the pass that finds nothing at its end. What was held before is not measured. */
async function held(): Promise<() => Promise<unknown>> {
  const connection = await ports.cluster({ name: "east" } as Parameters<typeof ports.cluster>[0]);
  if (connection.state !== "ready") throw new Error(connection.why);
  const { captured } = chooseResources(await connection.port.discover(), null);
  const capture = await holdCapture(connection.port, captured, new AbortController().signal);
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return { touched: capture.take()?.size ?? -1 };
  };
}

const WORK: Readonly<Record<WorkerMode, () => Promise<unknown>>> = {
  floor,
  "floor-import": floorImport,
  capture,
  "capture-pairs": capturePairs,
  render,
  idle: () => Promise.resolve({}),
  held: mode === "held" ? await held() : () => Promise.resolve({}),
};

if (!Object.hasOwn(WORK, mode)) throw new Error(`unknown mode ${mode}`);
const { cost, value } = await costOf(WORK[mode as WorkerMode]);
process.stdout.write(`${JSON.stringify({ ...cost, peak: peakMemory(), value, paths: listPaths(asked) })}\n`);
process.exit(0);
