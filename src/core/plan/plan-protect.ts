import type { Blocker } from "../failover/intent.ts";
import { counted } from "../model/counted.ts";
import type { KubeObject } from "../model/kube-object.ts";
import type { RecordedFacts } from "../model/operation.ts";
import { markOf } from "../model/record.ts";
import type { StepDraft } from "../model/step.ts";
import { valueOf } from "../observed/cluster-facts.ts";
import { deactivateFolder } from "../render/activation.ts";
import { highWaterMark, renderMessage } from "../render/commit-message.ts";
import type { RenderResult } from "../render/render-result.ts";
import {
  type ApplicationContext,
  type End,
  knownFacts,
  objectsOf,
  recordOf,
  stepContext,
} from "./application-context.ts";
import { capture, folderDigest, sealedKey } from "./capture.ts";
import { terminatingBlockers } from "./preconditions.ts";
import { suspiciousBlocker } from "./suspicious-blocker.ts";
import { incompleteNotes, requirementNotes } from "./requirements-on-target.ts";
import { activeDraft, applyDraft, claimsDraft, recordDraft, retainDraft, siteDraft } from "./drafts.ts";

export interface ProtectPlan {
  /** What every application of the two clusters needs, once: it is asked for by each and done for all. */
  readonly shared: readonly StepDraft[];
  readonly steps: readonly StepDraft[];
  readonly render: RenderResult | null;
  readonly blockers: readonly Blocker[];
  /** What people must know and nothing stops for. */
  readonly notes: readonly Blocker[];
}

/**
 * Standing protection from the context's source (the active cluster) to its target, in the design's order: capture and
 * branch, namespace, volumes kept, replication, delivery (design section 5). Only what is not yet so.
 */
export function planProtect(
  context: ApplicationContext,
  options: { readonly overwritesFormerActive: boolean },
): ProtectPlan {
  const { source, target, document, provider } = context;
  const facts = knownFacts(context);
  if (source.cluster === null || target.cluster === null || facts === null) {
    return { shared: [], steps: [], render: null, blockers: [], notes: [] };
  }
  const render = capture(context);
  const files = deactivateFolder(render.files);
  const { overwritesFormerActive } = options;
  const steps = [
    // What looks like an accident is not remembered either: counts and claims stay as they were (design invariant 7).
    ...remember(context, render.suspicious === null ? facts : (recordOf(target) ?? facts)),
    ...commitFolder(context, files, render),
    ...createNamespaces(context, render),
    ...retainVolumes(source, target),
    ...provider.steps({ type: "protect", overwritesFormerActive }, stepContext(context)),
    ...claimsOnStandby(context, facts),
    ...deliverStandby(context, files),
  ];
  const shared = rememberSites(source, target);
  const blockers = [...renderBlockers(render, document.name), ...namespaceBlockers(context), ...goingBlockers(context)];
  return {
    shared,
    steps,
    render,
    blockers,
    notes: [
      ...idleRules(context, render),
      ...removedRecipients(context),
      ...incompleteNotes(source),
      ...requirementNotes(render.record.requirements, target),
    ],
  };
}

/** Misspelt, a rule changes nothing, and its author learns of it on the day of the disaster. */
function idleRules({ document, target }: ApplicationContext, render: RenderResult): readonly Blocker[] {
  return render.idleRules.map((rule) => ({
    code: "rule-without-match",
    message: `${document.name}: the rule ${rule} of ${document.source.file} matches no object that is rendered for ${target.name}`,
    remedy: "correct its match in spec.render.rules, or remove the rule; drover render --explain names the objects",
  }));
}

/** New files are sealed without them; the old ones stay in the branch's history for ever. */
function removedRecipients({ input, document, target }: ApplicationContext): readonly Blocker[] {
  const removed = input.sealed.get(sealedKey(document.name, target.name))?.removedRecipients ?? [];
  return removed.map((recipient) => ({
    code: "recipient-removed",
    message: `${document.name}: ${recipient} no longer reads what is sealed for ${target.name}, but the history of ${target.branch.branch} can still be decrypted with its key`,
    remedy: "if that key is not trusted any more, change the values of the Secrets themselves",
  }));
}

/** Counts, claims and policies on both clusters, and who is active. */
function remember(context: ApplicationContext, facts: RecordedFacts): readonly StepDraft[] {
  const { source, target, document, input } = context;
  const steps: StepDraft[] = [];
  const since = input.changedIn.get(document.name) ?? input.revision;
  for (const end of [source, target]) {
    if (!sameFacts(recordOf(end), facts)) {
      const change = { type: "observe", facts } as const;
      steps.push(
        recordDraft(end.name, document.name, { change, why: "counts and claims, kept where they may be needed" }),
      );
    }
    const mark = end.cluster === null ? null : markOf(valueOf(end.cluster.epoch), document.name);
    if (mark === null) {
      steps.push(activeDraft(end.name, { application: document.name, active: source.name, commit: since }, "routine"));
    }
  }
  return steps;
}

function rememberSites(source: End, target: End): readonly StepDraft[] {
  const steps: StepDraft[] = [];
  for (const [end, other] of [
    [source, target],
    [target, source],
  ] as const) {
    const seen = other.cluster?.volumeNamespaces ?? [];
    const known = end.cluster?.sites.get(other.name);
    if (known === undefined || known.join() !== seen.join()) steps.push(siteDraft(end.name, other.name, seen));
  }
  return steps;
}

/** The record has it all. It may know more reclaim policies: those of volumes that are gone. */
function sameFacts(record: RecordedFacts | null, facts: RecordedFacts): boolean {
  if (record === null) return false;
  const pick = ({ workloads, claims }: RecordedFacts): string => JSON.stringify([workloads, claims]);
  const known = Object.keys(facts.reclaimPolicies).every((volume) => Object.hasOwn(record.reclaimPolicies, volume));
  return known && pick(record) === pick(facts);
}

function commitFolder(
  context: ApplicationContext,
  files: ReadonlyMap<string, string>,
  render: RenderResult,
): readonly StepDraft[] {
  const { source, target, document, input } = context;
  if (render.suspicious !== null || render.refusals.length > 0) return [];
  const current = target.branch.folders.get(document.name) ?? new Map<string, string>();
  if (folderDigest(current, input.digest) === folderDigest(files, input.digest)) return [];
  const message = renderMessage({
    application: document.name,
    sourceCluster: source.name,
    desiredCommit: input.changedIn.get(document.name) ?? input.revision,
    version: input.version,
    objects: render.report.objects,
    first: current.size === 0,
    resourceVersion: highWaterMark(objectsOf(source)),
  });
  const { branch } = target.branch;
  return [
    {
      slug: `render-${target.name}`,
      cluster: target.name,
      action: "render",
      object: null,
      risk: "routine",
      why: `${counted(render.report.objects, "object")} of ${source.name}, ready to run on ${target.name}`,
      operation: { type: "commit-folder", branch, application: document.name, files, message },
    },
  ];
}

/** With the source's labels and OpenShift ranges: replicated files are readable only under the same UIDs. */
function createNamespaces(context: ApplicationContext, render: RenderResult): readonly StepDraft[] {
  const { target } = context;
  const missing = (target.application?.facts.namespaces ?? []).filter((namespace) => namespace.object === null);
  return missing.flatMap(({ name }) => {
    const recorded = render.record.namespaces.find((namespace) => namespace.name === name);
    if (recorded === undefined) return [];
    const object: KubeObject = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: recorded.labels, annotations: recorded.annotations },
    };
    return [applyDraft(target.name, object, "the namespace with the source's labels and ranges")];
  });
}

function retainVolumes(...ends: readonly End[]): readonly StepDraft[] {
  return ends.flatMap((end) =>
    (end.application?.facts.volumes ?? [])
      .filter((volume) => volume.reclaimPolicy !== "Retain")
      .map((volume) => retainDraft(end.name, volume.name)),
  );
}

function claimsOnStandby(context: ApplicationContext, facts: RecordedFacts): readonly StepDraft[] {
  const bound = new Set(
    (context.target.application?.facts.claims ?? [])
      .filter((claim) => claim.phase === "Bound")
      .map((claim) => `${claim.namespace}/${claim.name}=${claim.volume ?? ""}`),
  );
  const complete = facts.claims.every((claim) => bound.has(`${claim.namespace}/${claim.name}=${claim.volume}`));
  return complete ? [] : [claimsDraft(context.target.name, facts.claims)];
}

function deliverStandby(context: ApplicationContext, files: ReadonlyMap<string, string>): readonly StepDraft[] {
  const { target, document, input } = context;
  const delivered = recordOf(target)?.delivered;
  const content = folderDigest(files, input.digest);
  const workloads = target.application?.facts.workloads ?? [];
  if (files.size === 0) return [];
  if (delivered?.form === "standby" && delivered.content === content && workloads.length > 0) return [];
  return [
    {
      slug: `deliver@${target.name}`,
      cluster: target.name,
      action: "deliver",
      object: null,
      risk: "routine",
      why: `the application stands by on ${target.name} at zero replicas`,
      operation: {
        type: "deliver",
        application: document.name,
        branch: target.branch.branch,
        form: "standby",
        startup: [],
        timeoutMs: target.spec.delivery.timeout,
        transition: null,
      },
    },
  ];
}

function renderBlockers(render: RenderResult, application: string): readonly Blocker[] {
  const blockers: Blocker[] = render.refusals.map((refusal) => ({
    code: "render-refused",
    message: refusal.message,
    remedy: refusal.remedy,
  }));
  if (render.suspicious !== null) {
    blockers.push(suspiciousBlocker(render.suspicious, application));
  }
  return blockers;
}

const RANGE = "openshift.io/sa.scc.";

function namespaceBlockers(context: ApplicationContext): readonly Blocker[] {
  const { source, target } = context;
  const blockers: Blocker[] = [];
  for (const { name, object } of source.application?.facts.namespaces ?? []) {
    if (object === null) {
      blockers.push({
        code: "namespace-missing",
        message: `namespace ${name} does not exist on ${source.name}`,
        remedy: "create it, or correct spec.namespaces",
      });
      continue;
    }
    const there = objectsOf(target).find((other) => other.kind === "Namespace" && other.metadata.name === name);
    if (there !== undefined && differentRange(object, there)) {
      blockers.push({
        code: "namespace-range-differs",
        message: `namespace ${name} on ${target.name} has other OpenShift ranges than on ${source.name}: replicated files would be unreadable`,
        remedy: `recreate the namespace on ${target.name} while it is empty`,
      });
    }
  }
  return blockers;
}

/**
 * An application is captured as a whole or not at all: half of it as it is now beside half as it was is a state that never
 * ran. So one namespace that goes holds the others back, and people decide.
 */
function goingBlockers({ source, target }: ApplicationContext): readonly Blocker[] {
  const remedy =
    "if that is meant, take it out of spec.namespaces in an approved change, and the others are captured on; if not, deploy it again once it is gone (its status says what it waits for)";
  return [...terminatingBlockers(source, remedy), ...terminatingBlockers(target)];
}

function differentRange(source: KubeObject, target: KubeObject): boolean {
  const keys = Object.keys(source.metadata.annotations ?? {}).filter((key) => key.startsWith(RANGE));
  return keys.some((key) => target.metadata.annotations?.[key] !== source.metadata.annotations?.[key]);
}
