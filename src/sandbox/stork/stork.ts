import type { KindRef, KubeObject } from "../../core/model/kube-object.ts";
import type { Actor } from "../clock/actor.ts";
import { hasCode, SimulatorFault } from "../client/simulator-fault.ts";
import { createChangeGate } from "../workloads/change-gate.ts";
import { reconcileAction } from "./actions.ts";
import { bootstrapStork } from "./bootstrap.ts";
import { publishDomains, reconcileDomainUpdate } from "./cluster-domains.ts";
import { reconcileClusterPair } from "./cluster-pairs.ts";
import { ACTION, CLUSTER_PAIR, DOMAIN_UPDATE, MIGRATION, SCHEDULE } from "./kinds.ts";
import { reconcileSchedule } from "./migration-schedules.ts";
import { reconcileMigration } from "./migrations.ts";
import { type StorkContext, StorkCrash, StorkError, warn } from "./stork-context.ts";
import { createWorkQueue, PERIOD_MS, type WorkQueue } from "./work-queue.ts";

type Reconcile = (context: StorkContext, object: KubeObject) => Promise<number | undefined | void>;

/** Kinds in the order in which a look takes them. Actions first: they are what may kill the process. */
const RECONCILERS: readonly (readonly [KindRef, Reconcile])[] = [
  [ACTION, reconcileAction],
  [DOMAIN_UPDATE, reconcileDomainUpdate],
  [CLUSTER_PAIR, reconcileClusterPair],
  [SCHEDULE, reconcileSchedule],
  [MIGRATION, reconcileMigration],
];

/** A process that died of an object starts again after this, and dies again as long as the object is there. */
const RESTART_MS = 10_000;

interface Process {
  readonly queue: WorkQueue;
  started: boolean;
  /** When the domains are published next. */
  publishAt: number;
  /** Not before this moment: the pod is restarting. */
  restartAt: number;
}

/** One Stork, for one cluster: a loop over its own objects that behaves as Stork 24.3 does. */
export function createStork(context: StorkContext): Actor {
  const { client, clock, faults } = context;
  const process: Process = { queue: createWorkQueue(clock), started: false, publishAt: 0, restartAt: 0 };
  const gate = createChangeGate(
    client,
    RECONCILERS.map(([kind]) => kind),
  );
  return {
    name: `stork-${context.domain}`,
    everyMs: 1_000,
    idle: () => faults.down || clock.now() < process.restartAt || gate.idle(clock.now()),
    tick: async () => {
      if (faults.down || clock.now() < process.restartAt) return;
      await gate.look(clock.now(), () => lookOnce(context, process));
      gate.wakeAt(Math.min(process.publishAt, process.queue.nextDue()));
    },
    memory: {
      save: () => ({ ...process, queue: process.queue.save(), moments: new Map(context.memory.moments) }),
      load: (saved) => {
        const { queue, started, publishAt, restartAt, moments } = saved as ProcessMemory;
        Object.assign(process, { started, publishAt, restartAt });
        process.queue.load(queue);
        context.memory.moments = new Map(moments);
        gate.reopen();
      },
    },
  };
}

interface ProcessMemory {
  readonly queue: unknown;
  readonly started: boolean;
  readonly publishAt: number;
  readonly restartAt: number;
  readonly moments: ReadonlyMap<string, number>;
}

async function lookOnce(context: StorkContext, process: Process): Promise<void> {
  const { clock } = context;
  if (!process.started) {
    await bootstrapStork(context);
    process.started = true;
  }
  if (clock.now() >= process.publishAt) {
    await publishDomains(context);
    process.publishAt = clock.now() + clock.pace(PERIOD_MS);
  }
  try {
    await reconcileAll(context, process.queue);
  } catch (error) {
    if (!(error instanceof StorkCrash)) throw error;
    Object.assign(process, { started: false, publishAt: 0, restartAt: clock.now() + clock.pace(RESTART_MS) });
    process.queue.keep([]);
    context.memory.moments = new Map();
  }
}

async function reconcileAll(context: StorkContext, queue: WorkQueue): Promise<void> {
  const all: KubeObject[] = [];
  for (const [kind, reconcile] of RECONCILERS) {
    for (const object of await context.client.list(kind)) {
      all.push(object);
      if (queue.isDue(object)) await look(context, queue, { object, reconcile });
    }
  }
  queue.keep(all);
}

/** Errors show up only as Warning events on the object; a write that was overtaken is tried again at once. */
async function look(
  context: StorkContext,
  queue: WorkQueue,
  { object, reconcile }: { readonly object: KubeObject; readonly reconcile: Reconcile },
): Promise<void> {
  try {
    queue.done(object, (await reconcile(context, object)) ?? undefined);
  } catch (error) {
    if (hasCode(error, "conflict")) {
      queue.done(object, 0);
      return;
    }
    if (!(error instanceof StorkError || error instanceof SimulatorFault)) throw error;
    queue.failed(object);
    await warn(context, object, { reason: "Failed", message: error.message });
  }
}
