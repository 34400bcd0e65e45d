import { NO_MAPPINGS } from "../../src/core/desired/protected-application.ts";
import { createHash } from "node:crypto";
import { type DesiredResult, buildDesiredState } from "../../src/core/desired/desired-state.ts";
import type { RecordedActive } from "../../src/core/failover/recorded-active.ts";
import type { KubeObject } from "../../src/core/model/kube-object.ts";
import {
  type ActiveMark,
  type ApplicationRecord,
  type TransitionRecord,
  emptyRecord,
} from "../../src/core/model/record.ts";
import { readApplication } from "../../src/core/observed/application-facts.ts";
import type {
  ApplicationOnCluster,
  ClusterFacts,
  Readable,
  UnreachableCluster,
} from "../../src/core/observed/cluster-facts.ts";
import type { ClusterSurroundings } from "../../src/core/observed/cluster-surroundings.ts";
import type { UnreadKind } from "../../src/core/observed/unread-kind.ts";
import { folderDigest } from "../../src/core/plan/capture.ts";
import type { PlanInput } from "../../src/core/plan/plan-input.ts";
import { activateFolder, deactivateFolder } from "../../src/core/render/activation.ts";
import { renderApplication } from "../../src/core/render/render-application.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import {
  ACTIVATED,
  STANDING_BY,
  claim,
  deployment,
  namespaceObject,
  pod,
  statefulSet,
  volume,
} from "./live-objects.ts";
import { worldDocuments } from "./world-documents.ts";
import { type DomainInfo, IN_SYNC, clusterPair, domainsStatus, everyMinute, schedule } from "./stork-objects.ts";

export type SiteName = "east" | "west";
export const DOMAINS: Readonly<Record<SiteName, string>> = { east: "primary", west: "dr-site" };
export const NOW = Date.parse("2026-11-23T02:40:00Z");
/** Commits of a straight history, oldest first; the last one is the revision. */
export const COMMITS = ["1", "2", "3", "4", "5"].map((digit) => digit.repeat(40));
export const [C1 = "", C2 = "", C3 = "", C4 = "", C5 = ""] = COMMITS;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

type Fields = Readonly<Record<string, unknown>>;

/** One application on one cluster; what is not said is as in undisturbed protection. */
export interface OnSite {
  /** Replicas of StatefulSet db and Deployment web. */
  readonly replicas?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pods?: boolean;
  readonly more?: readonly KubeObject[];
  readonly without?: (object: KubeObject) => boolean;
  readonly record?: Readable<ApplicationRecord>;
  readonly transitions?: readonly TransitionRecord[];
  /** Null: no mark in the epoch. */
  readonly mark?: ActiveMark | null;
  readonly delivered?: ApplicationRecord["delivered"];
  /** The cluster's read has nothing of the application. */
  readonly unread?: boolean;
  /** Kinds that could not be listed. */
  readonly gaps?: readonly UnreadKind[];
  /** What stands around the namespaces; default: not asked for. */
  readonly around?: ClusterSurroundings;
}

export interface AppSpec {
  readonly name?: string;
  readonly namespaces?: readonly string[];
  /** `activeCluster` of the document. */
  readonly active?: SiteName;
  readonly transition?: Fields;
  readonly spec?: Fields;
  /** Which cluster really is active; default east. */
  readonly home?: SiteName;
  readonly east?: OnSite;
  readonly west?: OnSite;
  readonly recorded?: RecordedActive;
  /** Form of the folder on the standby's branch. */
  readonly folder?: "standby" | "active" | "none";
  readonly forward?: { readonly suspended?: boolean; readonly activated?: boolean };
  readonly committed?: string;
}

export interface WorldSpec {
  readonly apps?: readonly AppSpec[];
  readonly away?: Partial<Readonly<Record<SiteName, UnreachableCluster["cause"]>>>;
  readonly domains?: Partial<Readonly<Record<SiteName, DomainInfo>>>;
  readonly sites?: Partial<Readonly<Record<SiteName, ReadonlyMap<string, readonly string[]>>>>;
  readonly volumeNamespaces?: readonly string[];
  readonly epoch?: Partial<Readonly<Record<SiteName, "absent" | "unreadable">>>;
  readonly identity?: Partial<Readonly<Record<SiteName, string | null>>>;
  readonly settings?: Fields;
  readonly now?: number;
  readonly renderOnly?: boolean;
  /** More fields of the clusters' documents. */
  readonly documentsOf?: Partial<Readonly<Record<SiteName, Fields>>>;
  readonly withheld?: PlanInput["withheld"];
  readonly documents?: ReadonlyMap<string, DesiredResult>;
}

export const FAILOVER: Fields = {
  id: "20261123-0240-east",
  type: "Failover",
  from: "east",
  notAfter: "2026-11-23T06:40:00Z",
  reason: "east lost power",
};
export const RELOCATE: Fields = {
  id: "20261124-0800-east",
  type: "Relocate",
  from: "east",
  notAfter: "2026-11-24T08:00:00Z",
};

/** A plan's input for a pair under undisturbed protection, with the differences that the spec names. */
export function world(spec: WorldSpec = {}): PlanInput {
  const apps = (spec.apps ?? [{}]).map(withDefaults);
  const desired = desiredOf(spec, apps);
  const clusters = new Map<string, ClusterFacts>([
    ["east", clusterOf("east", spec, apps)],
    ["west", clusterOf("west", spec, apps)],
  ]);
  return {
    desired,
    revision: C5,
    now: spec.now ?? NOW,
    renderOnly: spec.renderOnly ?? false,
    clusters,
    branches: new Map((["east", "west"] as const).map((name) => [name, branchOf(name, apps)])),
    recorded: new Map(apps.map((app) => [app.name, app.recorded ?? { state: "known", cluster: app.home, since: C1 }])),
    documentAt: (application, commit) =>
      (spec.documents?.get(commit) ?? desired).state.applications.get(application) ?? null,
    changedIn: new Map(apps.map((app) => [app.name, app.committed ?? C2])),
    withheld: spec.withheld ?? new Map(),
    approvals: new Map(),
    sealed: new Map(),
    drift: new Map(),
    providers: PROVIDERS,
    compile: null,
    digest: sha256,
    version: "0.0.0-test",
  };
}

type App = AppSpec & Required<Pick<AppSpec, "name" | "namespaces" | "active" | "home">>;

function withDefaults(spec: AppSpec): App {
  const name = spec.name ?? "shop";
  const home = spec.home ?? "east";
  return { ...spec, name, home, namespaces: spec.namespaces ?? [name], active: spec.active ?? home };
}

const READ = new Map<string, DesiredResult>();

/** The documents of a world, as text that is really read; once for every text. */
export function desiredOf(spec: WorldSpec, apps: readonly AppSpec[]): DesiredResult {
  const files = worldDocuments(spec, apps.map(withDefaults), DOMAINS);
  const key = JSON.stringify([...files]);
  const known = READ.get(key) ?? buildDesiredState(files);
  READ.set(key, known);
  return known;
}

export function transitionRecord(changes: Partial<TransitionRecord> = {}): TransitionRecord {
  return {
    id: String(FAILOVER["id"]),
    type: "Failover",
    from: "east",
    to: "west",
    commit: C2,
    approvals: [],
    phase: "begun",
    proof: null,
    recoveryPoint: null,
    times: { begun: "2026-11-23T02:41:00Z", stopped: null, promoted: null, serving: null, ended: null },
    ...changes,
  };
}

function clusterOf(name: SiteName, spec: WorldSpec, apps: readonly App[]): ClusterFacts {
  const cause = spec.away?.[name];
  if (cause !== undefined) return { reachable: false, name, cause, why: `${name} does not answer` };
  const other = name === "east" ? "west" : "east";
  const namespaces = spec.volumeNamespaces ?? apps.flatMap((app) => app.namespaces).sort();
  const active = Object.fromEntries(
    apps.flatMap((app) => {
      const mark = app[name]?.mark === undefined ? { cluster: app.home, since: C1, raisedFor: null } : app[name].mark;
      return mark === null ? [] : [[app.name, mark] as const];
    }),
  );
  const epoch = spec.epoch?.[name];
  return {
    reachable: true,
    name,
    identity: null,
    epoch: epoch === undefined ? { state: "read", value: { counter: 3, commit: C1, active } } : { state: epoch },
    applications: new Map(
      apps.filter((app) => app[name]?.unread !== true).map((app) => [app.name, onCluster(name, app)]),
    ),
    records: new Map(),
    sites: spec.sites?.[name] ?? new Map([[other, namespaces]]),
    volumeNamespaces: namespaces,
    providerObjects: storkOn(name, spec, apps),
    surroundings: apps.find((app) => app[name]?.around !== undefined)?.[name]?.around ?? null,
  };
}

function onCluster(name: SiteName, app: App): ApplicationOnCluster {
  const notes = { unread: app[name]?.gaps ?? [], owners: new Map() };
  const facts = readApplication(app.namespaces, objectsOn(name, app), notes);
  return { facts, record: app[name]?.record ?? { state: "read", value: recordOn(name, app) } };
}

export function objectsOn(name: SiteName, app: AppSpec): readonly KubeObject[] {
  const full = withDefaults(app);
  const on = full[name] ?? {};
  const home = name === full.home;
  const replicas = on.replicas ?? (home ? 1 : 0);
  const annotations = on.annotations ?? (home ? (name === "west" ? ACTIVATED : {}) : STANDING_BY);
  const [namespace = ""] = full.namespaces;
  const pods = on.pods ?? replicas > 0;
  const objects = [
    ...full.namespaces.map((each) => namespaceObject(each)),
    statefulSet(namespace, "db", { replicas, annotations }),
    deployment(namespace, "web", { replicas, annotations }),
    claim(namespace, "data-db-0", { volume: `pv-${full.name}` }),
    volume(`pv-${full.name}`, { namespace, claim: "data-db-0" }),
    ...(pods ? [pod(namespace, "db-0", { claims: ["data-db-0"] })] : []),
    ...(on.more ?? []),
  ];
  return objects.filter((object) => on.without?.(object) !== true);
}

function recordOn(name: SiteName, app: App): ApplicationRecord {
  const [namespace = ""] = app.namespaces;
  const standby = name !== app.home;
  const workload = (kind: string, workloadName: string) => ({
    apiVersion: "apps/v1",
    kind,
    namespace,
    name: workloadName,
    replicas: 1,
  });
  return {
    ...emptyRecord(app.name),
    transitions: app[name]?.transitions ?? [],
    workloads: [workload("Deployment", "web"), workload("StatefulSet", "db")],
    claims: [{ namespace, name: "data-db-0", volume: `pv-${app.name}` }],
    reclaimPolicies: { [`pv-${app.name}`]: "Retain" },
    delivered:
      app[name]?.delivered !== undefined
        ? app[name].delivered
        : standby
          ? { content: folderDigest(folderFor(name, app), sha256), form: "standby" }
          : null,
  };
}

/** The folder of an undisturbed standby: what a render of the active cluster's objects gives. */
export function folderFor(standby: SiteName, app: AppSpec): ReadonlyMap<string, string> {
  const full = withDefaults(app);
  const source = standby === "east" ? "west" : "east";
  const key = JSON.stringify([standby, full.name, full.namespaces, full[source]?.more ?? []]);
  const known = FOLDERS.get(key) ?? renderFor(standby, source, full);
  FOLDERS.set(key, known);
  return known;
}

const FOLDERS = new Map<string, ReadonlyMap<string, string>>();

function renderFor(standby: SiteName, source: SiteName, full: App): ReadonlyMap<string, string> {
  const running: AppSpec = {
    name: full.name,
    namespaces: full.namespaces,
    home: source,
    [source]: { more: full[source]?.more ?? [] },
  };
  const rendered = renderApplication({
    application: full.name,
    sourceCluster: source,
    standbyCluster: standby,
    namespaces: full.namespaces,
    selector: null,
    objects: objectsOn(source, running),
    render: {
      secrets: "external",
      target: NO_MAPPINGS,
      exclude: [],
      accept: [],
      rules: [],
      rulesFile: "",
      compile: null,
    },
    previous: null,
    startup: [],
    digest: sha256,
  });
  return deactivateFolder(rendered.files);
}

function branchOf(name: SiteName, apps: readonly App[]) {
  const folders = new Map<string, ReadonlyMap<string, string>>();
  for (const app of apps) {
    const form = app.folder ?? "standby";
    if (name === app.home || form === "none") continue;
    const files = folderFor(name, app);
    folders.set(app.name, form === "active" ? activateFolder(files) : files);
  }
  return { branch: `dr/${name}`, tip: C5, folders };
}

function storkOn(name: SiteName, spec: WorldSpec, apps: readonly App[]): readonly KubeObject[] {
  const domains = {
    primary: spec.domains?.east ?? IN_SYNC,
    "dr-site": spec.domains?.west ?? IN_SYNC,
    witness: IN_SYNC,
  };
  return [
    domainsStatus(DOMAINS[name], domains),
    everyMinute(),
    ...apps.flatMap((app) => {
      const forward = app.home === "east";
      const copy = name !== app.home;
      const options = {
        namespaces: app.namespaces,
        copy,
        suspended: app.forward?.suspended ?? false,
        activated: copy && (app.forward?.activated ?? false),
      };
      return [
        clusterPair(app.namespaces.length === 1 ? (app.namespaces[0] ?? "") : "kube-system"),
        schedule(forward ? `drover-${app.name}` : `drover-${app.name}-reverse`, options),
      ];
    }),
  ];
}
