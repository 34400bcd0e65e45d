import type { Finding, Severity } from "../model/finding.ts";
import type { FindingCode } from "../model/finding-codes.ts";
import type { Declared, FieldPath } from "./source.ts";
import { locate, locateKey } from "./source.ts";

/** A finding about one document, before the path became a line. */
export interface Issue {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly path: FieldPath;
  /** Whether the field's key or its value is to be looked at. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly remedy: string;
}

/** An error about a field's value, the most frequent issue. */
export function invalidField(path: FieldPath, message: string, remedy: string): Issue {
  return { code: "invalid-field", severity: "error", path, at: "value", message, remedy };
}

/** An error about a field that has to be there; it is found at the mapping that lacks it. */
export function missingField(path: FieldPath, message: string, remedy: string): Issue {
  return { code: "missing-field", severity: "error", path, at: "key", message, remedy };
}

export function toFinding(issue: Issue, declared: Pick<Declared, "source">): Finding {
  const { code, severity, message, remedy } = issue;
  const where = issue.at === "key" ? locateKey(declared, issue.path) : locate(declared, issue.path);
  return { code, severity, message, remedy, ...where };
}
