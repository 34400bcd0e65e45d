import { asBoolean, asFields, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { DomainInfo } from "../portworx/domain-control.ts";
import { sameJson } from "../workloads/changes.ts";
import { asDomainUpdate } from "./go-types.ts";
import { DOMAINS_STATUS } from "./kinds.ts";
import { type StorkContext, text } from "./stork-context.ts";

/** Name of the ClusterDomainsStatus: the Portworx cluster's id, reduced to what a name may hold. */
export function domainsStatusName(clusterId: string): string {
  return clusterId.toLowerCase().replace(/[^a-z0-9.-]/g, "-");
}

/** Publishes the domains as Portworx reports them; when it can't be asked, old values stay. */
export async function publishDomains(context: StorkContext): Promise<void> {
  const { client, plane, domain, faults } = context;
  const infos = faults.syncStatus === "stale" ? null : plane.domains(domain);
  if (infos === null) return;
  const name = domainsStatusName(plane.clusterId);
  const status = { clusterDomainInfos: infos.map((info) => shown(info, faults.syncStatus)), localDomain: domain };
  const current = await client.get({ ...DOMAINS_STATUS, namespace: null, name });
  if (current === null) await client.create({ ...DOMAINS_STATUS, metadata: { name }, status });
  else if (!sameJson(current["status"], status)) await client.replace({ ...current, status });
}

function shown(info: DomainInfo, sync: StorkContext["faults"]["syncStatus"]): DomainInfo {
  return sync === "unknown" ? { ...info, syncStatus: "SyncStatusUnknown" } : info;
}

/**
 * A ClusterDomainUpdate is carried out exactly once, while its status is empty, and never again. `Successful` means
 * that Portworx accepted it, not that anything is in sync.
 */
export async function reconcileDomainUpdate(context: StorkContext, object: KubeObject): Promise<void> {
  const { client, plane, domain, faults } = context;
  const update = asDomainUpdate(object);
  if (text(update, "status", "status") !== "" || faults.domainUpdates === "never") return;
  const active = asBoolean(at(update, "spec", "active")) ?? false;
  const change =
    faults.domainUpdates === "failed"
      ? {
          done: false as const,
          reason: `unable to ${active ? "activate" : "deactivate"} cluster domain: Portworx refused`,
        }
      : plane.setDomainActive({ domain: text(update, "spec", "clusterdomain"), active, askedFrom: domain });
  const status = change.done ? { reason: "", status: "Successful" } : { reason: change.reason, status: "Failed" };
  await client.replace({ ...update, status: { ...asFields(update["status"]), ...status } });
  await publishDomains(context);
}
