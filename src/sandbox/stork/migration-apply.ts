import { asBoolean, asFields, asString, at } from "../../core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import { refOf } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { hasCode, SimulatorFault } from "../client/simulator-fault.ts";
import { CLAIM, isTerminating, refTo, STORAGE_CLASS, VOLUME } from "../workloads/kinds.ts";
import { MARKS, NAMESPACE } from "./kinds.ts";
import { type Collected, COLLECTED_KINDS, listServed } from "./migration-collect.ts";
import { type Origin, preparedResource, preparedVolume } from "./migration-prepare.ts";
import { purgedResult, resourceResult, type ResourceResult } from "./migration-status.ts";
import { namespaceCopy } from "./migration-schedules.ts";
import { moment, type StorkContext } from "./stork-context.ts";

export interface Application {
  readonly migration: KubeObject;
  readonly remote: SimulatorClient;
  readonly namespaces: readonly string[];
  readonly collected: Collected;
}

export type Applied =
  | { readonly outcome: "done"; readonly resources: readonly ResourceResult[] }
  /** Something is still being deleted or bound: look again. */
  | { readonly outcome: "waiting" };

/** How long Stork waits for a deletion or a binding before it gives the object up. */
const PATIENCE_MS = 120_000;

/** One object's way: written, still on it, or given up for a reason. */
type Progress = "done" | "waiting" | { readonly failed: string };

/**
 * Brings the collected objects to the other side (Stork 24.3, `applyResources`). There is no update in place: a changed
 * object is deleted and made anew. Each call goes as far as it can without waiting, so it is called until it is done.
 */
export async function applyMigration(context: StorkContext, application: Application): Promise<Applied> {
  const { migration, remote, namespaces, collected } = application;
  const { clock, faults } = context;
  const origin: Origin = {
    migration,
    now: clock.now(),
    start: asBoolean(at(migration, "spec", "startApplications")) === true,
  };
  for (const namespace of namespaces) await ensureNamespace(context, remote, namespace);
  const objects = [...collected.volumes, ...collected.claims, ...collected.resources];
  const spoilt = spoiltObject(faults.migrations, objects);
  const results: ResourceResult[] = [];
  let waiting = false;
  for (const object of objects) {
    const progress: Progress =
      object === spoilt
        ? { failed: "error applying object" }
        : await patiently(context, application, { object, origin });
    if (progress === "waiting") waiting = true;
    else results.push(resultOf(object, progress));
  }
  if (waiting) return { outcome: "waiting" };
  await restoreClasses(context, remote, collected.volumes);
  const purged = asBoolean(at(migration, "spec", "purgeDeletedResources")) === true ? await purge(application) : [];
  return { outcome: "done", resources: [...results, ...purged] };
}

function spoiltObject(fault: string, objects: readonly KubeObject[]): KubeObject | undefined {
  if (fault === "failed-volume") return objects.find((object) => object.kind === VOLUME.kind);
  return fault === "partial" ? objects.at(-1) : undefined;
}

function resultOf(object: KubeObject, progress: Exclude<Progress, "waiting">): ResourceResult {
  if (progress === "done") {
    return resourceResult(object, { status: "Successful", reason: "Resource migrated successfully" });
  }
  return resourceResult(object, { status: "Failed", reason: progress.failed });
}

async function ensureNamespace({ client }: StorkContext, remote: SimulatorClient, name: string): Promise<void> {
  const ref = { ...NAMESPACE, namespace: null, name };
  const source = await client.get(ref);
  if (source !== null && (await remote.get(ref)) === null) await remote.create(namespaceCopy(name, source));
}

interface Item {
  readonly object: KubeObject;
  readonly origin: Origin;
}

/** Applies one object; what waits for too long, or what the other side refuses, counts as failed. */
async function patiently(context: StorkContext, application: Application, item: Item): Promise<Progress> {
  const { clock, memory } = context;
  const { uid = "" } = application.migration.metadata;
  const key = `${uid}/waiting/${item.object.metadata.uid ?? ""}`;
  try {
    const progress = await applyOne(application.remote, item);
    if (progress !== "waiting") memory.moments.delete(key);
    else if (clock.now() - moment(context, key, clock.now) > clock.pace(PATIENCE_MS)) {
      return { failed: "timed out waiting for the object to be deleted or bound" };
    }
    return progress;
  } catch (error) {
    if (error instanceof SimulatorFault && (error.code === "invalid" || error.code === "unauthorized")) {
      return { failed: error.message };
    }
    if (hasCode(error, "conflict") || hasCode(error, "already-exists")) return "waiting";
    throw error;
  }
}

function applyOne(remote: SimulatorClient, item: Item): Promise<Progress> {
  if (item.object.kind === VOLUME.kind) return applyVolume(remote, item);
  if (item.object.kind === CLAIM.kind) return applyClaim(remote, item);
  if (item.object.kind === "ServiceAccount") return mergeServiceAccount(remote, item);
  return recreate(remote, preparedResource(item.object, item.origin));
}

/**
 * A volume there that names the storage's volume otherwise is deleted together with its claim; this is the moment at
 * which a reclaim policy of Delete over there destroys the shared data. Then: create, or refresh marks and policy.
 */
async function applyVolume(remote: SimulatorClient, { object, origin }: Item): Promise<Progress> {
  const { name } = object.metadata;
  const ref = refTo(VOLUME, null, name);
  const prepared = preparedVolume(object, origin);
  const there = await remote.get(ref);
  if (there === null) {
    await remote.create(prepared);
    return "done";
  }
  if (isTerminating(there)) return "waiting";
  const handle = asString(at(there, "spec", "csi", "volumeHandle"));
  if (handle !== null && handle !== name) {
    await remote.delete(ref);
    const claim = at(object, "spec", "claimRef");
    await remote.delete(refTo(CLAIM, asString(at(claim, "namespace")), asString(at(claim, "name")) ?? ""));
    return "waiting";
  }
  const metadata = { ...there.metadata, annotations: prepared.metadata.annotations ?? {} };
  await remote.replace({
    ...there,
    metadata,
    spec: { ...asFields(there["spec"]), persistentVolumeReclaimPolicy: "Retain" },
  });
  return "done";
}

/** The claim, then the volume's reference to it, then the wait until it is bound. */
async function applyClaim(remote: SimulatorClient, { object, origin }: Item): Promise<Progress> {
  const written = await recreate(remote, preparedResource(object, origin));
  if (written !== "done") return written;
  const claim = await remote.get(refOf(object));
  if (claim === null) return "waiting";
  const volumeRef = refTo(VOLUME, null, asString(at(claim, "spec", "volumeName")) ?? "");
  const volume = await remote.get(volumeRef);
  if (volume === null || isTerminating(volume)) return "waiting";
  if (at(volume, "spec", "claimRef", "uid") !== claim.metadata.uid) {
    const { name, namespace, uid } = claim.metadata;
    await remote.replace({
      ...volume,
      spec: { ...asFields(volume["spec"]), claimRef: { ...CLAIM, namespace, name, uid } },
    });
  }
  return at(claim, "status", "phase") === "Bound" ? "done" : "waiting";
}

async function recreate(remote: SimulatorClient, prepared: KubeObject): Promise<Progress> {
  const ref = refOf(prepared);
  const there = await remote.get(ref);
  if (there === null) {
    await remote.create(prepared);
    return "done";
  }
  if (isTerminating(there)) return "waiting";
  const hash = prepared.metadata.annotations?.[MARKS.resourceHash];
  if (there.metadata.annotations?.[MARKS.resourceHash] === hash) return "done";
  await stripAndDelete(remote, ref, there);
  return "waiting";
}

/** Finalizers are taken away first, except the ones that protect a claim in use. */
async function stripAndDelete(remote: SimulatorClient, ref: ObjectRef, there: KubeObject): Promise<void> {
  if (there.kind !== CLAIM.kind && (there.metadata.finalizers ?? []).length > 0) {
    await remote.mergePatch(ref, { metadata: { finalizers: null } });
  }
  await remote.delete(ref, { propagation: "Foreground" });
}

async function mergeServiceAccount(remote: SimulatorClient, { object, origin }: Item): Promise<Progress> {
  const prepared = preparedResource(object, origin);
  const ref = refOf(object);
  if ((await remote.get(ref)) === null) await remote.create(prepared);
  else await remote.mergePatch(ref, { metadata: { annotations: prepared.metadata.annotations ?? {} } });
  return "done";
}

/** Storage classes are made if missing, and each volume gets its own back. */
async function restoreClasses(
  { client }: StorkContext,
  remote: SimulatorClient,
  volumes: readonly KubeObject[],
): Promise<void> {
  for (const volume of volumes) {
    const name = asString(at(volume, "spec", "storageClassName")) ?? "";
    if (name === "") continue;
    await ensureClass(client, remote, name);
    const ref = refTo(VOLUME, null, volume.metadata.name);
    const there = await remote.get(ref);
    if (there === null || at(there, "spec", "storageClassName") === name) continue;
    await remote.replace({ ...there, spec: { ...asFields(there["spec"]), storageClassName: name } });
  }
}

async function ensureClass(client: SimulatorClient, remote: SimulatorClient, name: string): Promise<void> {
  const ref = refTo(STORAGE_CLASS, null, name);
  if ((await remote.get(ref)) !== null) return;
  const source = await client.get(ref);
  if (source === null) return;
  const { uid: _, resourceVersion: __, ...metadata } = source.metadata;
  await remote.create({ ...source, metadata });
}

/** Migrated objects there that the source no longer has. */
async function purge({ remote, namespaces, collected }: Application): Promise<readonly ResourceResult[]> {
  const sources = new Set([...collected.resources, ...collected.claims].map(identity));
  const purged: ResourceResult[] = [];
  for (const kind of [...COLLECTED_KINDS, CLAIM]) {
    if (kind.kind === "ServiceAccount") continue;
    for (const object of await listServed(remote, kind)) {
      const mine =
        namespaces.includes(object.metadata.namespace ?? "") &&
        object.metadata.annotations?.[MARKS.migrated] === "true";
      if (!mine || isTerminating(object) || sources.has(identity(object))) continue;
      await stripAndDelete(remote, refOf(object), object);
      purged.push(purgedResult(object));
    }
  }
  return purged;
}

function identity({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}
