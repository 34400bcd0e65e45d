import type { StepDraft } from "../model/step.ts";

/**
 * The order of everything a plan can contain. Site phases are shared: what several applications of one change ask for
 * there is done once, after all of them are ready for it.
 */
export const PHASES = [
  "begin", // the transition is recorded where the surviving side can read it
  "epoch", // site: late writes of older runs conflict from here on
  "stop", // source reachable: no transfer, no pod
  "fence", // site: source not reachable
  "stopped", // how it was proven
  "promote", // claims, point of no return, activation
  "serve", // verification, after every application of the change was started
  "hold-epoch", // site: the source, once it is back
  "hold", // the source's revived workloads are stopped again
  "unfence", // site: the source's storage takes part again
  "prepare", // site: what all applications of a pair of clusters share
  "settle", // replication the other way, standby rendered and delivered, complete
] as const;

export type PhaseName = (typeof PHASES)[number];

export const SITE_PHASES: ReadonlySet<PhaseName> = new Set(["epoch", "fence", "hold-epoch", "unfence", "prepare"]);

/** Drafts by phase; a phase that is absent has nothing to do. */
export type PhasePlan = Partial<Readonly<Record<PhaseName, readonly StepDraft[]>>>;
