import { asBoolean, asFields, asList, asString, at } from "../../core/model/fields.ts";
import type { Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { type Condition, type ConditionRead, MET, type Verdict } from "../../core/model/operation.ts";
import { STORK } from "./names.ts";
import { domainState, findSchedule, runningMigrations } from "./observe.ts";

/** The waits of this provider. Built here and decided here, so that the arguments have one reader and one writer. */
export type StorkWait =
  /** `settled`: not in the middle of a resynchronisation, which is no point in time. */
  | {
      readonly check: "domain";
      readonly domain: string;
      readonly active: boolean;
      readonly inSync: boolean;
      readonly settled?: true;
    }
  | { readonly check: "domain-update"; readonly name: string }
  | { readonly check: "migration"; readonly namespace: string; readonly name: string }
  | { readonly check: "idle"; readonly namespace: string; readonly namespaces: readonly string[] }
  | { readonly check: "static-copy"; readonly namespace: string; readonly name: string }
  | { readonly check: "first-run"; readonly namespace: string; readonly name: string };

/** The wait as data: what must be read on the cluster, and the arguments `evaluate` gets back. */
export function storkCondition(cluster: string, wait: StorkWait): Condition {
  const test = { name: "provider", provider: "portworx", arguments: { ...wait } } as const;
  return { cluster, test, reads: readsOf(wait) };
}

function readsOf(wait: StorkWait): readonly ConditionRead[] {
  const cluster = (kind: string): ConditionRead => ({
    type: "list",
    query: { apiVersion: STORK, kind, namespace: null },
  });
  const object = (kind: string, namespace: string | null, name: string): ConditionRead => ({
    type: "object",
    ref: { apiVersion: STORK, kind, namespace, name },
  });
  switch (wait.check) {
    case "domain":
      return [cluster("ClusterDomainsStatus")];
    case "domain-update":
      return [object("ClusterDomainUpdate", null, wait.name)];
    case "migration":
      return [object("Migration", wait.namespace, wait.name)];
    case "idle":
      return [{ type: "list", query: { apiVersion: STORK, kind: "Migration", namespace: wait.namespace } }];
    case "static-copy":
    case "first-run":
      return [object("MigrationSchedule", wait.namespace, wait.name)];
  }
}

/** Decides a wait over freshly read objects. Arguments that are not ours are a failed wait, never a met one. */
export function evaluate(condition: Fields, objects: readonly KubeObject[]): Verdict {
  const text = (key: string): string => asString(condition[key]) ?? "";
  switch (condition["check"]) {
    case "domain":
      return domainVerdict(condition, objects);
    case "domain-update":
      return domainUpdateVerdict(objects, text("name"));
    case "migration":
      return migrationVerdict(objects, text("name"));
    case "idle":
      return idleVerdict(condition, objects);
    case "static-copy":
      return copyVerdict(condition, objects);
    case "first-run":
      return firstRunVerdict(condition, objects);
    default:
      return { state: "failed", why: "unknown condition" };
  }
}

function domainVerdict(condition: Fields, objects: readonly KubeObject[]): Verdict {
  const domain = asString(condition["domain"]) ?? "";
  const wantActive = asBoolean(condition["active"]) ?? false;
  const wantSync = asBoolean(condition["inSync"]) ?? false;
  const state = domainState(objects, domain);
  if (state === null) return { state: "pending", why: `cluster domain ${domain} is not reported` };
  if (state.active !== wantActive) {
    return { state: "pending", why: `cluster domain ${domain} is ${state.active ? "Active" : "Inactive"}` };
  }
  const resyncing = condition["settled"] === true && (state.sync === "SyncInProgress" || state.sync === "Unknown");
  return (!wantSync && !resyncing) || state.sync === "InSync"
    ? MET
    : { state: "pending", why: `cluster domain ${domain} is ${state.sync}` };
}

function domainUpdateVerdict(objects: readonly KubeObject[], name: string): Verdict {
  const status = asFields(at(objects[0], "status"));
  if (status["status"] === "Successful") return MET;
  const reason = asString(status["reason"]) ?? "";
  return status["status"] === "Failed"
    ? { state: "failed", why: `ClusterDomainUpdate ${name} failed: ${reason}` }
    : { state: "pending", why: `ClusterDomainUpdate ${name} is not acknowledged` };
}

/** Final is the only end; even a Successful one is read object by object (stork sheet, hazard 34). */
function migrationVerdict(objects: readonly KubeObject[], name: string): Verdict {
  const migration = objects[0];
  if (at(migration, "status", "stage") !== "Final") {
    return { state: "pending", why: `Migration ${name} has not ended` };
  }
  const bad = asList(at(migration, "status", "resources"))
    .map(asFields)
    .filter((resource) => resource["status"] !== "Successful" && resource["status"] !== "Purged");
  if (at(migration, "status", "status") === "Successful" && bad.length === 0) return MET;
  const first = bad[0];
  const detail = first === undefined ? "" : `: ${String(first["kind"])} ${String(first["name"])} did not move`;
  return { state: "failed", why: `Migration ${name} ended ${String(at(migration, "status", "status"))}${detail}` };
}

function idleVerdict(condition: Fields, objects: readonly KubeObject[]): Verdict {
  const namespaces = asList(condition["namespaces"]).flatMap((name) => asString(name) ?? []);
  const running = runningMigrations(objects, namespaces);
  return running.length === 0 ? MET : { state: "pending", why: `Migration ${running.join(", ")} is still running` };
}

function copyVerdict(condition: Fields, objects: readonly KubeObject[]): Verdict {
  const name = asString(condition["name"]) ?? "";
  const facts = findSchedule(objects, { namespace: asString(condition["namespace"]) ?? "", name });
  if (facts === null) return { state: "pending", why: `the schedule's copy ${name} is not on the other side yet` };
  return facts.staticCopy
    ? MET
    : { state: "failed", why: `a MigrationSchedule ${name} that is not Stork's copy stands on the other side` };
}

function firstRunVerdict(condition: Fields, objects: readonly KubeObject[]): Verdict {
  const name = asString(condition["name"]) ?? "";
  const facts = findSchedule(objects, { namespace: asString(condition["namespace"]) ?? "", name });
  return facts !== null && facts.goodRuns.length > 0
    ? MET
    : { state: "pending", why: `MigrationSchedule ${name} has no successful run yet` };
}
