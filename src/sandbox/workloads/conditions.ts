import { asList, asString, at } from "../../core/model/fields.ts";
import { timestamp } from "../clock/simulation-clock.ts";

export interface WantedCondition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** The conditions as wanted, with the time of the last transition kept where the status did not change. */
export function withTransitions(
  current: unknown,
  wanted: readonly WantedCondition[],
  { now, withUpdateTime }: { readonly now: number; readonly withUpdateTime: boolean },
): readonly Readonly<Record<string, unknown>>[] {
  const time = timestamp(now);
  return wanted.map((condition) => {
    const known = asList(current).find((candidate) => at(candidate, "type") === condition.type);
    const sameStatus = at(known, "status") === condition.status;
    const same = sameStatus && at(known, "reason") === condition.reason && at(known, "message") === condition.message;
    const kept = (field: string): string => asString(at(known, field)) ?? time;
    return {
      ...condition,
      lastTransitionTime: sameStatus ? kept("lastTransitionTime") : time,
      ...(withUpdateTime ? { lastUpdateTime: same ? kept("lastUpdateTime") : time } : {}),
    };
  });
}
