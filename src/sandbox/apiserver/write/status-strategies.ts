import { isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import type { Strategy } from "./strategy.ts";

/** Kinds whose new objects begin in a phase; for all others an empty status comes from the schema. */
const initialStatus: Readonly<Record<string, Fields>> = {
  nodes: {},
  persistentvolumes: { phase: "Pending" },
  persistentvolumeclaims: { phase: "Pending" },
};

function statusStrategy(initial: Fields): Strategy {
  return {
    create: (_context, object) => ({ ...object, status: initial }),
    update: (_context, next) => (isFields(next["status"]) ? next : { ...next, status: initial }),
  };
}

export const statusStrategies: Readonly<Record<string, Strategy>> = Object.fromEntries(
  Object.entries(initialStatus).map(([key, status]) => [key, statusStrategy(status)]),
);
