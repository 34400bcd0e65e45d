import type { Blocker, PlannedMove } from "../failover/intent.ts";
import { isRunning } from "../observed/application-facts.ts";
import { type ApplicationContext, type End, healthOf, knownFacts } from "./application-context.ts";
import { folderProblem } from "./capture.ts";
import { requirementBlockers } from "./requirements-on-target.ts";
import { drains, staysStopped, stopBlockers } from "./stop-proof.ts";

/** The named checks before anything disruptive, all of them collected (an operator at night needs the whole list). */
export function moveBlockers(context: ApplicationContext, move: PlannedMove): readonly Blocker[] {
  const begun = move.stage !== "new";
  const serving = move.stage === "serving";
  return [
    ...reachBlockers(context, move),
    ...identityBlockers(context),
    ...recordBlockers([context.target, context.source]),
    ...unreadBlockers([context.target, context.source]),
    ...(serving ? [] : stopBlockers(context, move)),
    ...(begun ? [] : storageBlockers(context, move)),
    ...(begun ? [] : readinessBlockers(context)),
    ...(begun && !serving ? branchBlockers(context) : []),
    ...(!serving && drains(context) ? unstoppableBlockers(context) : []),
  ];
}

/** Could the target take over now, or take it home without loss? What status answers, without any change at hand. */
export function hypotheticalBlockers(context: ApplicationContext, type: "Failover" | "Relocate"): readonly Blocker[] {
  const relocating = type === "Relocate";
  const away = [context.target, ...(relocating ? [context.source] : [])].filter((end) => end.cluster === null);
  return [
    ...away.map((end): Blocker => ({
      code: "cluster-unreachable",
      message: `${end.name} does not answer`,
      remedy: `make ${end.name} reachable`,
    })),
    ...identityBlockers(context),
    ...recordBlockers([context.target, context.source]),
    ...storageReadiness(context, { relocating, accept: null }),
    ...readinessBlockers(context),
    ...(relocating ? unstoppableBlockers(context) : []),
  ];
}

/** What must stand ready on the target: its branch folder, what the folder needs and does not contain, its claims. */
function readinessBlockers(context: ApplicationContext): readonly Blocker[] {
  return [
    ...terminatingBlockers(context.target),
    ...branchBlockers(context),
    ...requirementBlockers(context),
    ...claimBlockers(context),
  ];
}

const LET_IT_END = "let the deletion end (the namespace's status says what it waits for): Drover makes it anew";

/** Namespaces that somebody deleted: Kubernetes creates nothing in them any more, and what is in them goes. */
export function terminatingBlockers({ name, application }: End, remedy = LET_IT_END): readonly Blocker[] {
  const going = (application?.facts.namespaces ?? []).filter(({ terminating }) => terminating);
  return going.map((namespace) => ({
    code: "namespace-terminating",
    message: `namespace ${namespace.name} on ${name} is being deleted; nothing is written into it`,
    remedy,
  }));
}

function reachBlockers(context: ApplicationContext, move: PlannedMove): readonly Blocker[] {
  const { source, target } = context;
  const unreachable = (end: End, why: string): Blocker => ({
    code: "cluster-unreachable",
    message: `${end.name} does not answer, and ${why}`,
    remedy: `make ${end.name} reachable`,
  });
  if (target.cluster === null) return [unreachable(target, "nothing can be started there")];
  const relocating = move.transition.type === "Relocate" && move.stage !== "serving";
  if (source.cluster === null && relocating && !staysStopped(context, move.transition.id)) {
    return [unreachable(source, "a relocate stops it and takes its last writes along")];
  }
  return [];
}

/** Both sides must be who the repository says before anything disruptive (design invariant 13). */
export function identityBlockers(context: ApplicationContext): readonly Blocker[] {
  return [context.target, context.source].flatMap((end): readonly Blocker[] => {
    const facts = context.input.clusters.get(end.name);
    if (facts?.reachable === false && facts.cause === "wrong-cluster") {
      return [
        {
          code: "cluster-identity",
          message: facts.why,
          remedy: "correct the context in spec.connection, or spec.identity (drover probe shows both)",
        },
      ];
    }
    if (facts?.reachable === false && facts.cause === "unreadable") {
      return [
        {
          code: "cluster-unreadable",
          message: facts.why,
          remedy: `repair what it names: the kubeconfig, Drover's rights on ${end.name}, or its API server`,
        },
      ];
    }
    if (end.spec.identity !== null) return [];
    return [
      {
        code: "cluster-identity",
        message: `cluster ${end.name} has no identity in the repository, so no disruptive step is allowed`,
        remedy: "run drover probe and commit spec.identity",
      },
    ];
  });
}

export function recordBlockers(ends: readonly End[]): readonly Blocker[] {
  return ends.flatMap((end) => {
    const unreadable = [
      end.cluster?.epoch.state === "unreadable" ? "ConfigMap drover-epoch" : null,
      end.application?.record.state === "unreadable" ? "the application's record" : null,
    ].filter((what) => what !== null);
    return unreadable.map((what) => ({
      code: "record-unreadable" as const,
      message: `${what} in namespace drover-system on ${end.name} can't be read`,
      remedy: "restore it from a backup, or remove it after checking which cluster is active",
    }));
  });
}

function storageBlockers(context: ApplicationContext, move: PlannedMove): readonly Blocker[] {
  const { transition } = move;
  const accept = transition.type === "Failover" ? transition.acceptRecoveryPoint : null;
  return storageReadiness(context, { relocating: transition.type === "Relocate", accept });
}

function storageReadiness(
  context: ApplicationContext,
  asked: { readonly relocating: boolean; readonly accept: number | null },
): readonly Blocker[] {
  const { relocating, accept } = asked;
  const health = healthOf(context);
  const point = health.recoveryPoint === null ? null : Date.parse(health.recoveryPoint);
  const accepted = accept !== null && point !== null && point >= accept;
  const blockers: Blocker[] = health.problems
    .filter((problem) => problem.blocks === "failover" || (relocating && problem.blocks === "relocate"))
    .filter(() => !accepted)
    .map((problem) => ({ code: "replication-not-ready", message: problem.message, remedy: problem.remedy }));
  if (point === null) {
    blockers.push({
      code: "recovery-point-unknown",
      message: `no moment is known to which ${context.target.name} could go back`,
      remedy: "wait until the target's storage is in sync; a half-resynchronised replica is never promoted",
    });
  } else if (accept !== null && point < accept) {
    blockers.push({
      code: "recovery-point-too-old",
      message: `the target's recovery point ${health.recoveryPoint ?? ""} is older than the accepted ${new Date(accept).toISOString()}`,
      remedy: "open a new transition that accepts it, if that loss is acceptable",
    });
  }
  return blockers;
}

function branchBlockers(context: ApplicationContext): readonly Blocker[] {
  const why = folderProblem(context);
  if (why === null) return [];
  const { branch } = context.target.branch;
  return [
    {
      code: "branch-missing",
      message: `branch ${branch} ${why} for ${context.document.name}`,
      remedy: "run drover apply while the active cluster is reachable, so that its configuration is captured",
    },
  ];
}

function claimBlockers(context: ApplicationContext): readonly Blocker[] {
  const there = context.target.application?.facts.claims;
  if (there === undefined) return [];
  const bound = new Map(there.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return (knownFacts(context)?.claims ?? []).flatMap((claim) => {
    const found = bound.get(`${claim.namespace}/${claim.name}`);
    if (found?.phase === "Bound" && found.volume === claim.volume) return [];
    const state = found === undefined ? "does not exist" : `is ${found.phase} with volume ${found.volume ?? "none"}`;
    return [
      {
        code: "claims-not-ready" as const,
        message: `claim ${claim.namespace}/${claim.name} ${state} on ${context.target.name}, expected volume ${claim.volume}`,
        remedy: "wait for the next run of the migration schedule, or look at its events",
      },
    ];
  });
}

function unstoppableBlockers(context: ApplicationContext): readonly Blocker[] {
  return (context.source.application?.facts.unstoppable ?? []).map((ref) => ({
    code: "unstoppable-workload",
    message: `${ref.kind} ${ref.namespace ?? ""}/${ref.name} on ${context.source.name} can't be stopped by scaling`,
    remedy: "stop it by hand before the move, or move it out of the protected namespaces",
  }));
}

/** A cluster that was read without the application: that is not an empty application (design invariant 7). */
export function unreadBlockers(ends: readonly End[]): readonly Blocker[] {
  return ends
    .filter((end) => end.cluster !== null && end.application === null)
    .map((end) => ({
      code: "cluster-unreadable",
      message: `the application's namespaces on ${end.name} were not read`,
      remedy: "run again; nothing is decided on an incomplete read",
    }));
}

/** Both sides asked to run the application: nothing is done, and nothing is ever repaired (design invariant 1). */
export function bothActiveBlockers(context: ApplicationContext): readonly Blocker[] {
  const { source, target, document } = context;
  const running = [source, target].filter((end) => end.application !== null && isRunning(end.application.facts));
  if (running.length < 2) return [];
  return [
    {
      code: "both-active",
      message: `${document.name} is asked to run on ${source.name} and on ${target.name}`,
      remedy: "find out who scaled the standby up and scale it to zero; Drover does not choose for you",
    },
  ];
}
