import type { KindRef } from "../../core/model/kube-object.ts";
import type { Actor } from "../clock/actor.ts";
import type { Random } from "../clock/random.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import { createChangeGate } from "./change-gate.ts";
import { applyChanges, type Change } from "./changes.ts";
import { bindClaims } from "./claim-binding.ts";
import { reconcileCronJob } from "./cron-jobs.ts";
import { reconcileDeployment } from "./deployments.ts";
import { reconcileJob } from "./jobs.ts";
import { CLAIM, CRON_JOB, DEPLOYMENT, JOB, POD, REPLICA_SET, STATEFUL_SET, VOLUME } from "./kinds.ts";
import { provisionVolumes, STORAGE_KINDS } from "./provisioning.ts";
import { reconcileReplicaSet } from "./replica-sets.ts";
import { reconcileStatefulSet } from "./stateful-sets.ts";

export interface ControllerOptions {
  readonly client: SimulatorClient;
  readonly clock: SimulationClock;
  readonly random: Random;
  readonly plane: DataPlane;
  readonly domain: string;
  /** Name of the one node that all pods run on. */
  readonly node: string;
}

/** One look at some kinds that ends in changes; skipped while nothing that it reads can be different. */
function controller(
  { client, clock }: ControllerOptions,
  {
    name,
    reads,
    decide,
  }: {
    readonly name: string;
    readonly reads: readonly KindRef[];
    readonly decide: (wake: (moment: number) => void) => Promise<readonly Change[]>;
  },
): Actor {
  const gate = createChangeGate(client, reads);
  return {
    name,
    everyMs: 500,
    idle: () => gate.idle(clock.now()),
    tick: () =>
      gate.look(clock.now(), async () => {
        await applyChanges(client, await decide((moment) => gate.wakeAt(moment)));
      }),
    memory: { save: () => null, load: () => gate.reopen() },
  };
}

/** What kube-controller-manager does for workloads. Not to be run where a genuine one runs. */
export function createWorkloadControllers(options: ControllerOptions): readonly Actor[] {
  const { client, clock, random, node, domain } = options;
  const chance = { random: () => random.next(), node };
  const deployments = controller(options, {
    name: `deployments-${domain}`,
    reads: [DEPLOYMENT, REPLICA_SET, POD],
    decide: async () => {
      const replicaSets = await client.list(REPLICA_SET);
      const pods = await client.list(POD);
      return [
        ...(await client.list(DEPLOYMENT)).flatMap((deployment) =>
          reconcileDeployment(deployment, { replicaSets, now: clock.now() }),
        ),
        ...replicaSets.flatMap((set) => reconcileReplicaSet(set, { pods, ...chance })),
      ];
    },
  });
  const statefulSets = controller(options, {
    name: `stateful-sets-${domain}`,
    reads: [STATEFUL_SET, POD, CLAIM],
    decide: async () => {
      const sets = await client.list(STATEFUL_SET);
      if (sets.length === 0) return [];
      const [pods, claims] = [await client.list(POD), await client.list(CLAIM)];
      return sets.flatMap((set) => reconcileStatefulSet(set, { pods, claims, node }));
    },
  });
  const jobs = controller(options, {
    name: `jobs-${domain}`,
    reads: [CRON_JOB, JOB, POD],
    decide: async (wake) => {
      const all = await client.list(JOB);
      const decisions = (await client.list(CRON_JOB)).map((cronJob) =>
        reconcileCronJob(cronJob, { jobs: all, now: clock.now() }),
      );
      for (const { nextAt } of decisions) if (nextAt !== null) wake(nextAt);
      if (all.length === 0) return decisions.flatMap(({ changes }) => changes);
      const pods = await client.list(POD);
      const work = all.flatMap((job) => reconcileJob(job, { pods, now: clock.now(), ...chance }));
      return [...decisions.flatMap(({ changes }) => changes), ...work];
    },
  });
  return [deployments, statefulSets, jobs];
}

/** Binds claims to volumes, as kube-controller-manager does. Not to be run where a genuine one runs. */
export function createClaimBinder(options: ControllerOptions): Actor {
  const { client, domain } = options;
  return controller(options, {
    name: `claim-binder-${domain}`,
    reads: [CLAIM, VOLUME],
    decide: async () => bindClaims(await client.list(CLAIM), await client.list(VOLUME)),
  });
}

/** Portworx' own provisioner: runs beside every control plane, genuine ones included. */
export function createProvisioner(options: ControllerOptions): Actor {
  const { client, domain, plane } = options;
  const [claimKind, volumeKind, classKind] = STORAGE_KINDS;
  return controller(options, {
    name: `provisioner-${domain}`,
    reads: STORAGE_KINDS,
    decide: async () => {
      const claims = await client.list(claimKind);
      const [volumes, classes] = [await client.list(volumeKind), await client.list(classKind)];
      return provisionVolumes({ claims, volumes, classes }, plane);
    },
  });
}
