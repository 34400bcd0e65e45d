import { compareText } from "./compare-text.ts";
import type { FindingCode } from "./finding-codes.ts";

export type Severity = "error" | "warning" | "info";

/** Where in the repository a finding points: line and column count from 1, columns in UTF-16 units. */
export interface Location {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** One thing a person should know: what is wrong, where, and what to do about it (contracts.md section 3). */
export interface Finding extends Location {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}

/** A stable order for reports: by file, line, column, code, then message. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.file ?? "", b.file ?? "") ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}
