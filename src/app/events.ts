import type { Step } from "../core/model/step.ts";

/** What a use case tells while it works. Sinks turn events into terminal lines, JSON lines or annotations. */
export type AppEvent =
  | { readonly type: "reading"; readonly what: string }
  | { readonly type: "cluster-away"; readonly cluster: string; readonly why: string }
  | { readonly type: "lease"; readonly cluster: string; readonly state: "held" | "busy" }
  /** Somebody holds the Lease and may be dead: it is waited for, at most so many milliseconds. */
  | {
      readonly type: "lease-waiting";
      readonly cluster: string;
      readonly holder: string;
      readonly milliseconds: number;
    }
  | { readonly type: "step-started"; readonly step: Step }
  | { readonly type: "step-waiting"; readonly step: Step; readonly why: string }
  | {
      readonly type: "step-finished";
      readonly step: Step;
      readonly outcome: StepOutcome;
      readonly milliseconds: number;
    };

export type StepOutcome =
  | { readonly state: "done"; readonly detail: string | null }
  /** A human is needed: a precondition does not hold, or a wait can't end well. */
  | { readonly state: "refused"; readonly why: string }
  /** Not this time: something moved on; the next pass looks again. */
  | { readonly state: "again"; readonly why: string }
  /** Its wait ended without an answer. */
  | { readonly state: "timed-out"; readonly why: string }
  /** Something it depends on did not get done. */
  | { readonly state: "skipped"; readonly why: string };
