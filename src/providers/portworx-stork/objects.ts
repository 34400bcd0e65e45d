import type { Direction, Schedule } from "../../core/provider.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { STORK, oneShotName, policyName, scheduleName, scheduleNamespace } from "./names.ts";

/** The SchedulePolicy of a schedule. Its body stands at the top, there is no spec (Stork 24.3). */
export function schedulePolicy(schedule: Schedule): KubeObject {
  return {
    apiVersion: STORK,
    kind: "SchedulePolicy",
    metadata: { name: policyName(schedule) },
    policy: body(schedule),
  };
}

function body(schedule: Schedule): Readonly<Record<string, unknown>> {
  switch (schedule.type) {
    case "interval":
      return { interval: { intervalMinutes: schedule.minutes } };
    case "daily":
      return { daily: { time: clockTime(schedule.time) } };
    case "weekly":
      return { weekly: { day: schedule.day, time: clockTime(schedule.time) } };
    case "monthly":
      return { monthly: { date: schedule.date, time: clockTime(schedule.time) } };
  }
}

/** Stork reads Go's `3:04PM`: no leading zero needed, no space, no seconds. */
function clockTime(time: string): string {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const twelve = hours % 12 === 0 ? 12 : hours % 12;
  return `${twelve}:${String(minutes).padStart(2, "0")}${hours < 12 ? "AM" : "PM"}`;
}

/**
 * What a Migration moves: in sync mode exactly the PersistentVolumes and claims (both includes false; Stork 24.3,
 * `volumesOnly`), since the data is already there and the DR branch delivers the rest.
 */
function migrationSpec(direction: Direction): Readonly<Record<string, unknown>> {
  return {
    clusterPair: direction.clusterPair,
    namespaces: [...direction.namespaces],
    includeResources: false,
    includeVolumes: false,
    startApplications: false,
  };
}

/** The standing schedule. `suspend` is written explicitly always: a null one crashes the other side's Stork. */
export function migrationSchedule(direction: Direction, suspend: boolean): KubeObject {
  return {
    apiVersion: STORK,
    kind: "MigrationSchedule",
    metadata: { name: scheduleName(direction), namespace: scheduleNamespace(direction) },
    spec: {
      schedulePolicyName: policyName(direction.schedule),
      suspend,
      autoSuspend: true,
      template: { spec: migrationSpec(direction) },
    },
  };
}

/** The last Migration of a planned move. */
export function finalMigration(
  direction: Direction,
  id: { readonly transition: string; readonly digest: (text: string) => string },
): KubeObject {
  return {
    apiVersion: STORK,
    kind: "Migration",
    metadata: { name: oneShotName("final", direction.application, id), namespace: scheduleNamespace(direction) },
    spec: migrationSpec(direction),
  };
}

/** A request to fence or unfence a site's storage. */
export function domainUpdate(name: string, domain: string, active: boolean): KubeObject {
  return {
    apiVersion: STORK,
    kind: "ClusterDomainUpdate",
    metadata: { name },
    spec: { clusterdomain: domain, active },
  };
}
