import { asList, at, isFields } from "./fields.ts";

/**
 * Every field we want is in the live object. Stork rewrites objects through its Go types, so null, absent, "", false, 0,
 * [] and {} mean the same (stork sheet, section 2); what it adds beyond our fields is its own business.
 */
export function isCovered(wanted: unknown, live: unknown): boolean {
  if (isFields(wanted)) {
    return Object.entries(wanted).every(([key, value]) => isCovered(value, at(live, key)));
  }
  if (Array.isArray(wanted)) {
    const items = asList(live);
    return wanted.length === items.length && wanted.every((item, index) => isCovered(item, items[index]));
  }
  return wanted === live || (isZero(wanted) && isZero(live));
}

function isZero(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}
