const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span the way kubectl prints it: two units while they matter, one when they don't (`duration.HumanDuration`). */
export function humanDuration(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  const whole = (unit: number): number => Math.floor(span / unit);
  const both = (unit: number, part: number, names: readonly [string, string]): string => {
    const rest = Math.floor((span % unit) / part);
    return rest === 0 ? `${whole(unit)}${names[0]}` : `${whole(unit)}${names[0]}${rest}${names[1]}`;
  };
  if (span < 2 * minute) return `${whole(second)}s`;
  if (span < 10 * minute) return both(minute, second, ["m", "s"]);
  if (span < 3 * hour) return `${whole(minute)}m`;
  if (span < 8 * hour) return both(hour, minute, ["h", "m"]);
  if (span < 2 * day) return `${whole(hour)}h`;
  if (span < 8 * day) return both(day, hour, ["d", "h"]);
  if (span < 2 * 365 * day) return `${whole(day)}d`;
  if (span < 8 * 365 * day) return both(365 * day, day, ["y", "d"]);
  return `${whole(365 * day)}y`;
}

/** The age of a time stamp at `now` (milliseconds); `<unknown>` without one. */
export function age(time: string | undefined, now: number): string {
  const then = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(then) ? "<unknown>" : humanDuration(now - then);
}
