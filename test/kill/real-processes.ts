import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SandboxProcess, drover, finish, git, startSandbox } from "./sandbox-process.ts";

// The kill test with real processes: `drover apply` against a sandbox over HTTPS, ended by SIGKILL after some of its steps,
// started again, and so on. One JSON line per kill, like the other workers.

const KILLS = { failover: 6, return: 6, relocate: 8 } as const;
const DONE_STEP = /^ {2}✓ /;

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Kills apply after one to three finished steps, `kills` times; then lets it finish. */
async function applyWithKills(sandbox: SandboxProcess, scenario: keyof typeof KILLS): Promise<void> {
  let killed = 0;
  for (let attempt = 0; killed < KILLS[scenario]; attempt += 1) {
    const after = 1 + (attempt % 3);
    const ended = await applyUntil(sandbox, after);
    if (ended.code !== null) throw new Error(`apply ended before it could be killed: ${ended.output}`);
    killed += 1;
    say({ scenario: `${scenario} by SIGKILL`, point: killed, error: await brokenPromise(sandbox) });
  }
  const last = await finish(drover(sandbox, ["apply"]));
  assert.equal(last.code, 0, last.output);
}

async function applyUntil(sandbox: SandboxProcess, steps: number) {
  const child = drover(sandbox, ["apply"]);
  let seen = 0;
  return finish(child, (line) => {
    seen += DONE_STEP.test(line) ? 1 : 0;
    if (seen >= steps) child.kill("SIGKILL");
  });
}

async function brokenPromise(sandbox: SandboxProcess): Promise<string | null> {
  const report = await sandbox.say("report", /Split brain: \d+ volumes/);
  return /Lost everywhere: 0 .*Split brain: 0 /s.test(report) ? null : report;
}

/** Opens a change with the command, approves it twice and merges it. */
async function change(sandbox: SandboxProcess, argv: readonly string[]): Promise<void> {
  const opened = await finish(drover(sandbox, argv));
  const number = /pull request #(\d+)/.exec(opened.output)?.[1];
  assert.ok(opened.code === 0 && number !== undefined, opened.output);
  await sandbox.say(`approve ${number}`, /approved #/);
  await sandbox.say(`approve ${number}`, /approved #/);
  await sandbox.say(`merge ${number}`, /merged/);
  const pulled = await finish(git(sandbox, ["pull", "--quiet", "--ff-only", "origin", "main"]));
  assert.equal(pulled.code, 0, pulled.output);
}

const directory = await mkdtemp(join(tmpdir(), "drover-kill-"));
const sandbox = await startSandbox(join(directory, "sandbox"));
try {
  say({ scenario: "real processes", points: Object.values(KILLS).reduce((a, b) => a + b, 0) });
  const first = await finish(drover(sandbox, ["apply"]));
  assert.equal(first.code, 0, first.output);
  await sandbox.say("kill east", /east is down/);
  await change(sandbox, ["failover", "--from", "east", "--reason", "east lost power"]);
  await applyWithKills(sandbox, "failover");
  await sandbox.say("restore east", /east is up/);
  await applyWithKills(sandbox, "return");
  await change(sandbox, ["relocate", "appns", "ledger", "--to", "east"]);
  await applyWithKills(sandbox, "relocate");
  const status = await finish(drover(sandbox, ["status", "-o", "json"]));
  assert.equal(status.code, 0, status.output);
  assert.equal(status.output.match(/"phase": "Protected"/g)?.length, 2, status.output);
} finally {
  await sandbox.stop();
  await rm(directory, { recursive: true, force: true });
}
