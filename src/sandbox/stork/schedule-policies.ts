import { asFields, asNumber, asString, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { POLICY } from "./kinds.ts";

export type PolicyType = "Interval" | "Daily" | "Weekly" | "Monthly";

const HOUR = 3_600_000;
const NONE = { daily: null, interval: null, monthly: null, weekly: null } as const;

/** The policies that Stork makes when it starts. */
export function defaultPolicies(): readonly KubeObject[] {
  const policy = (name: string, body: Fields): KubeObject => ({
    ...POLICY,
    metadata: { name },
    policy: { ...NONE, ...body },
  });
  const midnight = { options: null, time: "12:00am" } as const;
  return [
    policy("default-migration-policy", { interval: { intervalMinutes: 30, options: null, retain: 0 } }),
    policy("default-interval-policy", { interval: { intervalMinutes: 15, options: null, retain: 10 } }),
    policy("default-daily-policy", { daily: { forceFullSnapshotDay: "", ...midnight, retain: 7 } }),
    policy("default-weekly-policy", { weekly: { day: "Sunday", ...midnight, retain: 4 } }),
    policy("default-monthly-policy", { monthly: { date: 15, ...midnight, retain: 12 } }),
  ];
}

/** Minutes after midnight of a clock time in Go's layout `3:04PM`; null for anything else. */
export function clockMinutes(text: unknown): number | null {
  const match = /^(0?[1-9]|1[0-2]):([0-5]\d)(AM|PM|am|pm)$/.exec(asString(text) ?? "");
  if (match === null) return null;
  const hour = (Number(match[1]) % 12) + (match[3]?.toLowerCase() === "pm" ? 12 : 0);
  return hour * 60 + Number(match[2]);
}

const WEEK_DAYS: readonly (readonly string[])[] = [
  ["Sunday", "Sun"],
  ["Monday", "Mon"],
  ["Tuesday", "Tue"],
  ["Wednesday", "Wed"],
  ["Thursday", "Thu", "Thur", "Thurs"],
  ["Friday", "Fri"],
  ["Saturday", "Sat"],
];

function weekDay(text: unknown): number | null {
  const name = asString(text) ?? "";
  const index = WEEK_DAYS.findIndex((names) => names.some((known) => name === known || name === known.toLowerCase()));
  return index < 0 ? null : index;
}

export type Policy = { readonly valid: true; readonly sections: readonly Section[] } | { readonly valid: false };

interface Section {
  readonly type: PolicyType;
  /** Whether a run is due, given when the last one of this type started. */
  readonly due: (now: number, last: number | null) => boolean;
}

/** Reads a policy. One invalid section makes the whole policy invalid, as in Stork. */
export function readPolicy(policy: KubeObject): Policy {
  const body = asFields(policy["policy"]);
  const sections: Section[] = [];
  const readers = [readInterval, readDaily, readWeekly, readMonthly];
  for (const [index, key] of ["interval", "daily", "weekly", "monthly"].entries()) {
    if (body[key] === undefined || body[key] === null) continue;
    const section = readers[index]?.(body[key]) ?? null;
    if (section === null) return { valid: false };
    sections.push(section);
  }
  return { valid: true, sections };
}

function readInterval(body: unknown): Section | null {
  const minutes = asNumber(at(body, "intervalMinutes"));
  if (minutes === null || minutes < 1) return null;
  return { type: "Interval", due: (now, last) => last === null || now >= last + minutes * 60_000 };
}

function readDaily(body: unknown): Section | null {
  return atClockTime("Daily", body, () => true);
}

function readWeekly(body: unknown): Section | null {
  const day = weekDay(at(body, "day"));
  return day === null ? null : atClockTime("Weekly", body, (today) => today.getUTCDay() === day);
}

function readMonthly(body: unknown): Section | null {
  const date = asNumber(at(body, "date"));
  if (date === null || date < 1 || date > 31) return null;
  return atClockTime("Monthly", body, (today) => today.getUTCDate() === date);
}

/** Fires only within the hour after the set time, once: a window that was missed is skipped. */
function atClockTime(type: PolicyType, body: unknown, onDay: (today: Date) => boolean): Section | null {
  const minutes = clockMinutes(at(body, "time"));
  if (minutes === null) return null;
  const due = (now: number, last: number | null): boolean => {
    const midnight = new Date(now).setUTCHours(0, 0, 0, 0);
    const moment = midnight + minutes * 60_000;
    return onDay(new Date(now)) && now >= moment && now < moment + HOUR && (last === null || last < moment);
  };
  return { type, due };
}
