import type { Fields } from "../../core/model/fields.ts";
import { type KubeObject, type ObjectRef, refOf } from "../../core/model/kube-object.ts";
import type { Condition } from "../../core/model/operation.ts";
import type { Direction, StepContext, StorageIntent } from "../../core/provider.ts";
import type { Risk, StepDraft } from "../../core/model/step.ts";
import { storkCondition } from "./conditions.ts";
import { STORK, oneShotName, scheduleName, scheduleNamespace } from "./names.ts";
import { domainUpdate, finalMigration, migrationSchedule, schedulePolicy } from "./objects.ts";
import { type ScheduleFacts, domainState, findSchedule } from "./observe.ts";
import { isCovered } from "../../core/model/is-covered.ts";

/** Milliseconds. Stork looks at every object about every 10 s (Stork 24.3), so a minute is six of its looks. */
const STORK_ANSWER = 60_000;
const TRANSFER_END = 10 * 60_000;
const RESYNC_END = 4 * 60 * 60_000;

/** The Portworx sync steps for an intent; only what is not yet as it should be. */
export function storkSteps(intent: StorageIntent, context: StepContext): readonly StepDraft[] {
  switch (intent.type) {
    case "protect":
      return protect(context, intent.overwritesFormerActive ? "destructive" : "routine");
    case "suspend":
      return suspend(context);
    case "finalSync":
      return finalSync(context, intent.transition);
    case "fence":
      return fence(context, intent.transition);
    case "verifyTarget":
      return verifyTarget(context);
    case "promote":
      return promote(context);
    case "unfence":
      return unfence(context, intent.transition);
  }
}

export function reverseOf(direction: Direction): Direction {
  return { ...direction, source: direction.target, target: direction.source, forward: !direction.forward };
}

function protect(context: StepContext, risk: Risk): readonly StepDraft[] {
  const { direction } = context;
  const { source, target } = direction;
  const steps: StepDraft[] = [];
  const policy = schedulePolicy(direction.schedule);
  for (const [site, objects] of [
    [source, context.sourceObjects],
    [target, context.targetObjects],
  ] as const) {
    if (!exists(objects, policy))
      steps.push(applied(site.cluster, policy, "routine", "schedule policy of this protection"));
  }
  const opposite = facts(context.targetObjects, reverseOf(direction));
  if (opposite !== null && !opposite.staticCopy && !opposite.suspended) {
    steps.push(suspended(target.cluster, opposite, "the other direction must not run"));
  }
  const copy = facts(context.targetObjects, direction);
  if (copy?.activated === true) steps.push(...flagged(target.cluster, copy, false, "routine"));
  const wanted = migrationSchedule(direction, false);
  const own = facts(context.sourceObjects, direction);
  if (own === null || !isCovered(wanted, own.object)) {
    steps.push({
      ...applied(source.cluster, wanted, risk, `replicate to ${target.cluster}`),
      action: own === null ? "create" : "resume",
    });
  }
  if (copy === null)
    steps.push(awaited(target.cluster, direction, "static-copy", "Stork's copy of the schedule on the standby"));
  if (own === null || own.goodRuns.length === 0) {
    steps.push(awaited(source.cluster, direction, "first-run", "first good recovery point"));
  }
  return steps;
}

function suspend(context: StepContext): readonly StepDraft[] {
  const { direction, sourceObjects } = context;
  const own = facts(sourceObjects, direction);
  const steps: StepDraft[] = [];
  if (own !== null && !own.suspended) {
    steps.push(suspended(direction.source.cluster, own, "no transfer may start during the transition"));
  }
  const wait = { check: "idle", namespace: scheduleNamespace(direction), namespaces: direction.namespaces } as const;
  steps.push(
    waitStep("wait-idle", storkCondition(direction.source.cluster, wait), "no transfer is running", TRANSFER_END),
  );
  return steps;
}

function finalSync(context: StepContext, transition: string): readonly StepDraft[] {
  const migration = finalMigration(context.direction, { transition, digest: context.digest });
  const { cluster } = context.direction.source;
  const { name, namespace = "" } = migration.metadata;
  return [
    createdOnce(
      cluster,
      { action: "create", slug: "final-sync", risk: "disruptive" },
      migration,
      "last transfer before the move",
    ),
    waitStep(
      "wait-final-sync",
      storkCondition(cluster, { check: "migration", namespace, name }),
      "last transfer is complete",
      TRANSFER_END,
    ),
  ];
}

function fence(context: StepContext, transition: string): readonly StepDraft[] {
  const { source, target } = context.direction;
  if (source.domain === null || context.targetObjects === null) return [];
  if (domainState(context.targetObjects, source.domain)?.active === false) return [];
  const name = oneShotName("fence", source.domain, { transition, digest: context.digest });
  const update = domainUpdate(name, source.domain, false);
  const why = `storage of cluster domain ${source.domain} (${source.cluster}) refuses writes`;
  const inactive = { check: "domain", domain: source.domain, active: false, inSync: false } as const;
  return [
    createdOnce(target.cluster, { action: "fence", slug: `fence-${source.domain}`, risk: "disruptive" }, update, why),
    waitStep(
      `wait-fence-${source.domain}`,
      storkCondition(target.cluster, { check: "domain-update", name }),
      "Portworx acknowledges the fence",
      STORK_ANSWER,
    ),
    waitStep(
      `wait-fenced-${source.domain}`,
      storkCondition(target.cluster, inactive),
      `cluster domain ${source.domain} is Inactive`,
      STORK_ANSWER,
    ),
  ];
}

/** Read again after the fence was acknowledged: only then is the moment a recovery point (contracts.md section 3). */
function verifyTarget(context: StepContext): readonly StepDraft[] {
  const { target } = context.direction;
  if (target.domain === null) return [];
  const synced = { check: "domain", domain: target.domain, active: true, inSync: true } as const;
  const why = `cluster domain ${target.domain} is Active and InSync`;
  const draft = waitStep("verify-target", storkCondition(target.cluster, synced), why, STORK_ANSWER);
  return [{ ...draft, action: "verify" }];
}

/** Marks the copy of the schedule as activated: Stork then refuses every transfer over the promoted data. */
function promote(context: StepContext): readonly StepDraft[] {
  const copy = facts(context.targetObjects, context.direction);
  if (copy === null || copy.activated) return [];
  return flagged(context.direction.target.cluster, copy, true, "disruptive");
}

function unfence(context: StepContext, transition: string): readonly StepDraft[] {
  const { source, target } = context.direction;
  if (source.domain === null || context.targetObjects === null) return [];
  const state = domainState(context.targetObjects, source.domain);
  if (state?.active === true && state.sync === "InSync") return [];
  const name = oneShotName("unfence", source.domain, { transition, digest: context.digest });
  const synced = { check: "domain", domain: source.domain, active: true, inSync: true } as const;
  const steps: StepDraft[] = [];
  if (state?.active !== true) {
    const update = domainUpdate(name, source.domain, true);
    steps.push(
      createdOnce(
        target.cluster,
        { action: "unfence", slug: `unfence-${source.domain}`, risk: "destructive" },
        update,
        `storage of ${source.cluster} takes part again and is brought up to date`,
      ),
    );
    steps.push(
      waitStep(
        `wait-unfence-${source.domain}`,
        storkCondition(target.cluster, { check: "domain-update", name }),
        "Portworx acknowledges",
        STORK_ANSWER,
      ),
    );
  }
  steps.push(
    waitStep(
      `wait-in-sync-${source.domain}`,
      storkCondition(target.cluster, synced),
      `cluster domain ${source.domain} is Active and InSync`,
      RESYNC_END,
    ),
  );
  return steps;
}

function facts(objects: readonly KubeObject[] | null, direction: Direction): ScheduleFacts | null {
  if (objects === null) return null;
  return findSchedule(objects, { namespace: scheduleNamespace(direction), name: scheduleName(direction) });
}

function exists(objects: readonly KubeObject[] | null, wanted: KubeObject): boolean {
  return (objects ?? []).some(
    (object) =>
      object.kind === wanted.kind && object.metadata.name === wanted.metadata.name && isCovered(wanted, object),
  );
}

function applied(cluster: string, object: KubeObject, risk: Risk, why: string): StepDraft {
  const slug = `apply-${object.kind.toLowerCase()}-${object.metadata.name}@${cluster}`;
  return { slug, cluster, action: "create", object: refOf(object), risk, why, operation: { type: "apply", object } };
}

function createdOnce(
  cluster: string,
  act: Pick<StepDraft, "action" | "slug" | "risk">,
  object: KubeObject,
  why: string,
): StepDraft {
  return { ...act, cluster, object: refOf(object), why, operation: { type: "create-once", object } };
}

function suspended(cluster: string, schedule: ScheduleFacts, why: string): StepDraft {
  const ref = refOf(schedule.object);
  return patched(cluster, { action: "suspend", slug: `suspend-${ref.name}`, risk: "routine" }, ref, {
    patch: { spec: { suspend: true } },
    why,
  });
}

/** A plain patch: Stork's kinds have no status subresource (Stork 24.3). */
function flagged(cluster: string, copy: ScheduleFacts, activated: boolean, risk: Risk): readonly StepDraft[] {
  const ref = refOf(copy.object);
  const why = activated
    ? "transfers onto the promoted side are refused"
    : "transfers onto this standby are allowed again";
  const slug = `${activated ? "activate" : "deactivate"}-copy-${ref.name}`;
  const patch = { status: { applicationActivated: activated } };
  return [patched(cluster, { action: activated ? "promote" : "demote", slug, risk }, ref, { patch, why })];
}

function patched(
  cluster: string,
  act: Pick<StepDraft, "action" | "slug" | "risk">,
  ref: ObjectRef,
  content: { readonly patch: Fields; readonly why: string },
): StepDraft {
  return { ...act, cluster, object: ref, why: content.why, operation: { type: "patch", ref, patch: content.patch } };
}

function awaited(cluster: string, direction: Direction, check: "static-copy" | "first-run", why: string): StepDraft {
  const condition = storkCondition(cluster, {
    check,
    namespace: scheduleNamespace(direction),
    name: scheduleName(direction),
  });
  const ref: ObjectRef = {
    apiVersion: STORK,
    kind: "MigrationSchedule",
    namespace: scheduleNamespace(direction),
    name: scheduleName(direction),
  };
  return { ...waitStep(`wait-${check}-${ref.name}`, condition, why, TRANSFER_END), object: ref };
}

function waitStep(slug: string, condition: Condition, why: string, timeoutMs: number): StepDraft {
  const { cluster } = condition;
  return {
    slug,
    cluster,
    action: "wait",
    object: null,
    risk: "routine",
    why,
    operation: { type: "wait", condition, timeoutMs },
  };
}
