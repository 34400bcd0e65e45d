import type { RenderTarget } from "../../../src/core/desired/protected-application.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { sanitizeObject } from "../../../src/core/render/sanitize-object.ts";
import { NO_MAPPINGS } from "../../../src/core/desired/protected-application.ts";

export interface Sanitized {
  readonly object: unknown;
  readonly rules: Readonly<Record<string, number>>;
}

/** One object through all rules, with the count of each. */
export function sanitize(
  live: KubeObject,
  target: Partial<RenderTarget> = {},
  selectorLabels: readonly string[] = ["app"],
): Sanitized {
  const rules: Record<string, number> = {};
  const object = sanitizeObject(live, {
    target: { ...NO_MAPPINGS, ...target },
    selectorLabels: new Set(selectorLabels),
    namespaces: new Set(["shop"]),
    generatedSecrets: new Set(["shop/builder-token-x1"]),
    note: (rule, count = 1) => (rules[rule] = (rules[rule] ?? 0) + count),
  });
  return { object, rules };
}
