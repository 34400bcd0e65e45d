import type { Palette } from "./palette.ts";

/** What a look at one cluster found. */
export interface ProbeResult {
  readonly cluster: string;
  /** missing: the repository does not say which cluster it must be. */
  readonly state: "ok" | "missing" | "mismatch" | "unreachable";
  readonly version: string | null;
  readonly identity: string | null;
  readonly expected: string | null;
  readonly why: string | null;
}

export function probeDocument(results: readonly ProbeResult[]): Readonly<Record<string, unknown>> {
  return { apiVersion: "drover.dev/v1alpha1", kind: "ProbeReport", clusters: results };
}

export function probeText(results: readonly ProbeResult[], palette: Palette): string {
  const lines = results.map((result) => {
    const name = palette.bold(result.cluster);
    switch (result.state) {
      case "ok":
        return `${name}: ${palette.good("ok")}, Kubernetes ${result.version ?? "?"}, identity ${result.identity ?? "?"}`;
      case "missing":
        return `${name}: answers, but the repository does not say which cluster it must be\n  → set spec.identity: ${result.identity ?? "?"}`;
      case "mismatch":
        return `${name}: ${palette.bad("another cluster")}: identity ${result.identity ?? "none"}, expected ${result.expected ?? "?"}\n  → check which context spec.connection names`;
      case "unreachable":
        return `${name}: ${palette.bad("no answer")}: ${result.why ?? ""}`;
    }
  });
  return `${lines.join("\n")}\n`;
}
