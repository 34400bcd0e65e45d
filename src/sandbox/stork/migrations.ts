import { asBoolean, asFields, asList, asString, asStringMap, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import { isTerminating, refTo } from "../workloads/kinds.ts";
import { asMigration } from "./go-types.ts";
import { hasFinalizer, MARKS, NAMESPACE, SCHEDULE, withFinalizer, withoutFinalizer } from "./kinds.ts";
import { applyMigration } from "./migration-apply.ts";
import { collect } from "./migration-collect.ts";
import { type ResourceResult, summaryOf } from "./migration-status.ts";
import { startVolumes, finishVolumes } from "./migration-volumes.ts";
import { isLocalDomainInactive, moment, remoteOf, type StorkContext, StorkError, text, warn } from "./stork-context.ts";

/** How long collecting and applying takes, in the simulators' own milliseconds; the seed chooses in between. */
const APPLYING: readonly [number, number] = [1_500, 6_000];

/** What Stork assumes where the spec says nothing; written back when a Migration starts. */
const DEFAULTS: Fields = {
  ignoreOwnerReferencesCheck: false,
  includeNetworkPolicyWithCIDR: false,
  includeResources: true,
  includeVolumes: true,
  purgeDeletedResources: false,
  skipDeletedNamespaces: true,
  skipServiceUpdate: false,
  startApplications: false,
};

/**
 * One look at a Migration (Stork 24.3, `controllers/migration.go`). Done means stage Final and nothing else; a missing
 * precondition leaves it where it is for ever, visible only as a Warning event. Returns when to look again.
 */
export async function reconcileMigration(context: StorkContext, object: KubeObject): Promise<number | undefined> {
  const { client } = context;
  if (isTerminating(object)) {
    if (hasFinalizer(object)) await client.replace(withoutFinalizer(asMigration(object)));
    return undefined;
  }
  const migration = hasFinalizer(object)
    ? asMigration(object)
    : asMigration(await client.replace(withFinalizer(asMigration(object))));
  switch (text(migration, "status", "stage")) {
    case "":
      await begin(context, migration);
      return 0;
    case "Volumes":
      return finishVolumes(context, migration, writeStatus);
    case "Applications":
      return applications(context, migration);
    default:
      return undefined;
  }
}

/** Replaces the object with parts of its status changed and the summary brought up to date. */
export async function writeStatus(
  { client, clock }: StorkContext,
  migration: KubeObject,
  changes: Fields,
): Promise<KubeObject> {
  const changed = { ...migration, status: { ...asFields(migration["status"]), ...changes } };
  const summary = summaryOf(changed, clock.now());
  return client.replace({ ...changed, status: { ...asFields(changed.status), summary } });
}

async function begin(context: StorkContext, unset: KubeObject): Promise<void> {
  const { clock } = context;
  if (text(unset, "spec", "clusterPair") === "") throw new StorkError("clusterPair to migrate to cannot be empty");
  const namespaces = await namespacesOf(context, unset);
  const migration = withDefaults(unset);
  const now = timestamp(clock.now());
  if (isLocalDomainInactive(context)) {
    await fail(context, migration, "Failing migration since local clusterdomain is inactive");
  } else if (await isRemoteActive(context, migration)) {
    await fail(context, migration, "Failing migration since applications are active on the remote cluster");
  } else if (await lacksNamespace(context, migration, namespaces)) {
    await fail(context, migration, "Failing migration since a namespace was deleted");
  } else if (asBoolean(at(migration, "spec", "includeVolumes")) === true) {
    await startVolumes(context, { migration, namespaces, write: writeStatus });
  } else {
    await writeStatus(context, migration, { stage: "Applications", volumeMigrationFinishTimestamp: now });
  }
}

function withDefaults(migration: KubeObject): KubeObject {
  const spec = asFields(migration["spec"]);
  const filled = Object.fromEntries(Object.entries(DEFAULTS).map(([key, value]) => [key, spec[key] ?? value]));
  return { ...migration, spec: { ...spec, ...filled } };
}

/** Named namespaces and selected ones. Outside the admin namespace only the Migration's own is allowed. */
async function namespacesOf(
  { client, adminNamespace }: StorkContext,
  migration: KubeObject,
): Promise<readonly string[]> {
  const named = asList(at(migration, "spec", "namespaces")).flatMap((name) => asString(name) ?? []);
  const selectors = Object.entries(asStringMap(at(migration, "spec", "namespaceSelectors")));
  const selected = (selectors.length === 0 ? [] : await client.list(NAMESPACE))
    .filter(({ metadata }) => selectors.some(([key, value]) => metadata.labels?.[key] === value))
    .map(({ metadata }) => metadata.name);
  const namespaces = [...new Set([...named, ...selected])];
  if (namespaces.length === 0) throw new StorkError("no namespaces found to migrate");
  const own = migration.metadata.namespace;
  if (own !== adminNamespace && namespaces.some((namespace) => namespace !== own)) {
    throw new StorkError("migration namespaces should only contain the current namespace");
  }
  return namespaces;
}

async function lacksNamespace(
  { client }: StorkContext,
  migration: KubeObject,
  namespaces: readonly string[],
): Promise<boolean> {
  if (asBoolean(at(migration, "spec", "skipDeletedNamespaces")) !== false) return false;
  const known = new Set((await client.list(NAMESPACE)).map(({ metadata }) => metadata.name));
  return namespaces.some((namespace) => !known.has(namespace));
}

/** The guard of a failed-over site: a run of a schedule whose static copy reports active applications is refused. */
async function isRemoteActive(context: StorkContext, migration: KubeObject): Promise<boolean> {
  const schedule = migration.metadata.annotations?.[MARKS.scheduleName];
  const { namespace = "" } = migration.metadata;
  if (schedule === undefined) return false;
  const remote = await remoteOf(context, namespace, text(migration, "spec", "clusterPair"));
  const copy = await remote.get(refTo(SCHEDULE, namespace, schedule));
  return asBoolean(at(copy, "status", "applicationActivated")) === true;
}

async function fail(context: StorkContext, migration: KubeObject, message: string): Promise<void> {
  const finishTimestamp = timestamp(context.clock.now());
  const written = await writeStatus(context, migration, { stage: "Final", status: "Failed", finishTimestamp });
  await warn(context, written, { reason: "Failed", message });
}

async function applications(context: StorkContext, migration: KubeObject): Promise<number | undefined> {
  const { clock, random, faults, memory } = context;
  if (faults.migrations === "stuck") throw new StorkError("error applying resources: context deadline exceeded");
  const { namespace = "", uid = "" } = migration.metadata;
  const remote = await remoteOf(context, namespace, text(migration, "spec", "clusterPair"));
  const readyAt = moment(context, `${uid}/apply`, () => clock.now() + clock.pace(random.between(...APPLYING)));
  if (clock.now() < readyAt) return readyAt - clock.now();
  const namespaces = await namespacesOf(context, migration);
  const collected = await collect(context.client, migration, namespaces);
  const applied = await applyMigration(context, { migration, remote, namespaces, collected });
  if (applied.outcome === "waiting") return clock.pace(1_000);
  memory.moments.delete(`${uid}/apply`);
  await finish(context, migration, applied.resources);
  return undefined;
}

async function finish(
  context: StorkContext,
  migration: KubeObject,
  resources: readonly ResourceResult[],
): Promise<void> {
  const time = timestamp(context.clock.now());
  const failed = resources.filter(({ status }) => status === "Failed");
  // Without resources the end is always Successful, even if single volume objects failed.
  const volumesOnly = asBoolean(at(migration, "spec", "includeResources")) === false;
  const written = await writeStatus(context, migration, {
    stage: "Final",
    status: failed.length > 0 && !volumesOnly ? "PartialSuccess" : "Successful",
    resources,
    finishTimestamp: time,
    resourceMigrationFinishTimestamp: time,
  });
  for (const { kind, name, reason } of failed) {
    await warn(context, written, { reason: "Failed", message: `Error applying ${kind} ${name}: ${reason}` });
  }
}
