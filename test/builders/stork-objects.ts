import type { KubeObject } from "../../src/core/model/kube-object.ts";

const STORK = "stork.libopenstorage.org/v1alpha1";

export interface DomainInfo {
  readonly state: string;
  readonly sync: string;
}

export const IN_SYNC: DomainInfo = { state: "Active", sync: "InSync" };
export const FENCED: DomainInfo = { state: "Inactive", sync: "NotInSync" };
export const RESYNCING: DomainInfo = { state: "Active", sync: "SyncInProgress" };

/** What Stork on one cluster reports about all cluster domains. */
export function domainsStatus(local: string, domains: Readonly<Record<string, DomainInfo>>): KubeObject {
  return {
    apiVersion: STORK,
    kind: "ClusterDomainsStatus",
    metadata: { name: "stretched" },
    status: {
      localDomain: local,
      clusterDomainInfos: Object.entries(domains).map(([name, info]) => ({
        name,
        state: info.state,
        syncStatus: info.sync,
      })),
    },
  };
}

export function clusterPair(namespace: string, name = "east-west"): KubeObject {
  return {
    apiVersion: STORK,
    kind: "ClusterPair",
    metadata: { name, namespace },
    spec: { options: {} },
    status: { schedulerStatus: "Ready", storageStatus: "NotProvided", remoteStorageId: "" },
  };
}

export function everyMinute(): KubeObject {
  return {
    apiVersion: STORK,
    kind: "SchedulePolicy",
    metadata: { name: "drover-every-1m" },
    policy: { interval: { intervalMinutes: 1 } },
  };
}

export interface ScheduleOptions {
  readonly namespaces: readonly string[];
  readonly suspended?: boolean;
  readonly copy?: boolean;
  readonly activated?: boolean;
  readonly goodRuns?: number;
}

/** A MigrationSchedule as Stork keeps it, or its static copy on the other side. */
export function schedule(name: string, options: ScheduleOptions): KubeObject {
  const runs = Array.from({ length: options.goodRuns ?? 1 }, (_, index) => ({
    name: `${name}-${index}`,
    creationTimestamp: `2026-11-23T00:0${index}:00Z`,
    finishTimestamp: `2026-11-23T00:0${index}:10Z`,
    status: "Successful",
  }));
  const [namespace = "kube-system"] = options.namespaces.length === 1 ? options.namespaces : ["kube-system"];
  return {
    apiVersion: STORK,
    kind: "MigrationSchedule",
    metadata: {
      name,
      namespace,
      annotations: options.copy === true ? { "stork.libopenstorage.org/static-copy": "true" } : {},
    },
    spec: {
      schedulePolicyName: "drover-every-1m",
      suspend: options.copy === true ? true : (options.suspended ?? false),
      autoSuspend: true,
      template: {
        spec: {
          clusterPair: "east-west",
          namespaces: [...options.namespaces],
          includeResources: false,
          includeVolumes: false,
          startApplications: false,
          selectors: null,
        },
      },
    },
    status: {
      applicationActivated: options.activated ?? false,
      items: options.copy === true ? null : { Interval: runs },
    },
  };
}
