import { asString, at } from "../core/model/fields.ts";
import type { KubeObject, ObjectRef } from "../core/model/kube-object.ts";
import { DROVER_NAMESPACE } from "../core/model/record.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";

const REF: ObjectRef = { apiVersion: "v1", kind: "Secret", namespace: DROVER_NAMESPACE, name: "drover-seal" };
const FIELD = "key";

export type SealKey =
  | { readonly state: "read"; readonly key: string }
  /** There is none yet. */
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly why: string };

/** The key under which a cluster's captured values are fingerprinted: it says whether a value changed, and opens nothing. */
export async function readSealKey(port: ClusterPort): Promise<SealKey> {
  const secret = await port.get(REF);
  return secret === null ? { state: "absent" } : keyOf(secret);
}

/**
 * The same, made if there is none. It is only ever created, so that two runs at a time do no harm: the one that comes
 * second takes the other's.
 */
export async function ensureSealKey(port: ClusterPort, fresh: () => string): Promise<SealKey> {
  const known = await readSealKey(port);
  if (known.state !== "absent") return known;
  const { apiVersion, kind, name } = REF;
  const namespace: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: DROVER_NAMESPACE } };
  if ((await port.get({ ...REF, kind: "Namespace", namespace: null, name: DROVER_NAMESPACE })) === null)
    await createOrLeave(port, namespace);
  const metadata = { name, namespace: DROVER_NAMESPACE };
  await createOrLeave(port, { apiVersion, kind, metadata, type: "Opaque", data: { [FIELD]: fresh() } });
  return readSealKey(port);
}

async function createOrLeave(port: ClusterPort, object: KubeObject): Promise<void> {
  try {
    await port.create(object);
  } catch (error) {
    if (!(error instanceof ClusterFault) || error.code !== "already-exists") throw error;
  }
}

/** 32 bytes in base64, as the API returns a Secret's values. */
function keyOf(secret: KubeObject): SealKey {
  const key = asString(at(secret, "data", FIELD)) ?? "";
  if (/^[A-Za-z0-9+/]{43}=$/.test(key)) return { state: "read", key };
  return { state: "unreadable", why: `Secret ${DROVER_NAMESPACE}/${REF.name} holds no key of 32 bytes` };
}
