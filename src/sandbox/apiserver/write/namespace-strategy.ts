import { asFields } from "../../../core/model/fields.ts";
import type { Strategy } from "./strategy.ts";

/** Namespaces have a finalizer that keeps them until they are empty, and a phase that only the server sets. */
export const namespaceStrategy: Strategy = {
  create: (_context, object) => ({ ...object, spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } }),
  update: (_context, next, live) => ({
    ...next,
    spec: live["spec"],
    status: { ...asFields(next["status"]), phase: asFields(live["status"])["phase"] },
  }),
};
