import { asFields, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { SimulatorFault } from "../client/simulator-fault.ts";
import { isTerminating } from "../workloads/kinds.ts";
import { asClusterPair } from "./go-types.ts";
import { hasFinalizer, withFinalizer, withoutFinalizer } from "./kinds.ts";
import { type StorkContext, StorkError, text } from "./stork-context.ts";

/**
 * One look at a ClusterPair (Stork 24.3, `controllers/clusterpair.go`). Both statuses are sticky: once Ready, an expired
 * token or a dead remote cluster does not show.
 */
export async function reconcileClusterPair(context: StorkContext, object: KubeObject): Promise<void> {
  const { client } = context;
  if (isTerminating(object)) {
    if (hasFinalizer(object)) await client.replace(withoutFinalizer(asClusterPair(object)));
    return;
  }
  const pair = asClusterPair(
    hasFinalizer(object) ? object : await client.replace(withFinalizer(asClusterPair(object))),
  );
  const status = asFields(pair["status"]);
  const storage = storageStatus(context, pair);
  const reachable = text(status, "schedulerStatus") === "Ready" || (await answers(context, pair));
  const next = { ...storage, schedulerStatus: reachable ? "Ready" : "Error" };
  const changed = Object.entries(next).some(([key, value]) => status[key] !== value);
  if (changed) await client.replace({ ...pair, status: { ...status, ...next } });
  if (!reachable) throw new StorkError("Error testing scheduler connection: the remote cluster does not answer");
}

function storageStatus({ domain }: StorkContext, pair: KubeObject): Readonly<Record<string, string>> {
  const status = asFields(pair["status"]);
  if (text(status, "storageStatus") === "Ready") return {};
  if (text(pair, "spec", "options", "token") === "") return { storageStatus: "NotProvided" };
  return { storageStatus: "Ready", remoteStorageId: `remote-of-${domain}` };
}

async function answers({ connect }: StorkContext, pair: KubeObject): Promise<boolean> {
  const remote = connect(asFields(at(pair, "spec", "config")));
  if (remote === null) return false;
  try {
    await remote.version();
    return true;
  } catch (error) {
    if (error instanceof SimulatorFault) return false;
    throw error;
  }
}
