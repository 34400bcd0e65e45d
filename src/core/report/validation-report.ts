import { z } from "zod";
import type { Finding } from "../model/finding.ts";
import { hasErrors } from "../model/finding.ts";
import { FINDING_CODES } from "../model/finding-codes.ts";

const API_VERSION = "drover.dev/v1alpha1";

/** One finding as every JSON document shows it (contracts.md section 3). */
export const findingSchema = z.strictObject({
  code: z.string().meta({ description: `Stable and machine-readable: ${Object.keys(FINDING_CODES).join(", ")}.` }),
  severity: z.enum(["error", "warning", "info"]),
  message: z.string(),
  remedy: z.string(),
  file: z.string().nullable().meta({ description: "Relative to the repository; null: about none of its files." }),
  line: z.int().positive().nullable().meta({ description: "From 1." }),
  column: z.int().positive().nullable().meta({ description: "From 1, in UTF-16 units." }),
});

export const validationReportSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal("ValidationReport"),
    valid: z.boolean().meta({ description: "No finding has the severity error." }),
    findings: z.array(findingSchema),
  })
  .meta({ description: "What `drover validate -o json` prints." });

export type ValidationReport = z.output<typeof validationReportSchema>;

/** Findings keep their order: sorted by file, line and column. */
export function validationReport(findings: readonly Finding[]): ValidationReport {
  return {
    apiVersion: API_VERSION,
    kind: "ValidationReport",
    valid: !hasErrors(findings),
    findings: findings.map(({ code, severity, message, remedy, file, line, column }) => ({
      code,
      severity,
      message,
      remedy,
      file,
      line,
      column,
    })),
  };
}
