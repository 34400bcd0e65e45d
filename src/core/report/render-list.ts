import type { Blocker } from "../failover/intent.ts";
import type { RenderReport } from "../render/render-result.ts";

/** What came of one render of all applications. */
export interface RenderedAll {
  /** Of the applications that were captured, with or without a change. */
  readonly reports: readonly RenderReport[];
  /** Application to why nothing was written for it. */
  readonly refused: ReadonlyMap<string, readonly Blocker[]>;
  /** What people must know and nothing stopped for. */
  readonly notes: readonly Blocker[];
  /** Commit of the desired state that was rendered: which applications, and by which rules. */
  readonly revision: string;
}

/** The `RenderReportList` document: nothing that the text view says is missing from it. */
export function renderReportList(result: RenderedAll): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "drover.dev/v1alpha1",
    kind: "RenderReportList",
    revision: result.revision,
    items: result.reports,
    refused: Object.fromEntries(result.refused),
    notes: result.notes,
  };
}
