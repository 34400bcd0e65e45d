import { z } from "zod";
import type { Risk } from "../model/step.ts";
import type { ObjectDrift } from "../diff/drift.ts";

/** Every string of a union under its own name, so that a value that is added to the union is missed here. */
export type Each<T extends string> = { readonly [K in T]: K };

export const apiVersion = z.literal("drover.dev/v1alpha1");

/** RFC 3339 in UTC, as `formatInstant` and Kubernetes write it. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/)
  .meta({ description: "A moment in UTC, RFC 3339." });

/** ISO 8601, as `formatIsoDuration` writes it. */
export const duration = z
  .string()
  .regex(/^P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/)
  .meta({ description: "ISO 8601, such as PT1H30M; zero is PT0S." });

export const commit = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
  .meta({ description: "The full id of a commit." });

export const revision = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?$/)
  .meta({ description: "The commit that was read; -dirty: a work tree that differs from it, which is never applied." });

/** Names one object of a cluster. */
export const objectRef = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable().meta({ description: "Null: the kind has no namespace." }),
  name: z.string(),
});

export const risk = z.enum({
  routine: "routine",
  disruptive: "disruptive",
  destructive: "destructive",
} satisfies Each<Risk>);

/** Why something is not done, and what to do about it. */
export const blocker = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ description: "Stable and machine-readable, one of the codes of findings." }),
  message: z.string(),
  remedy: z.string(),
});

/** How far a cluster is from what its branch says. */
export const drift = z
  .strictObject({
    cluster: z.string(),
    compared: z.int().meta({ description: "Objects of the folder that were compared." }),
    objects: z.array(
      z.strictObject({
        ...objectRef.shape,
        state: z.enum({ changed: "changed", missing: "missing" } satisfies Each<ObjectDrift["state"]>),
        paths: z.array(z.string()).meta({ description: "Fields that differ, at most 20; never their values." }),
        more: z.int().meta({ description: "Fields that differ beside those." }),
      }),
    ),
    suppressed: z.int().meta({ description: "Objects that differ in spelling only: the server would change nothing." }),
    unknown: z.int().meta({ description: "Objects of kinds that could not be read." }),
    unconfirmed: z.int().meta({ description: "Objects about which the server could not be asked by a dry run." }),
  })
  .meta({ description: "What was changed on a cluster outside git." });

/** What the branch does not have yet. */
export const uncaptured = z
  .strictObject({
    cluster: z.string(),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    removed: z.array(z.string()),
  })
  .meta({ description: "Files of the folder that a render would change now: what the cluster has and git has not." });
