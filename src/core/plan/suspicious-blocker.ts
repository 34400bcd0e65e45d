import type { Blocker } from "../failover/intent.ts";
import { counted } from "../model/counted.ts";
import type { SuspiciousCapture } from "../render/render-result.ts";
import { describeSuspicious } from "../render/suspicious-capture.ts";

/** So many are named one by one: enough to judge by, and still to be read in a comment. */
const NAMED = 10;

/** The capture of `application` is held back (design invariant 7). Whoever accepts the digest sees what it stands for. */
export function suspiciousBlocker({ digest, items }: SuspiciousCapture, application: string): Blocker {
  const zeros = items.filter((item) => item.what === "count-turned-zero").length;
  const removals = items.length - zeros;
  const counts = [
    ...(removals === 0 ? [] : [counted(removals, "removal")]),
    ...(zeros === 0 ? [] : [`${counted(zeros, "count")} turned zero`]),
  ].join(" and ");
  const more = items.length > NAMED ? [`and ${items.length - NAMED} more`] : [];
  const named = [...items.slice(0, NAMED).map(describeSuspicious), ...more].join("; ");
  const [look, they] = items.length === 1 ? ["looks", "it is"] : ["look", "they are"];
  return {
    code: "suspicious-capture",
    message: `${counts} in ${application} ${look} like an accident; the last good render stays: ${named}`,
    remedy: `if ${they} meant, add ${digest} to spec.render.accept in an approved change`,
  };
}
