/** Minutes, hours, days of the month, months and week days (0 is Sunday) at which something is due. */
export interface CronExpression {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly dates: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekDays: ReadonlySet<number>;
  /** Both day fields restricted: either may match (crontab's rule). */
  readonly eitherDay: boolean;
}

const MINUTE = 60_000;
const SHORTHANDS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEK_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: readonly { readonly names: readonly string[]; readonly low: number; readonly high: number }[] = [
  { names: [], low: 0, high: 59 },
  { names: [], low: 0, high: 23 },
  { names: [], low: 1, high: 31 },
  { names: MONTHS, low: 1, high: 12 },
  { names: WEEK_DAYS, low: 0, high: 7 },
];

/** The five fields of a CronJob's schedule; null when it is not one. */
export function parseCron(text: string): CronExpression | null {
  const fields = (SHORTHANDS[text.trim()] ?? text).trim().toLowerCase().split(/\s+/);
  if (fields.length !== FIELDS.length) return null;
  const sets = FIELDS.map(({ names, low, high }, index) =>
    parseField(named(fields[index] ?? "", names, low), low, high),
  );
  const [minutes, hours, dates, months, days] = sets;
  if (!minutes || !hours || !dates || !months || !days) return null;
  const eitherDay = fields[2]?.startsWith("*") === false && fields[4]?.startsWith("*") === false;
  return { minutes, hours, dates, months, weekDays: new Set([...days].map((day) => day % 7)), eitherDay };
}

function named(field: string, names: readonly string[], first: number): string {
  return field.replace(/[a-z]+/g, (word) => {
    const index = names.indexOf(word);
    return index < 0 ? word : String(index + first);
  });
}

function parseField(field: string, low: number, high: number): ReadonlySet<number> | null {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const range = parseRange(part, low, high);
    if (range === null) return null;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
  }
  return values;
}

function parseRange(part: string, low: number, high: number): { start: number; end: number; step: number } | null {
  const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
  if (match === null) return null;
  const [, from, to, stride] = match;
  const start = Number(from ?? low);
  // `5/10` counts up to the end of the field, a plain `5` is one value.
  const open = from === undefined || (to === undefined && stride !== undefined);
  const end = open ? high : Number(to ?? from);
  const step = Number(stride ?? 1);
  return start < low || end > high || step < 1 ? null : { start, end, step };
}

/** The first moment after `after` at which the schedule is due (UTC), or null within two years. */
export function nextTime(cron: CronExpression, after: number): number | null {
  const first = (Math.floor(after / MINUTE) + 1) * MINUTE;
  const day = new Date(first);
  day.setUTCHours(0, 0, 0, 0);
  for (let i = 0; i < 731; i += 1, day.setUTCDate(day.getUTCDate() + 1)) {
    const moment = matchesDay(cron, day) ? firstOfDay(cron, day.getTime(), first) : undefined;
    if (moment !== undefined) return moment;
  }
  return null;
}

function firstOfDay(cron: CronExpression, midnight: number, first: number): number | undefined {
  const moments = [...cron.hours].flatMap((hour) =>
    [...cron.minutes].map((minute) => midnight + (hour * 60 + minute) * MINUTE),
  );
  return moments.sort((a, b) => a - b).find((moment) => moment >= first);
}

function matchesDay(cron: CronExpression, day: Date): boolean {
  if (!cron.months.has(day.getUTCMonth() + 1)) return false;
  const byDate = cron.dates.has(day.getUTCDate());
  const byWeekDay = cron.weekDays.has(day.getUTCDay());
  return cron.eitherDay ? byDate || byWeekDay : byDate && byWeekDay;
}
