import { type KubeObject, groupOf } from "../../src/core/model/kube-object.ts";
import { type BenchCluster, rawClient } from "./bench-cluster.ts";
import type { CorpusNamespace } from "./corpus.ts";

const AT_A_TIME = 32;

const PLURALS: Readonly<Record<string, string>> = { Ingress: "ingresses" };

/** Creates the corpus. Owners exist before what they own and lend it their UID, as on a real cluster. */
export async function seed(cluster: BenchCluster, namespaces: readonly CorpusNamespace[]): Promise<void> {
  const ask = rawClient(cluster);
  const create = async (path: string, object: unknown): Promise<string> => {
    const { status, text } = await ask("POST", path, JSON.stringify(object));
    if (status !== 201 && status !== 409) throw new Error(`POST ${path} answered ${status}: ${text.slice(0, 500)}`);
    const { metadata } = JSON.parse(text) as { metadata?: { uid?: string } };
    return metadata?.uid ?? "";
  };
  const queue = namespaces.values();
  const worker = async (): Promise<void> => {
    for (const { name, objects } of queue) {
      const labels = { team: "bench" };
      await create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
      const uids = new Map<string, string>();
      for (const object of objects) {
        const uid = await create(`${pathOf(object)}`, withOwners(object, uids));
        uids.set(`${object.kind}/${object.metadata.name}`, uid);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

function withOwners(object: KubeObject, uids: ReadonlyMap<string, string>): KubeObject {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined) return object;
  const known = owners.map((owner) => ({ ...owner, uid: uids.get(`${owner.kind}/${owner.name}`) ?? owner.uid }));
  return { ...object, metadata: { ...object.metadata, ownerReferences: known } };
}

function pathOf(object: KubeObject): string {
  const { apiVersion, kind, metadata } = object;
  const root = groupOf(apiVersion) === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  return `${root}/namespaces/${metadata.namespace ?? ""}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`;
}
