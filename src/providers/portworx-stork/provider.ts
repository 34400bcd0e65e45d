import type { Direction, Provider, ProviderRead } from "../../core/provider.ts";
import { assessMetro } from "./assess.ts";
import { evaluate } from "./conditions.ts";
import { STORK, scheduleNamespace } from "./names.ts";
import { fenceRefusal } from "./fence-refusal.ts";
import { storkSteps } from "./steps.ts";

/** Portworx through Stork, one data plane stretched over both sites. */
export const portworx: Provider = {
  name: "portworx",
  reads,
  assess: assessMetro,
  steps: storkSteps,
  fenceRefusal,
  evaluate,
};

function reads(direction: Direction): readonly ProviderRead[] {
  const namespace = scheduleNamespace(direction);
  return [
    { apiVersion: STORK, kind: "ClusterDomainsStatus", namespace: null },
    { apiVersion: STORK, kind: "ClusterDomainUpdate", namespace: null },
    { apiVersion: STORK, kind: "SchedulePolicy", namespace: null },
    { apiVersion: STORK, kind: "ClusterPair", namespace },
    { apiVersion: STORK, kind: "MigrationSchedule", namespace },
    { apiVersion: STORK, kind: "Migration", namespace },
  ];
}
