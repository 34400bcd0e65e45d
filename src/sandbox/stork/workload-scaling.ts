import { asFields, asNumber, at } from "../../core/model/fields.ts";
import { type KindRef, type KubeObject, refOf } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { CRON_JOB, DEPLOYMENT, isTerminating, STATEFUL_SET } from "../workloads/kinds.ts";
import { isStaticCopy, MARKS, SCHEDULE } from "./kinds.ts";

/** How an Action starts and stops workloads (Stork 24.3, `scaleupduringdr.go` and `scaledownduringdr.go`). */
const SCALED: readonly KindRef[] = [DEPLOYMENT, STATEFUL_SET];

async function inNamespace(client: SimulatorClient, kind: KindRef, namespace: string): Promise<readonly KubeObject[]> {
  return (await client.list(kind)).filter(
    (object) => object.metadata.namespace === namespace && !isTerminating(object),
  );
}

function remembered(object: KubeObject): number | null {
  const text = object.metadata.annotations?.[MARKS.migrationReplicas];
  return text === undefined ? null : Number(text);
}

/** What an activation of the namespace would start; nothing is written. */
export async function activatable(client: SimulatorClient, namespace: string): Promise<readonly KubeObject[]> {
  const scaled: KubeObject[] = [];
  for (const kind of SCALED) {
    scaled.push(...(await inNamespace(client, kind, namespace)).filter((object) => remembered(object) !== null));
  }
  const cronJobs = await inNamespace(client, CRON_JOB, namespace);
  return [...scaled, ...cronJobs.filter((object) => object.metadata.annotations?.[MARKS.migrated] !== undefined)];
}

/** Replica counts come back from the annotation, CronJobs run again; objects without marks are not touched. */
export async function activate(client: SimulatorClient, namespace: string): Promise<void> {
  for (const object of await activatable(client, namespace)) {
    if (object.kind === CRON_JOB.kind) await client.mergePatch(refOf(object), { spec: { suspend: false } });
    else await client.replace({ ...object, spec: { ...asFields(object["spec"]), replicas: remembered(object) ?? 0 } });
  }
}

/** Stops the objects of the same kinds and names, remembering their counts. Absent ones are skipped. */
export async function scaleDown(client: SimulatorClient, objects: readonly KubeObject[]): Promise<void> {
  for (const named of objects) {
    const object = await client.get(refOf(named));
    if (object === null) continue;
    if (object.kind === CRON_JOB.kind) {
      await client.mergePatch(refOf(object), { spec: { suspend: true } });
      continue;
    }
    const replicas = asNumber(at(object, "spec", "replicas")) ?? 1;
    const before = remembered(object) ?? 0;
    const kept = replicas === 0 && before > 0 ? before : replicas;
    const annotations = { ...object.metadata.annotations, [MARKS.migrationReplicas]: String(kept) };
    await client.replace({
      ...object,
      metadata: { ...object.metadata, annotations },
      spec: { ...asFields(object["spec"]), replicas: 0 },
    });
  }
}

/** Sets `applicationActivated` on the static copies in these namespaces. */
export async function markCopies(
  client: SimulatorClient,
  namespaces: readonly string[],
  applicationActivated: boolean,
): Promise<void> {
  for (const copy of await client.list(SCHEDULE)) {
    if (!isStaticCopy(copy) || !namespaces.includes(copy.metadata.namespace ?? "")) continue;
    if (at(copy, "status", "applicationActivated") === applicationActivated) continue;
    await client.replace({ ...copy, status: { ...asFields(copy["status"]), applicationActivated } });
  }
}
