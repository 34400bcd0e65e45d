import { asList, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import { bytesOf } from "../workloads/provisioning.ts";
import { CLUSTER_PAIR } from "./kinds.ts";
import { collectVolumes } from "./migration-collect.ts";
import { moment, type StorkContext, StorkError, text, warn } from "./stork-context.ts";

/** How long a transfer through the object store takes, in the simulators' own milliseconds. */
const TRANSFER: readonly [number, number] = [8_000, 20_000];

type Write = (context: StorkContext, migration: KubeObject, changes: Fields) => Promise<KubeObject>;

/** Starts the transfer of every claim's volume (asynchronous DR); the pair must be paired at storage level too. */
export async function startVolumes(
  context: StorkContext,
  start: { readonly migration: KubeObject; readonly namespaces: readonly string[]; readonly write: Write },
): Promise<void> {
  const { migration, namespaces, write } = start;
  const { namespace = "" } = migration.metadata;
  const pair = await context.client.get({ ...CLUSTER_PAIR, namespace, name: text(migration, "spec", "clusterPair") });
  const storage = text(pair, "status", "storageStatus");
  if (storage !== "Ready") throw new StorkError(`cluster pair storage status is not ready, status: ${storage}`);
  const { claims } = await collectVolumes(context.client, migration, namespaces);
  const volumes = claims.map((claim) => ({
    bytesTotal: bytesOf(at(claim, "spec", "resources", "requests", "storage")),
    namespace: claim.metadata.namespace ?? "",
    persistentVolumeClaim: claim.metadata.name,
    reason: "transfer under way",
    status: "InProgress",
    volume: text(claim, "spec", "volumeName"),
  }));
  await write(context, migration, { stage: "Volumes", status: "InProgress", volumes });
}

/** Follows the transfers; one failed volume fails the Migration, and the others are not cancelled. */
export async function finishVolumes(
  context: StorkContext,
  migration: KubeObject,
  write: Write,
): Promise<number | undefined> {
  const { clock, random, faults } = context;
  const doneAt = moment(
    context,
    `${migration.metadata.uid ?? ""}/volumes`,
    () => clock.now() + clock.pace(random.between(...TRANSFER)),
  );
  if (clock.now() < doneAt) return doneAt - clock.now();
  const time = timestamp(clock.now());
  const failing = faults.migrations === "failed-volume";
  const volumes = asList(at(migration, "status", "volumes")).map((volume, index) => ({
    ...(volume as Fields),
    ...(failing && index === 0
      ? { status: "Failed", reason: "transfer failed" }
      : { status: "Successful", reason: "" }),
  }));
  if (!failing || volumes.length === 0) {
    const changes = { stage: "Applications", status: "InProgress", volumes, volumeMigrationFinishTimestamp: time };
    await write(context, migration, changes);
    return 0;
  }
  const ends = { finishTimestamp: time, volumeMigrationFinishTimestamp: time };
  const written = await write(context, migration, { stage: "Final", status: "Failed", volumes, ...ends });
  const message = `Error migrating volume ${text(volumes[0], "volume")}: transfer failed`;
  await warn(context, written, { reason: "Failed", message });
  return undefined;
}
