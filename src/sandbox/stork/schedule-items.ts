import { asFields, asList, asString, at } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { momentOf, timestamp } from "../clock/simulation-clock.ts";
import type { PolicyType } from "./schedule-policies.ts";

/** One run of a schedule, as `status.items` remembers it. */
export interface ScheduleItem {
  readonly creationTimestamp: string | null;
  readonly finishTimestamp: string | null;
  readonly name: string;
  readonly status: string;
}

export type ScheduleItems = Readonly<Partial<Record<PolicyType, readonly ScheduleItem[]>>>;

const TYPES: readonly PolicyType[] = ["Interval", "Daily", "Weekly", "Monthly"];

export function itemsOf(schedule: KubeObject): ScheduleItems {
  const items = asFields(at(schedule, "status", "items"));
  return Object.fromEntries(
    TYPES.filter((type) => items[type] !== undefined).map((type) => [type, asList(items[type]).map(readItem)]),
  );
}

function readItem(value: unknown): ScheduleItem {
  return {
    creationTimestamp: asString(at(value, "creationTimestamp")),
    finishTimestamp: asString(at(value, "finishTimestamp")),
    name: asString(at(value, "name")) ?? "",
    status: asString(at(value, "status")) ?? "",
  };
}

export function isUnfinished({ status }: ScheduleItem): boolean {
  return status === "" || status === "Pending" || status === "InProgress";
}

function isGood({ status }: ScheduleItem): boolean {
  return status === "Successful" || status === "PartialSuccess";
}

export function allItems(items: ScheduleItems): readonly ScheduleItem[] {
  return TYPES.flatMap((type) => items[type] ?? []);
}

/** When the newest run of a type started; null when there was none. */
export function lastStart(items: ScheduleItems, type: PolicyType): number | null {
  return momentOf(items[type]?.at(-1)?.creationTimestamp);
}

/** Takes over how unfinished runs stand; a Migration that is gone counts as failed. */
export function refreshed(items: ScheduleItems, migrations: readonly KubeObject[], now: number): ScheduleItems {
  return mapItems(items, (list) =>
    list.map((item) => {
      if (!isUnfinished(item)) return item;
      const migration = migrations.find(({ metadata }) => metadata.name === item.name);
      const status = migration === undefined ? "Failed" : finalStatus(migration);
      return isUnfinished({ ...item, status })
        ? { ...item, status }
        : { ...item, status, finishTimestamp: timestamp(now) };
    }),
  );
}

/** A Migration is done when its stage is Final; before that its status says nothing final. */
function finalStatus(migration: KubeObject): string {
  const status = asString(at(migration, "status", "status")) ?? "";
  if (at(migration, "status", "stage") === "Final") return status;
  return status === "" ? "Pending" : "InProgress";
}

/** The newest good run of each type and everything after it; without a good one all are kept. */
export function pruned(items: ScheduleItems): ScheduleItems {
  return mapItems(items, (list) => list.slice(Math.max(0, list.findLastIndex(isGood))));
}

function mapItems(
  items: ScheduleItems,
  change: (list: readonly ScheduleItem[]) => readonly ScheduleItem[],
): ScheduleItems {
  return Object.fromEntries(TYPES.flatMap((type) => (items[type] === undefined ? [] : [[type, change(items[type])]])));
}
