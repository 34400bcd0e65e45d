import { isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { Strategy } from "./strategy.ts";

/** Kinds whose stored objects always carry a status, with the one that they are created with. */
const initialStatus: Readonly<Record<string, Fields>> = {
  nodes: {},
  persistentvolumes: { phase: "Pending" },
  persistentvolumeclaims: { phase: "Pending" },
  resourcequotas: {},
  "deployments.apps": {},
  "statefulsets.apps": { replicas: 0, availableReplicas: 0 },
  "replicasets.apps": { replicas: 0 },
  "daemonsets.apps": { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  "jobs.batch": {},
  "cronjobs.batch": {},
  "ingresses.networking.k8s.io": { loadBalancer: {} },
  "poddisruptionbudgets.policy": { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  "horizontalpodautoscalers.autoscaling": { desiredReplicas: 0, currentMetrics: null },
};

function statusStrategy(initial: Fields): Strategy {
  return {
    create: (_context, object) => ({ ...object, status: initial }),
    update: (_context, next) => (isFields(next["status"]) ? next : { ...next, status: initial }),
  };
}

export const statusStrategies: Readonly<Record<string, Strategy>> = Object.fromEntries(
  Object.entries(initialStatus).map(([key, status]) => [key, statusStrategy(status)]),
);
