import type { DesiredState } from "../desired/desired-state.ts";
import { counted } from "../model/counted.ts";
import type { Finding, Severity } from "../model/finding.ts";
import { harmless } from "./harmless.ts";
import { plain } from "./markdown-escape.ts";

export interface ValidationInput {
  readonly findings: readonly Finding[];
  readonly state: DesiredState;
  readonly blocked: ReadonlySet<string>;
}

const PAINT: Readonly<Record<Severity | "bold", string>> = {
  error: "\u001b[31m",
  warning: "\u001b[33m",
  info: "\u001b[36m",
  bold: "\u001b[1m",
};
const PLAIN = "\u001b[0m";

/** For people: each finding with its place first, the way compilers print it, so that editors and terminals link to it. */
export function validationText(input: ValidationInput, colour: boolean): string {
  const paint = (style: keyof typeof PAINT, text: string): string => (colour ? PAINT[style] + text + PLAIN : text);
  const blocks = input.findings.map((finding) => {
    const severity = paint(finding.severity, finding.severity);
    return `${placeOf(finding)}${severity}: ${harmless(finding.message)} [${finding.code}]\n    ${harmless(finding.remedy)}\n`;
  });
  return `${blocks.join("")}${blocks.length > 0 ? "\n" : ""}${paint("bold", verdict(input))}\n`;
}

/** The same as a Markdown list, for comments and summaries. */
export function validationMarkdown(input: ValidationInput): string {
  const rows = input.findings.map((finding) => {
    const place = placeOf(finding).replace(/: $/, "");
    return `| ${finding.severity} | ${plain(place)} | ${plain(finding.message)} | ${plain(finding.remedy)} | \`${finding.code}\` |`;
  });
  const table = ["| severity | where | what | remedy | code |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
  return `**${verdict(input)}**\n${rows.length > 0 ? `\n${table}\n` : ""}`;
}

function placeOf({ file, line, column }: Finding): string {
  if (file === null) return "";
  return `${harmless(file)}${line === null ? "" : `:${line}${column === null ? "" : `:${column}`}`}: `;
}

function verdict({ findings, state, blocked }: ValidationInput): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  const after = warnings > 0 ? `, ${counted(warnings, "warning")}` : "";
  if (errors === 0) {
    const { clusters, policies, applications } = state;
    return `Valid: ${counted(clusters.size, "cluster")}, ${counted(policies.size, "policy", "policies")}, ${counted(applications.size, "application")}${after}.`;
  }
  const stopped = blocked.size === 0 ? "" : ` Blocked until corrected: ${[...blocked].sort().join(", ")}.`;
  return `Not valid: ${counted(errors, "error")}${after}.${stopped}`;
}
