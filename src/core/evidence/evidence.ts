import { OWN_BRANCHES } from "../model/own-branches.ts";
import type { ProtectedApplication } from "../desired/protected-application.ts";
import { formatIsoDuration } from "../model/duration.ts";
import type { TransitionRecord } from "../model/record.ts";

export const EVIDENCE_BRANCH = `${OWN_BRANCHES}evidence`;

/** What an auditor asks of one transition: who approved what, what was done when, and what it really cost. */
export interface Evidence {
  readonly apiVersion: "drover.dev/v1alpha1";
  readonly kind: "Evidence";
  readonly application: string;
  readonly namespaces: readonly string[];
  readonly transition: Pick<TransitionRecord, "id" | "type" | "from" | "to" | "commit" | "phase" | "proof" | "times">;
  readonly approvals: TransitionRecord["approvals"];
  /** ISO 8601; null: unknown. Data loss is the distance from the recovery point to the moment the source was stopped. */
  readonly achieved: {
    readonly recoveryPoint: string | null;
    readonly dataLoss: string | null;
    readonly recoveryTime: string | null;
  };
  readonly objectives: { readonly rpo: string; readonly rto: string; readonly met: boolean | null };
}

export function evidencePath(application: string, id: string): string {
  return `evidence/${application}/${id}.json`;
}

/** The record of one transition as evidence. Pure: the same record gives the same bytes. */
export function evidenceOf(
  document: ProtectedApplication,
  transition: TransitionRecord,
  objectives: { readonly rpo: number; readonly rto: number },
): Evidence {
  const { id, type, from, to, commit, phase, proof, times, approvals, recoveryPoint } = transition;
  const dataLoss = between(recoveryPoint, times.stopped);
  const recoveryTime = between(times.begun, times.serving);
  const known = dataLoss !== null && recoveryTime !== null;
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "Evidence",
    application: document.name,
    namespaces: document.namespaces,
    transition: { id, type, from, to, commit, phase, proof, times },
    approvals,
    achieved: { recoveryPoint, dataLoss: iso(dataLoss), recoveryTime: iso(recoveryTime) },
    objectives: {
      rpo: formatIsoDuration(objectives.rpo),
      rto: formatIsoDuration(objectives.rto),
      met: known ? dataLoss <= objectives.rpo && recoveryTime <= objectives.rto : null,
    },
  };
}

function between(start: string | null, end: string | null): number | null {
  return start === null || end === null ? null : Math.max(0, Date.parse(end) - Date.parse(start));
}

function iso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : formatIsoDuration(milliseconds);
}
