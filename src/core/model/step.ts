import type { Operation } from "./operation.ts";
import type { ObjectRef } from "./kube-object.ts";

/** What a step does, in the words of contracts.md section 3. */
export type StepAction =
  | "create"
  | "update"
  | "delete"
  | "suspend"
  | "resume"
  | "quiesce"
  | "demote"
  | "fence"
  | "unfence"
  | "promote"
  | "activate"
  | "deliver"
  | "render"
  | "snapshot"
  | "wait"
  | "verify";

export type Risk = "routine" | "disruptive" | "destructive";

/** The approved document, field and commit on whose authority a step runs (design invariant 3). */
export interface Authorisation {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly field: string;
  readonly commit: string;
}

/** One step of a plan. Everything that people see comes from here; `operation` is what the executor carries out. */
export interface Step {
  readonly id: string;
  /** Null: the step concerns a whole site (a fence, an epoch), not one application. */
  readonly application: string | null;
  readonly cluster: string;
  readonly action: StepAction;
  readonly object: ObjectRef | null;
  readonly risk: Risk;
  readonly why: string;
  readonly after: readonly string[];
  readonly authorisedBy: Authorisation | null;
  /** Milliseconds since the epoch: if nothing of its application was begun before, it may not begin from then on. */
  readonly beginBefore: number | null;
  readonly operation: Operation;
}

/** A step before it was put in order and authorised. `slug` is unique within its application. */
export interface StepDraft {
  readonly slug: string;
  readonly cluster: string;
  readonly action: StepAction;
  readonly object: ObjectRef | null;
  readonly risk: Risk;
  readonly why: string;
  readonly operation: Operation;
}
