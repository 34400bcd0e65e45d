import { Command, CommanderError } from "commander";
import type { CommandContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { register as registerApply } from "./commands/apply.ts";
import { register as registerCancel } from "./commands/cancel.ts";
import { register as registerDemo } from "./commands/demo.ts";
import { register as registerFailover } from "./commands/failover.ts";
import { register as registerInit } from "./commands/init.ts";
import { register as registerPlan } from "./commands/plan.ts";
import { register as registerProbe } from "./commands/probe.ts";
import { register as registerRelocate } from "./commands/relocate.ts";
import { register as registerRender } from "./commands/render.ts";
import { register as registerSandbox } from "./commands/sandbox.ts";
import { register as registerSchema } from "./commands/schema.ts";
import { register as registerStatus } from "./commands/status.ts";
import { register as registerValidate } from "./commands/validate.ts";
import { harmlessText } from "../core/report/harmless.ts";
import { describeFault } from "./describe-fault.ts";
import { useFrugalHeap } from "./frugal-heap.ts";
import { packageVersion } from "./version.ts";

const EXAMPLES = `
Start here:
  $ drover demo                       the whole story on two embedded clusters, in half a minute
  $ drover init --dir dr              a new DR repository with comments that teach
  $ drover validate                   check it
  $ drover plan                       what would be done, read only
  $ drover status                     what would be lost if the site died now

Exit codes: 0 done · 1 fault or invalid input · 2 changes (plan --detailed-exitcode) · 3 refused or needs approval · 64 usage`;

/** Builds the command line and runs it; the exit code is set, never forced, so that output is complete. */
export async function runCli(argv: readonly string[]): Promise<void> {
  useFrugalHeap();
  await runCommand(argv, processContext());
}

/** The same in a process that does something else besides: it sees, says and ends with what the context has. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<void> {
  const program = createProgram(context);
  if (argv.length === 0) {
    program.outputHelp();
    return;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      context.setExitCode(error.exitCode === 0 ? EXIT.done : EXIT.usage);
      return;
    }
    context.stderr(`${describeFault(error)}\n`);
    context.setExitCode(EXIT.fault);
  }
}

export function createProgram(context: CommandContext): Command {
  const program = new Command("drover")
    .description("GitOps disaster recovery for Kubernetes and OpenShift.")
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
    .showHelpAfterError("(run with --help for usage and examples)")
    .addHelpText("after", EXAMPLES);
  registerInit(program, context, (kubeconfig) => async (clusters) => {
    const { identityReader } = await import("./read-identities.ts");
    return identityReader(context)(kubeconfig)(clusters);
  });
  registerValidate(program, context);
  registerPlan(program, context);
  registerApply(program, context);
  registerRender(program, context);
  registerFailover(program, context);
  registerRelocate(program, context);
  registerCancel(program, context);
  registerStatus(program, context);
  registerProbe(program, context);
  registerSchema(program, context);
  registerDemo(program, context);
  registerSandbox(program, context);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

/** A reader that has seen enough (`drover … | head`) is no fault. */
function endQuietlyOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exitCode ??= 0;
}

/**
 * npm runs the scripts of a checkout in the package's folder: there, and only there, relative paths count from where the
 * person stands. In anybody else's script `INIT_CWD` says nothing about the folder that was meant.
 */
function startFolder(env: NodeJS.ProcessEnv): string {
  const ownScript =
    env["npm_package_name"] === "drover" && ["drover", "demo"].includes(env["npm_lifecycle_event"] ?? "");
  return (ownScript ? env["INIT_CWD"] : undefined) ?? process.cwd();
}

function processContext(): CommandContext {
  process.stdout.on("error", endQuietlyOnClosedPipe);
  const { env } = process;
  const isTerminal = process.stdout.isTTY === true;
  return {
    stdout: (text) => process.stdout.write(harmlessText(text)),
    stderr: (text) => process.stderr.write(harmlessText(text)),
    cwd: startFolder(env),
    env,
    isTerminal,
    colour: isTerminal && !env["NO_COLOR"] && !process.argv.includes("--no-color"),
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
}
