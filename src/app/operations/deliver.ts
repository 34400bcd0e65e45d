import type { StartupStep } from "../../core/desired/protected-application.ts";
import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import { refOf } from "../../core/model/kube-object.ts";
import { asNumber, at } from "../../core/model/fields.ts";
import type { DeliveryRecord } from "../../core/model/record.ts";
import { isReady, isScalable } from "../../core/observed/workload.ts";
import { folderDigest } from "../../core/plan/capture.ts";
import { startupOrder } from "../../core/plan/startup-order.ts";
import { isActivated } from "../../core/render/activation.ts";
import { buildFolder } from "../../core/render/build-folder.ts";
import type { GitPort } from "../../ports/git.ts";
import type { StepOutcome } from "../events.ts";
import { APPLICATIONS_FOLDER, splitFolders } from "../gather-branches.ts";
import { writeRecord } from "./bookkeeping.ts";
import { decideAgain } from "./decide-again.ts";
import { clearQuiesced } from "./workloads.ts";
import type { WriteContext } from "./write-context.ts";

const POLL = 500;
const GATE_TIMEOUT = 10 * 60_000;

export interface Delivery {
  readonly application: string;
  readonly branch: string;
  readonly form: DeliveryRecord["form"];
  readonly startup: readonly StartupStep[];
}

/**
 * Direct delivery: applies the folder exactly as the branch holds it. Everything that is not a workload first, then
 * workloads in start order; the ones the document lists are gates: the next starts when they are ready.
 */
export async function deliver(
  context: WriteContext & { readonly git: GitPort; readonly digest: (text: string) => string },
  delivery: Delivery,
): Promise<StepOutcome> {
  const files = await readFolderAtTip(context.git, delivery);
  if (files === null) return { state: "refused", why: `${delivery.branch} has no folder of ${delivery.application}` };
  if (isActivated(files) !== (delivery.form === "active")) {
    return { state: "again", why: `${delivery.branch} does not say ${delivery.form} for ${delivery.application}` };
  }
  const objects = buildFolder(files);
  for (const object of objects.filter((candidate) => !isScalable(candidate))) await applyOne(context, object);
  const workloads = objects.filter(isScalable).map((object) => ({ ref: refOf(object), object }));
  for (const { ref, object } of startupOrder(workloads, delivery.startup)) {
    await applyOne(context, object);
    if (delivery.form === "standby") continue;
    await clearQuiesced(context, ref);
    if (!isGate(delivery.startup, ref)) continue;
    const ready = await becomesReady(context, ref);
    if (!ready)
      return { state: "timed-out", why: `${ref.kind} ${ref.name} did not become ready; the next may not start` };
  }
  const delivered = { content: folderDigest(files, context.digest), form: delivery.form };
  return writeRecord(context, delivery.application, { type: "delivered", delivered });
}

async function readFolderAtTip(git: GitPort, delivery: Delivery): Promise<ReadonlyMap<string, string> | null> {
  const tip = await git.tip(delivery.branch);
  if (tip === null) return null;
  const tree = await git.readTree(tip, [`${APPLICATIONS_FOLDER}/${delivery.application}`]);
  return splitFolders(tree).get(delivery.application) ?? null;
}

/**
 * What was read is the precondition: a workload that somebody changed meanwhile conflicts. The uid goes along, because a
 * resourceVersion alone does not stop Kubernetes from creating an object that is gone (seen on 1.36).
 */
async function applyOne(context: WriteContext, object: KubeObject): Promise<void> {
  await decideAgain(context, async () => {
    const live = isScalable(object) ? await context.port.get(refOf(object)) : null;
    const { uid, resourceVersion } = live?.metadata ?? {};
    const seen = uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion };
    const wanted = { ...object, metadata: { ...object.metadata, ...seen } };
    await context.port.apply(wanted, { force: true, timeoutMs: context.timeoutMs });
  });
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
