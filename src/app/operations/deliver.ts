import type { StartupStep } from "../../core/desired/protected-application.ts";
import { describeRef, type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import { asNumber, at } from "../../core/model/fields.ts";
import type { DeliveryRecord } from "../../core/model/record.ts";
import { isReady } from "../../core/observed/workload.ts";
import { applyOrder } from "../../core/plan/apply-order.ts";
import { folderDigest } from "../../core/plan/capture.ts";
import { startupOrder } from "../../core/plan/startup-order.ts";
import { isActivated } from "../../core/render/activation.ts";
import { buildFolder } from "../../core/render/build-folder.ts";
import type { GitPort } from "../../ports/git.ts";
import type { StepOutcome } from "../events.ts";
import { APPLICATIONS_FOLDER, splitFolders } from "../gather-branches.ts";
import { type Refusal, applyAll, applyOne, dryRunAll } from "./apply-objects.ts";
import { writeRecord } from "./bookkeeping.ts";
import { clearQuiesced } from "./workloads.ts";
import type { WriteContext } from "./write-context.ts";

const POLL = 500;
const GATE_TIMEOUT = 10 * 60_000;

export interface Delivery {
  readonly application: string;
  readonly branch: string;
  readonly form: DeliveryRecord["form"];
  readonly startup: readonly StartupStep[];
  /** Id of the transition that an activation belongs to; null for a standby. */
  readonly transition: string | null;
}

/**
 * Direct delivery: applies the folder exactly as the branch holds it, in waves; workloads in start order, and the ones
 * the document lists are gates: the next starts when they are ready.
 *
 * A standby is first put to the server as a dry run, and nothing is written while it refuses anything: there is time. An
 * activation is never stopped by an object that is not a workload: what the server refuses is named and shows as drift
 * afterwards, and the application runs.
 */
export async function deliver(
  context: WriteContext & { readonly git: GitPort; readonly digest: (text: string) => string },
  delivery: Delivery,
): Promise<StepOutcome> {
  const { transition } = delivery;
  // The data was promoted by the step before: the record of it needs no write of its own.
  const promoted = transition === null ? null : { id: transition, at: new Date(context.clock.now()).toISOString() };
  const files = await readFolderAtTip(context.git, delivery);
  if (files === null) return { state: "refused", why: `${delivery.branch} has no folder of ${delivery.application}` };
  if (isActivated(files) !== (delivery.form === "active")) {
    return { state: "again", why: `${delivery.branch} does not say ${delivery.form} for ${delivery.application}` };
  }
  const objects = buildFolder(files);
  const outcome =
    delivery.form === "standby" ? await standBy(context, objects) : await activate(context, objects, delivery);
  if (outcome.state !== "done") return outcome;
  const delivered = { content: folderDigest(files, context.digest), form: delivery.form };
  const recorded = await writeRecord(context, delivery.application, { type: "delivered", delivered, promoted });
  return recorded.state === "done" ? outcome : recorded;
}

async function standBy(context: WriteContext, objects: readonly KubeObject[]): Promise<StepOutcome> {
  const foreseen = await dryRunAll(context, objects);
  if (foreseen.length > 0) return { state: "refused", why: `nothing was applied: ${listed(foreseen)}` };
  const { before, workloads, after } = applyOrder(objects);
  const refusals = await applyWaves(context, [...before, workloads, ...after]);
  return refusals.length === 0 ? { state: "done", detail: null } : { state: "refused", why: listed(refusals) };
}

async function activate(
  context: WriteContext,
  objects: readonly KubeObject[],
  { startup }: Delivery,
): Promise<StepOutcome> {
  const { before, workloads, after } = applyOrder(objects);
  const refusals = await applyWaves(context, before);
  const refused: Refusal[] = [];
  for (const { ref, object } of startupOrder(
    workloads.map((workload) => ({ ref: refOf(workload), object: workload })),
    startup,
  )) {
    const refusal = await applyOne(context, object);
    const gate = isGate(startup, ref);
    if (refusal !== null) {
      refused.push(refusal);
      if (gate) return { state: "refused", why: `${listed([refusal])}; what starts after it may not start` };
      continue;
    }
    await clearQuiesced(context, ref);
    if (gate && !(await becomesReady(context, ref)))
      return { state: "timed-out", why: `${ref.kind} ${ref.name} did not become ready; the next may not start` };
  }
  refusals.push(...(await applyWaves(context, after)));
  if (refused.length > 0) return { state: "refused", why: listed([...refused, ...refusals]) };
  return { state: "done", detail: refusals.length === 0 ? null : `it starts, but ${listed(refusals)}` };
}

async function applyWaves(context: WriteContext, waves: readonly (readonly KubeObject[])[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const wave of waves) refusals.push(...(await applyAll(context, wave)));
  return refusals;
}

const MAX_LISTED = 5;

function listed(refusals: readonly Refusal[]): string {
  const shown = refusals.slice(0, MAX_LISTED).map(({ ref, why }) => `${describeRef(ref)} was refused (${why})`);
  const more = refusals.length - shown.length;
  return more > 0 ? `${shown.join("; ")}; and ${more} more` : shown.join("; ");
}

async function readFolderAtTip(git: GitPort, delivery: Delivery): Promise<ReadonlyMap<string, string> | null> {
  const tip = await git.tip(delivery.branch);
  if (tip === null) return null;
  const tree = await git.readTree(tip, [`${APPLICATIONS_FOLDER}/${delivery.application}`]);
  return splitFolders(tree).get(delivery.application) ?? null;
}

function isGate(startup: readonly StartupStep[], ref: ObjectRef): boolean {
  return startup.some((step) => step.kind === ref.kind && step.name === ref.name);
}

async function becomesReady(context: WriteContext, ref: ObjectRef): Promise<boolean> {
  const deadline = context.clock.now() + GATE_TIMEOUT;
  while (context.clock.now() < deadline) {
    const live = await context.port.get(ref);
    const wanted = asNumber(at(live, "spec", "replicas")) ?? 1;
    if (live !== null && isReady(live, wanted)) return true;
    await context.clock.sleep(POLL);
  }
  return false;
}
