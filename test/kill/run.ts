import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { asNumber, asString, isFields } from "../../src/core/model/fields.ts";

// `npm run test:kill`: dies at every single API request and git operation of the story, and starts again each time. Two
// processes, one for each core, share the points; a third one kills real processes and mostly waits for Leases.

const WORKERS: readonly (readonly [string, ...string[]])[] = [
  ["worker.ts", "0", "2"],
  ["worker.ts", "1", "2"],
  ["real-processes.ts"],
];
const started = Date.now();
let passed = 0;
const failures: string[] = [];

function hear(text: string): void {
  const line: unknown = JSON.parse(text);
  if (!isFields(line)) return;
  const scenario = asString(line["scenario"]) ?? "?";
  const points = asNumber(line["points"]);
  if (points !== null) process.stderr.write(`${scenario}: ${points} kill points\n`);
  const point = asNumber(line["point"]);
  if (point === null) return;
  const error = asString(line["error"]);
  if (error === null) passed += 1;
  else failures.push(`${scenario} killed at call ${point}: ${error}`);
  if (error !== null) process.stderr.write(`${failures.at(-1) ?? ""}\n`);
  const done = passed + failures.length;
  if (done % 50 === 0) process.stderr.write(`${done} points, ${Math.round((Date.now() - started) / 1000)} s\n`);
}

function run([file, ...shares]: (typeof WORKERS)[number]): Promise<void> {
  const worker = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const child = spawn(process.execPath, [worker, ...shares], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", hear);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code !== 0) failures.push(`${file} ${shares.join(" ")} ended with ${String(code ?? signal)}`);
      resolve();
    });
  });
}

await Promise.all(WORKERS.map(run));
if (failures.length > 0) process.stderr.write(`${failures.join("\n")}\n`);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
