import { SETTINGS_FILE } from "../desired/folders.ts";
import type { Finding, Severity } from "../model/finding.ts";
import type { FindingCode } from "../model/finding-codes.ts";
import { FINDING_CODES } from "../model/finding-codes.ts";
import type { Json } from "../model/fields.ts";

/** GitHub takes 25,000 results of a run (GitHub code scanning, SARIF limits); errors are kept first. */
const MAX_RESULTS = 25_000;

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };
const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Findings as SARIF 2.1.0 (OASIS), the form that code scanning shows beside the lines of a pull request. */
export function validationSarif(findings: readonly Finding[], version: string): Json {
  const kept = [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]).slice(0, MAX_RESULTS);
  const codes = [...new Set(kept.map(({ code }) => code))].sort();
  const seen = new Map<string, number>();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Drover", semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: kept.map((finding) => resultOf(finding, { codes, seen })),
      },
    ],
  };
}

function ruleOf(code: FindingCode): Json {
  const text = FINDING_CODES[code];
  return { id: code, shortDescription: { text }, fullDescription: { text } };
}

function resultOf(
  finding: Finding,
  run: { readonly codes: readonly FindingCode[]; readonly seen: Map<string, number> },
): Json {
  const { code, severity, message, remedy, line, column } = finding;
  // A finding about no file in particular still needs a place, or GitHub drops it.
  const file = finding.file ?? SETTINGS_FILE;
  const subject = `${code}\n${file}\n${message}`;
  const ordinal = run.seen.get(subject) ?? 0;
  run.seen.set(subject, ordinal + 1);
  return {
    ruleId: code,
    ruleIndex: run.codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: `${message} ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
          region: column === null ? { startLine: line ?? 1 } : { startLine: line ?? 1, startColumn: column },
        },
      },
    ],
    // Without the line, so that a finding is the same one after something above it was edited.
    partialFingerprints: { "droverFinding/v1": fingerprint(`${subject}\n${ordinal}`) },
  };
}

/** FNV-1a with 64 bits, as hex: tells findings apart and protects nothing, so no cryptographic digest is needed. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
