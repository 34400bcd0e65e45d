import type { CaptureInput } from "./capture-input.ts";
import type { RenderResult } from "./render-result.ts";

/** Captured live objects of one application → its folder on the DR branch of the standby. Pure and deterministic. */
export function renderApplication(input: CaptureInput): RenderResult {
  throw new Error(`rendering ${input.application} is not wired yet`);
}
