import type { Direction, Schedule } from "../../core/provider.ts";

export const STORK = "stork.libopenstorage.org/v1alpha1";
const PREFIX = "stork.libopenstorage.org/";
export const STATIC_COPY = `${PREFIX}static-copy`;

/**
 * Namespace of the schedule and the pair. Stork lets a schedule name only its own namespace, except in the admin
 * namespace (Stork 24.3, migration controller): several namespaces therefore live there.
 */
export function scheduleNamespace(direction: Direction): string {
  const [first, ...others] = direction.namespaces;
  if (others.length === 0 && first !== undefined) return first;
  return direction.source.adminNamespace ?? "kube-system";
}

/** The two directions need two names: the static copy of one occupies its name on the other side. */
export function scheduleName(direction: Direction): string {
  return direction.forward ? `drover-${direction.application}` : `drover-${direction.application}-reverse`;
}

export function policyName(schedule: Schedule): string {
  switch (schedule.type) {
    case "interval":
      return `drover-every-${schedule.minutes}m`;
    case "daily":
      return `drover-daily-${compact(schedule.time)}`;
    case "weekly":
      return `drover-weekly-${schedule.day.toLowerCase()}-${compact(schedule.time)}`;
    case "monthly":
      return `drover-monthly-${schedule.date}-${compact(schedule.time)}`;
  }
}

/** One-shot objects are never run twice by Stork, so their names are the act: application or domain, and transition. */
export function oneShotName(
  act: "fence" | "unfence" | "final",
  subject: string,
  id: { readonly transition: string; readonly digest: (text: string) => string },
): string {
  return `drover-${act}-${id.digest(`${act}\n${subject}\n${id.transition}`).slice(0, 16)}`;
}

function compact(time: string): string {
  return time.replace(":", "");
}
