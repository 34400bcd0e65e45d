import type { ObjectRef } from "../../core/model/kube-object.ts";
import type { StepContext, StorageIntent } from "../../core/provider.ts";
import type { StepDraft } from "../../core/model/step.ts";
import {
  RESYNC_END,
  STORK_ANSWER,
  TRANSFER_END,
  createdOnceDraft,
  flagDraft,
  suspendDraft,
  waitDraft,
} from "./drafts.ts";
import { oneShotName, scheduleNamespace } from "./names.ts";
import { domainUpdate, finalMigration } from "./objects.ts";
import { domainState } from "./observe.ts";
import { protectSteps, scheduleOf } from "./protect-steps.ts";

/** The Portworx sync steps for an intent; only what is not yet as it should be. */
export function storkSteps(intent: StorageIntent, context: StepContext): readonly StepDraft[] {
  switch (intent.type) {
    case "protect":
      return protectSteps(context, intent.overwritesFormerActive ? "destructive" : "routine");
    case "suspend":
      return suspend(context);
    case "finalSync":
      return finalSync(context, intent.transition);
    case "fence":
      return fence(context, intent.transition);
    case "verifyTarget":
      return verifyTarget(context, intent.mayBeBehind);
    case "promote":
      return promote(context);
    case "unfence":
      return unfence(context, intent.transition);
  }
}

function suspend(context: StepContext): readonly StepDraft[] {
  const { direction, sourceObjects } = context;
  const { cluster } = direction.source;
  const own = scheduleOf(sourceObjects, direction);
  const idle = { check: "idle", namespace: scheduleNamespace(direction), namespaces: direction.namespaces } as const;
  return [
    ...(own === null || own.suspended
      ? []
      : [suspendDraft(cluster, own, "no transfer may start during the transition")]),
    waitDraft(cluster, idle, { slug: `wait-idle@${cluster}`, why: "no transfer is running", timeoutMs: TRANSFER_END }),
  ];
}

function finalSync(context: StepContext, transition: string): readonly StepDraft[] {
  const { cluster } = context.direction.source;
  const migration = finalMigration(context.direction, { transition, digest: context.digest });
  const { name, namespace = "" } = migration.metadata;
  return [
    createdOnceDraft(cluster, migration, {
      action: "create",
      slug: "final-sync",
      risk: "disruptive",
      why: "last transfer before the move",
    }),
    waitDraft(
      cluster,
      { check: "migration", namespace, name },
      { slug: "wait-final-sync", why: "last transfer is complete", timeoutMs: TRANSFER_END },
    ),
  ];
}

/** The slugs carry the domain: a site's steps are merged by it, and two sites must never become one. */
function fence(context: StepContext, transition: string): readonly StepDraft[] {
  const { source, target } = context.direction;
  const { domain } = source;
  if (domain === null || context.targetObjects === null) return [];
  if (domainState(context.targetObjects, domain)?.active === false) return [];
  const name = oneShotName("fence", domain, { transition, digest: context.digest });
  const why = `storage of ${source.cluster} (cluster domain ${domain}) refuses writes`;
  return [
    createdOnceDraft(target.cluster, domainUpdate(name, domain, false), {
      action: "fence",
      slug: `fence-${domain}`,
      risk: "disruptive",
      why,
    }),
    acknowledged(context, { name, slug: `wait-fence-${domain}`, why: "Portworx acknowledges the fence" }),
    waitDraft(
      target.cluster,
      { check: "domain", domain, active: false, inSync: false },
      { slug: `wait-fenced-${domain}`, why: `cluster domain ${domain} is Inactive`, timeoutMs: STORK_ANSWER },
    ),
  ];
}

/** Read again after the fence was acknowledged: only then is the moment a recovery point (contracts.md section 3). */
function verifyTarget(context: StepContext, mayBeBehind: boolean): readonly StepDraft[] {
  const { cluster, domain } = context.direction.target;
  if (domain === null) return [];
  const why = `cluster domain ${domain} is Active and ${mayBeBehind ? "not resynchronising" : "InSync"}`;
  const synced = { check: "domain", domain, active: true, inSync: !mayBeBehind, settled: true } as const;
  const draft = waitDraft(cluster, synced, { slug: "verify-target", why, timeoutMs: STORK_ANSWER });
  return [{ ...draft, action: "verify" }];
}

/** Marks the copy of the schedule as activated: Stork then refuses every transfer over the promoted data. */
function promote(context: StepContext): readonly StepDraft[] {
  const copy = scheduleOf(context.targetObjects, context.direction);
  if (copy === null || copy.activated) return [];
  return [flagDraft(context.direction.target.cluster, copy, true)];
}

function unfence(context: StepContext, transition: string): readonly StepDraft[] {
  const { source, target } = context.direction;
  const { domain } = source;
  if (domain === null || context.targetObjects === null) return [];
  const state = domainState(context.targetObjects, domain);
  if (state?.active === true && state.sync === "InSync") return [];
  const name = oneShotName("unfence", domain, { transition, digest: context.digest });
  const why = `storage of ${source.cluster} takes part again and is brought up to date`;
  const request = createdOnceDraft(target.cluster, domainUpdate(name, domain, true), {
    action: "unfence",
    slug: `unfence-${domain}`,
    risk: "destructive",
    why,
  });
  const asked = [
    request,
    acknowledged(context, { name, slug: `wait-unfence-${domain}`, why: "Portworx acknowledges" }),
  ];
  const synced = waitDraft(
    target.cluster,
    { check: "domain", domain, active: true, inSync: true },
    { slug: `wait-in-sync-${domain}`, why: `cluster domain ${domain} is Active and InSync`, timeoutMs: RESYNC_END },
  );
  return state?.active === true ? [synced] : [...asked, synced];
}

function acknowledged(
  context: StepContext,
  update: { readonly name: string; readonly slug: string; readonly why: string },
): StepDraft {
  const { name, slug, why } = update;
  const object: ObjectRef = domainUpdateRef(name);
  const { cluster } = context.direction.target;
  return waitDraft(cluster, { check: "domain-update", name }, { slug, why, timeoutMs: STORK_ANSWER, object });
}

function domainUpdateRef(name: string): ObjectRef {
  const { apiVersion, kind } = domainUpdate(name, "", false);
  return { apiVersion, kind, namespace: null, name };
}
