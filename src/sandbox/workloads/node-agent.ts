import { asNumber, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { Actor } from "../clock/actor.ts";
import type { Random } from "../clock/random.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import { recordEvent } from "../client/event-recorder.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import { createChangeGate } from "./change-gate.ts";
import { applyChanges, type Change, statusChange } from "./changes.ts";
import { CLAIM, isTerminating, POD, refTo, VOLUME } from "./kinds.ts";
import { type PodStage, podStatus } from "./pod-status.ts";
import { isFinished } from "./pod-template.ts";
import { volumesOf } from "./pod-volumes.ts";

export interface NodeAgentOptions {
  readonly client: SimulatorClient;
  readonly clock: SimulationClock;
  readonly random: Random;
  readonly plane: DataPlane;
  /** Storage domain of the node. */
  readonly domain: string;
  readonly node: string;
}

/** How long things take on a node, in the simulators' own milliseconds; the seed chooses in between. */
const STARTING: readonly [number, number] = [800, 2_500];
const GETTING_READY: readonly [number, number] = [300, 1_500];
const STOPPING: readonly [number, number] = [300, 1_200];
const RETRY_MS = 2_000;
const JOB_RUN_MS = 5_000;

/** What the node remembers of a pod; a power cut makes it forget. */
interface PodMemory {
  stage: PodStage;
  /** When the next stage is due; null while the pod waits for its volumes. */
  dueAt: number | null;
  stopAt: number | null;
  handles: readonly string[];
}

/**
 * A kubelet for all pods of a cluster: attaches their volumes, brings them from Pending over Running to Ready, and ends
 * deleted ones. A pod whose volumes the storage does not give stays in ContainerCreating with an Event.
 */
export function createNodeAgent(options: NodeAgentOptions): Actor {
  const { client, clock, plane } = options;
  let pods = new Map<string, PodMemory>();
  const gate = createChangeGate(client, [POD, CLAIM, VOLUME], plane.revision);
  return {
    name: `node-agent-${options.domain}`,
    everyMs: 500,
    idle: () => gate.idle(clock.now()),
    tick: () => gate.look(clock.now(), () => lookAtPods(options, pods, (moment) => gate.wakeAt(moment))),
    memory: {
      save: () => structuredClone(pods),
      load: (saved) => {
        pods = structuredClone(saved) as Map<string, PodMemory>;
        gate.reopen();
      },
    },
  };
}

type Wake = (moment: number) => void;

async function lookAtPods(options: NodeAgentOptions, memories: Map<string, PodMemory>, wake: Wake): Promise<void> {
  const { client, plane, domain } = options;
  const pods = await client.list(POD);
  for (const pod of pods) {
    const uid = pod.metadata.uid ?? "";
    const memory: PodMemory = memories.get(uid) ?? { stage: "creating", dueAt: null, stopAt: null, handles: [] };
    memories.set(uid, memory);
    // As a kubelet, only what is on its node; a bare pod waits for a scheduler, which only a genuine cluster has.
    if (asString(at(pod, "spec", "nodeName")) === null) continue;
    if (isTerminating(pod)) await stopPod(options, pod, { memory, wake });
    else if (isFinished(pod)) release(options, uid);
    else await startPod(options, pod, { memory, wake });
  }
  const known = new Set(pods.map((pod) => pod.metadata.uid));
  for (const { pod } of plane.attachmentsIn(domain)) if (!known.has(pod)) release(options, pod);
  for (const uid of memories.keys()) if (!known.has(uid)) memories.delete(uid);
}

interface Handling {
  readonly memory: PodMemory;
  readonly wake: Wake;
}

async function stopPod(options: NodeAgentOptions, pod: KubeObject, { memory, wake }: Handling): Promise<void> {
  const { client, clock, random } = options;
  const now = clock.now();
  const grace = (asNumber(pod.metadata["deletionGracePeriodSeconds"]) ?? 30) * 1000;
  memory.stopAt ??= now + Math.min(grace, clock.pace(random.between(...STOPPING)));
  if (now < memory.stopAt) {
    wake(memory.stopAt);
    return;
  }
  release(options, pod.metadata.uid ?? "");
  const ref = refTo(POD, pod.metadata.namespace, pod.metadata.name);
  await applyChanges(client, [{ verb: "delete", ref, options: { gracePeriodSeconds: 0 } }]);
}

async function startPod(options: NodeAgentOptions, pod: KubeObject, { memory, wake }: Handling): Promise<void> {
  const { clock, random } = options;
  const now = clock.now();
  if (memory.stage !== "creating" && lostVolume(options, pod, memory)) {
    memory.stage = "creating";
    memory.dueAt = null;
  }
  if (memory.stage === "creating" && memory.dueAt === null) {
    const refusal = await claimVolumes(options, pod, memory);
    if (refusal !== null) {
      wake(now + clock.pace(RETRY_MS));
      await report(options, pod, { stage: memory.stage, waiting: refusal });
      return;
    }
    memory.dueAt = now + clock.pace(random.between(...STARTING));
  } else if (memory.dueAt !== null && now >= memory.dueAt) advance(options, pod, memory);
  if (memory.dueAt !== null) wake(memory.dueAt);
  await report(options, pod, { stage: memory.stage });
}

/** One stage further, and the moment of the next one. */
function advance({ clock, random }: NodeAgentOptions, pod: KubeObject, memory: PodMemory): void {
  const now = clock.now();
  const ends =
    asString(at(pod, "spec", "restartPolicy")) !== "Always" && asString(at(pod, "spec", "restartPolicy")) !== null;
  if (memory.stage === "creating") {
    memory.stage = "started";
    memory.dueAt = now + clock.pace(random.between(...GETTING_READY));
  } else if (memory.stage === "started") {
    memory.stage = "ready";
    memory.dueAt = ends ? now + clock.pace(JOB_RUN_MS) : null;
  } else {
    memory.stage = "succeeded";
    memory.dueAt = null;
  }
}

/** Attaches all volumes; the reason when one is not to be had. Those already attached stay. */
async function claimVolumes(options: NodeAgentOptions, pod: KubeObject, memory: PodMemory): Promise<string | null> {
  const { client, clock, plane, domain } = options;
  const found = volumesOf(pod, { claims: await client.list(CLAIM), volumes: await client.list(VOLUME) });
  if (found.state === "waiting") return found.reason;
  memory.handles = found.handles;
  for (const handle of found.handles) {
    const verdict = plane.attach(handle, domain, pod.metadata.uid ?? "");
    if (verdict.outcome === "allowed") continue;
    const message = `AttachVolume.Attach failed for volume ${handle}: ${verdict.reason}`;
    const occurrence = {
      about: pod,
      type: "Warning",
      reason: "FailedAttachVolume",
      message,
      component: "kubelet",
    } as const;
    await recordEvent(client, { ...occurrence, now: clock.now() });
    return message;
  }
  return null;
}

/** A fenced domain or a restarted node holds nothing any more. */
function lostVolume({ plane, domain }: NodeAgentOptions, pod: KubeObject, { handles }: PodMemory): boolean {
  return handles.some((handle) => !plane.isAttached(handle, domain, pod.metadata.uid ?? ""));
}

function release({ plane, domain }: NodeAgentOptions, uid: string): void {
  for (const held of plane.attachmentsIn(domain)) if (held.pod === uid) plane.detach(held.handle, domain, uid);
}

async function report(
  { client, clock }: NodeAgentOptions,
  pod: KubeObject,
  seen: { readonly stage: PodStage; readonly waiting?: string },
): Promise<void> {
  const ref = refTo(POD, pod.metadata.namespace, pod.metadata.name);
  const status = podStatus(pod, { ...seen, now: clock.now() });
  const changes: Change[] = [...statusChange(ref, onlyOwn(pod["status"], status), status)];
  await applyChanges(client, changes);
}

/** The part of a pod's status that the agent writes; the server and others own the rest. */
function onlyOwn(status: unknown, own: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(own).map((key) => [key, at(status, key)]));
}
