import { type TransitionRecord, DROVER_NAMESPACE, recordFromData, recordName } from "../../../core/model/record.ts";
import type { EmbeddedClusters, SiteName } from "../embedded-clusters.ts";
import { DOMAINS } from "../embedded-clusters.ts";
import { isServing } from "../stage.ts";
import { APPLICATIONS } from "../story-documents.ts";

/** Milliseconds between two looks. */
const POLL = 20;

/** Waits until a condition holds; false when `limit` milliseconds passed without it. */
export async function eventually(limit: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => void setTimeout(resolve, POLL));
  }
  return true;
}

/**
 * The moment at which a site really serves: every pod is ready and every volume acknowledged a write there that it had
 * not acknowledged at `since`. null when `limit` milliseconds pass without it.
 */
export async function servingAgain(clusters: EmbeddedClusters, site: SiteName, limit: number): Promise<number | null> {
  const { plane } = clusters.world;
  const domain = DOMAINS[site];
  const served = () => plane.report().volumes.map((volume) => volume.sides[domain]?.acknowledged ?? 0);
  const before = served();
  const serves = async (): Promise<boolean> =>
    served().every((acknowledged, index) => acknowledged > (before[index] ?? 0)) && (await isServing(clusters, site));
  return (await eventually(limit, serves)) ? Date.now() : null;
}

/** Pods of the story's applications that exist on a site, as its own API server has them. */
export async function podsOn(clusters: EmbeddedClusters, site: SiteName): Promise<number> {
  const pods = await clusters.world.site(site).client.list({ apiVersion: "v1", kind: "Pod" });
  const names: readonly string[] = APPLICATIONS;
  return pods.filter((pod) => names.includes(pod.metadata.namespace ?? "")).length;
}

/** What the records on a cluster say about every transition of every application. */
export async function recordedTransitions(
  clusters: EmbeddedClusters,
  site: SiteName,
): Promise<readonly { readonly application: string; readonly transitions: readonly TransitionRecord[] }[]> {
  const { client } = clusters.world.site(site);
  return Promise.all(
    APPLICATIONS.map(async (application) => {
      const name = recordName(application);
      const stored = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: DROVER_NAMESPACE, name });
      const record = recordFromData(stored?.["data"], application);
      return { application, transitions: record?.transitions ?? [] };
    }),
  );
}
