import { asBoolean, asFields, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { sameJson } from "../workloads/changes.ts";
import { isTerminating, refTo } from "../workloads/kinds.ts";
import { asSchedule } from "./go-types.ts";
import {
  FINALIZER,
  hasFinalizer,
  isStaticCopy,
  MARKS,
  MIGRATION,
  nameTime,
  NAMESPACE,
  POLICY,
  resourceHash,
  SCHEDULE,
  withFinalizer,
  withoutFinalizer,
} from "./kinds.ts";
import { allItems, isUnfinished, itemsOf, lastStart, pruned, refreshed, type ScheduleItems } from "./schedule-items.ts";
import { type PolicyType, readPolicy } from "./schedule-policies.ts";
import { isLocalDomainInactive, remoteOf, type StorkContext, StorkError, text, warn } from "./stork-context.ts";

/**
 * One look at a MigrationSchedule (Stork 24.3, `controllers/migrationschedule.go`): keeps the static copy on the remote
 * cluster, suspends itself where it must, follows its runs, starts the next one, and forgets old ones. When the remote
 * cluster does not answer the look ends there: nothing starts, and the items freeze.
 */
export async function reconcileSchedule(context: StorkContext, object: KubeObject): Promise<void> {
  const { client } = context;
  if (isTerminating(object)) {
    await endSchedule(client, object);
    return;
  }
  if (isStaticCopy(object)) {
    if (asBoolean(at(object, "spec", "suspend")) === null) await client.replace(suspended(asSchedule(object), false));
    return;
  }
  let schedule = hasFinalizer(object) ? asSchedule(object) : await client.replace(withFinalizer(asSchedule(object)));
  if (asBoolean(at(schedule, "spec", "suspend")) === null) schedule = suspended(schedule, false);
  const remote = isSuspended(schedule) ? null : await syncCopy(context, schedule);
  schedule = await suspendWhereDue(context, schedule, remote);
  schedule = await followRuns(context, schedule);
  if (remote !== null && !isSuspended(schedule)) await startRun(context, schedule, remote);
}

async function endSchedule(client: SimulatorClient, schedule: KubeObject): Promise<void> {
  for (const migration of await childrenOf(client, schedule)) {
    if (!isTerminating(migration))
      await client.delete(refTo(MIGRATION, migration.metadata.namespace, migration.metadata.name));
  }
  if (hasFinalizer(schedule)) await client.replace(withoutFinalizer(asSchedule(schedule)));
}

async function childrenOf(client: SimulatorClient, { metadata }: KubeObject): Promise<readonly KubeObject[]> {
  const migrations = await client.list(MIGRATION);
  return migrations.filter(
    (migration) =>
      migration.metadata.namespace === metadata.namespace &&
      (migration.metadata.ownerReferences ?? []).some(({ uid }) => uid === metadata.uid),
  );
}

function isSuspended(schedule: KubeObject): boolean {
  return asBoolean(at(schedule, "spec", "suspend")) === true;
}

function suspended(schedule: KubeObject, suspend: boolean): KubeObject {
  return { ...schedule, spec: { ...asFields(schedule["spec"]), suspend } };
}

function withItems(schedule: KubeObject, items: ScheduleItems): KubeObject {
  return { ...schedule, status: { ...asFields(schedule["status"]), items } };
}

interface Remote {
  readonly client: SimulatorClient;
  readonly copy: KubeObject;
}

async function syncCopy(context: StorkContext, schedule: KubeObject): Promise<Remote> {
  const { name, namespace = "" } = schedule.metadata;
  const remote = await remoteOf(context, namespace, text(schedule, "spec", "template", "spec", "clusterPair"));
  const copy = await remote.get({ ...SCHEDULE, namespace, name });
  if (copy === null) return { client: remote, copy: await createCopy(context, schedule, remote) };
  if (!isStaticCopy(copy))
    throw new StorkError(`migrationschedule ${name} exists on the remote cluster and is not a static copy`);
  return { client: remote, copy };
}

async function createCopy(
  { client }: StorkContext,
  schedule: KubeObject,
  remote: SimulatorClient,
): Promise<KubeObject> {
  const { name, namespace = "", labels, annotations, ownerReferences } = schedule.metadata;
  const namespaceRef = { ...NAMESPACE, namespace: null, name: namespace };
  if ((await remote.get(namespaceRef)) === null)
    await remote.create(namespaceCopy(namespace, await client.get(namespaceRef)));
  return remote.create({
    ...SCHEDULE,
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      annotations: {
        ...annotations,
        [MARKS.staticCopy]: "true",
        [MARKS.resourceHash]: resourceHash(at(schedule, "spec", "template")),
      },
      finalizers: [FINALIZER],
    },
    spec: { ...asFields(schedule["spec"]), suspend: true },
    status: { applicationActivated: false, items: null },
  });
}

/** A namespace as Stork makes it on the other side: labels and annotations of the source, Rancher's left out. */
export function namespaceCopy(name: string, source: KubeObject | null): KubeObject {
  const kept = (map: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !key.includes("cattle.io")));
  const { labels, annotations } = source?.metadata ?? {};
  return { ...NAMESPACE, metadata: { name, labels: kept(labels), annotations: kept(annotations) } };
}

async function suspendWhereDue(
  context: StorkContext,
  schedule: KubeObject,
  remote: Remote | null,
): Promise<KubeObject> {
  if (isSuspended(schedule)) return schedule;
  const activated = asBoolean(at(remote?.copy, "status", "applicationActivated")) === true;
  if (activated && asBoolean(at(schedule, "spec", "autoSuspend")) === true) {
    return suspendWith(
      context,
      schedule,
      "Suspending migration schedule since migrated apps are active on remote cluster",
    );
  }
  if (isLocalDomainInactive(context)) {
    return suspendWith(context, schedule, "Suspending migration schedule since local clusterdomain is inactive");
  }
  return schedule;
}

async function suspendWith(context: StorkContext, schedule: KubeObject, message: string): Promise<KubeObject> {
  const written = await context.client.replace(suspended(schedule, true));
  await warn(context, written, { reason: "Suspended", message });
  return written;
}

async function followRuns({ client, clock }: StorkContext, schedule: KubeObject): Promise<KubeObject> {
  const before = itemsOf(schedule);
  if (allItems(before).length === 0) return schedule;
  const children = await childrenOf(client, schedule);
  const after = pruned(refreshed(before, children, clock.now()));
  if (sameJson(before, after)) return schedule;
  const kept = new Set(allItems(after).map(({ name }) => name));
  for (const { name } of allItems(before)) {
    if (!kept.has(name)) await client.delete(refTo(MIGRATION, schedule.metadata.namespace, name));
  }
  return client.replace(withItems(schedule, after));
}

async function startRun(context: StorkContext, schedule: KubeObject, remote: Remote): Promise<void> {
  const { client, clock } = context;
  const items = itemsOf(schedule);
  if (allItems(items).some(isUnfinished)) return;
  const now = clock.now();
  const type = await dueType(context, schedule, now);
  if (type === null) return;
  await syncTemplate(schedule, remote);
  const name = `${schedule.metadata.name}-${type.toLowerCase()}-${nameTime(now)}`;
  const item = { creationTimestamp: timestamp(now), finishTimestamp: null, name, status: "Pending" };
  const written = await client.replace(withItems(schedule, { ...items, [type]: [...(items[type] ?? []), item] }));
  await client.create(migrationOf(written, name));
}

async function dueType({ client }: StorkContext, schedule: KubeObject, now: number): Promise<PolicyType | null> {
  const name = text(schedule, "spec", "schedulePolicyName");
  const object = await client.get({ ...POLICY, namespace: null, name });
  if (object === null) throw new StorkError(`schedulepolicies.stork.libopenstorage.org "${name}" not found`);
  const policy = readPolicy(object);
  if (!policy.valid) throw new StorkError(`invalid schedule policy ${name}`);
  const items = itemsOf(schedule);
  return policy.sections.find(({ type, due }) => due(now, lastStart(items, type)))?.type ?? null;
}

/** Only the template follows the schedule, and only when a run starts. */
async function syncTemplate(schedule: KubeObject, { client, copy }: Remote): Promise<void> {
  const template = at(schedule, "spec", "template");
  const hash = resourceHash(template);
  if (copy.metadata.annotations?.[MARKS.resourceHash] === hash) return;
  const annotations = { ...copy.metadata.annotations, [MARKS.resourceHash]: hash };
  const spec = { ...asFields(copy["spec"]), template };
  await client.replace({ ...copy, metadata: { ...copy.metadata, annotations }, spec });
}

function migrationOf(schedule: KubeObject, name: string): KubeObject {
  const { apiVersion, kind, metadata } = schedule;
  return {
    ...MIGRATION,
    metadata: {
      name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      annotations: { ...metadata.annotations, [MARKS.scheduleName]: metadata.name },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "" }],
    },
    spec: at(schedule, "spec", "template", "spec") as Fields,
  };
}
