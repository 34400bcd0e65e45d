import { stringify } from "yaml";
import type { DesiredResult } from "../../src/core/desired/desired-state.ts";
import { buildDesiredState } from "../../src/core/desired/desired-state.ts";

type Plain = Record<string, unknown>;

/** A document of the small repository, to be changed: `settings`, `east`, `west`, `metro` (sync) or `shop`. */
export type Part = "settings" | "east" | "west" | "far" | "metro" | "regional" | "shop";

/** Sets a field by its dotted path; `undefined` removes it. Numbers step into lists. */
export type Changes = Readonly<Record<string, unknown>>;

const API = "drover.dev/v1alpha1";
const FILES: Readonly<Record<Part, string>> = {
  settings: "drover.yaml",
  east: "clusters/east.yaml",
  west: "clusters/west.yaml",
  far: "clusters/far.yaml",
  metro: "clusters/metro.yaml",
  regional: "clusters/regional.yaml",
  shop: "apps/shop.yaml",
};

/** The repository without a change, as text: most documents of most tests. */
const UNCHANGED: ReadonlyMap<string, string> = new Map(
  Object.entries(documents()).map(([part, document]) => [FILES[part as Part], stringify(document)]),
);

/** A valid repository: three clusters, a sync and an async policy, one application on east. */
export function documents(): Record<Part, Plain> {
  return {
    settings: {
      apiVersion: API,
      kind: "Settings",
      metadata: { name: "drover" },
      spec: { approvals: { verify: "merge" } },
    },
    east: cluster("east", "11111111-1111-4111-8111-111111111111"),
    west: cluster("west", "22222222-2222-4222-8222-222222222222"),
    far: cluster("far", "33333333-3333-4333-8333-333333333333"),
    metro: {
      apiVersion: API,
      kind: "DRPolicy",
      metadata: { name: "metro" },
      spec: {
        clusters: ["east", "west"],
        replication: { provider: "portworx", mode: "sync", portworx: { clusterPair: "east-west" } },
        objectives: { rpo: "0s", rto: "1m" },
      },
    },
    regional: {
      apiVersion: API,
      kind: "DRPolicy",
      metadata: { name: "regional" },
      spec: {
        clusters: [{ syncPair: "metro" }, "far"],
        replication: {
          provider: "portworx",
          mode: "async",
          schedule: { interval: "1h" },
          portworx: { clusterPair: "metro-far", backupLocation: "objects" },
        },
        objectives: { rpo: "2h", rto: "30m" },
      },
    },
    shop: application("shop", ["shop"]),
  };
}

function cluster(name: string, identity: string): Plain {
  return {
    apiVersion: API,
    kind: "Cluster",
    metadata: { name },
    spec: {
      connection: { context: name },
      identity,
      delivery: { type: "direct" },
      portworx: { clusterDomain: `site-${name}` },
    },
  };
}

export function application(name: string, namespaces: readonly string[]): Plain {
  return {
    apiVersion: API,
    kind: "ProtectedApplication",
    metadata: { name },
    spec: {
      policies: ["metro", "regional"],
      namespaces: [...namespaces],
      placement: { preferredCluster: "east", activeCluster: "east" },
    },
  };
}

/** The files of the small repository, with changes to some documents. */
export function repository(changes: Partial<Record<Part, Changes>> = {}): Map<string, string> {
  const files = new Map(UNCHANGED);
  const all = documents();
  for (const part of Object.keys(changes) as Part[]) {
    for (const [path, value] of Object.entries(changes[part] ?? {}))
      setAt(all[part], path.split("."), structuredClone(value));
    files.set(FILES[part], stringify(all[part]));
  }
  return files;
}

/** The desired state of the small repository with changes. */
export function desiredWith(changes: Partial<Record<Part, Changes>> = {}): DesiredResult {
  return buildDesiredState(repository(changes));
}

/** Findings as `severity code file` with the message, for tables. */
export function described(result: Pick<DesiredResult, "findings">): readonly string[] {
  return result.findings.map(({ severity, code, file, message }) => `${severity} ${code} ${file}: ${message}`);
}

function setAt(target: Plain, path: readonly string[], value: unknown): void {
  let current: Plain = target;
  for (const step of path.slice(0, -1)) {
    if (typeof current[step] !== "object" || current[step] === null) current[step] = {};
    current = current[step] as Plain;
  }
  const last = path.at(-1) ?? "";
  if (value === undefined) delete current[last];
  else current[last] = value;
}
