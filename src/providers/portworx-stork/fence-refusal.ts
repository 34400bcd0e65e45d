import { asFields, asString, at } from "../../core/model/fields.ts";
import type { StepContext } from "../../core/provider.ts";
import { STORK_ANSWER } from "./drafts.ts";
import { oneShotName } from "./names.ts";

/**
 * Why Portworx will not acknowledge the fence of a transition: it said so, or it did not answer within several of Stork's
 * looks. A ClusterDomainUpdate is processed once and never again (Stork 24.3), so a failed one stays failed.
 */
export function fenceRefusal(context: StepContext, transition: string): string | null {
  const { domain } = context.direction.source;
  if (domain === null) return null;
  const name = oneShotName("fence", domain, { transition, digest: context.digest });
  const update = (context.targetObjects ?? []).find(
    (object) => object.kind === "ClusterDomainUpdate" && object.metadata.name === name,
  );
  if (update === undefined) return null;
  const status = asFields(at(update, "status"));
  if (status["status"] === "Failed") return asString(status["reason"]) ?? "no reason given";
  const asked = Date.parse(update.metadata.creationTimestamp ?? "");
  const silent = status["status"] !== "Successful" && context.now - asked >= STORK_ANSWER;
  return silent ? `not acknowledged since ${update.metadata.creationTimestamp ?? "it was asked for"}` : null;
}
