import { z } from "zod";
import { isAgeRecipient } from "../age-recipient.ts";
import { DURATION_PATTERN, parseDuration } from "../../model/duration.ts";
import { parseInstant } from "../../model/instant.ts";

export const API_VERSION = "drover.dev/v1alpha1";

/** A rule's two halves, why a value is refused and what to write instead, in the one string that zod carries. */
export function rule(reason: string, remedy: string): string {
  return `${reason}\n${remedy}`;
}

/** Takes `rule` apart again; null for a message that zod wrote itself. */
export function readRule(message: string): { readonly reason: string; readonly remedy: string } | null {
  const at = message.indexOf("\n");
  return at < 0 ? null : { reason: message.slice(0, at), remedy: message.slice(at + 1) };
}

const NAME_RULE = rule(
  "is not a name: a name is a DNS label of at most 40 characters",
  "Use lower-case letters, digits and dashes, beginning and ending with a letter or digit.",
);

/** Name of a document or a Kubernetes object that Drover derives other names from: they must fit in 63 characters. */
export const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/, { error: NAME_RULE });

/** Name of a namespace that nothing is derived from: all that Kubernetes allows. */
export const foreignNamespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: rule(
    "is not a name that Kubernetes allows for a namespace",
    "Write the namespace's name as `kubectl get namespaces` shows it.",
  ),
});

/** Milliseconds from a duration such as `1h30m`. */
export const duration = z
  .string()
  .regex(DURATION_PATTERN, {
    error: rule("is not a duration", "Write numbers with the units ms, s, m, h or d, such as 20s or 1h30m."),
  })
  .transform((text, context) => {
    const value = parseDuration(text);
    if (value !== null) return value;
    context.addIssue({ code: "custom", message: rule("is a longer duration than can be counted", "Write less.") });
    return z.NEVER;
  });

/** Milliseconds since the epoch from an RFC 3339 time. */
export const instant = z
  .string()
  .meta({ format: "date-time" })
  .transform((text, context) => {
    const value = parseInstant(text);
    if (value !== null) return value;
    context.addIssue({
      code: "custom",
      message: rule("is not an RFC 3339 time", "Write date, time and zone, such as 2026-11-23T06:00:00Z."),
    });
    return z.NEVER;
  });

/** A time of day, UTC. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: rule("is not a time of day", 'Write hours and minutes in UTC, between "00:00" and "23:59".'),
});

/** Text that is not empty and has no control characters, so that it is safe in logs, comments and commit messages. */
export function text(limits: { readonly min: number; readonly max: number }): z.ZodType<string, string> {
  const pattern = new RegExp(
    `^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]{${limits.min},${limits.max}}$`,
    "u",
  );
  return z
    .string()
    .regex(pattern, {
      error: rule(
        `needs ${limits.min} to ${limits.max} characters, none of them a control character`,
        "Say it in that many characters.",
      ),
    })
    .refine((value) => value.trim().length >= limits.min, {
      error: rule("is too short without the blanks around it", `Say it in at least ${limits.min} characters.`),
    });
}

export const word = text({ min: 1, max: 253 });

/** A login on the forge. */
export const login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, {
  error: rule("is not a login", "Write the login as the forge shows it, without @."),
});

/** Relative path of a folder, normalised: no `.`, no doubled or trailing slash. */
export const folder = z
  .string()
  .min(1, { error: rule("is empty", "Name a folder relative to the repository's root.") })
  .max(400, { error: rule("is longer than 400 characters", "Use a shorter path.") })
  .transform((path, context) => {
    const steps = path.split("/").filter((step) => step !== "" && step !== ".");
    const escapes = path.startsWith("/") || steps.includes("..") || /[\\\p{Cc}]/u.test(path) || /^[A-Za-z]:/.test(path);
    if (!escapes && steps.length > 0 && steps[0] !== ".git") return steps.join("/");
    context.addIssue({
      code: "custom",
      message: rule(
        "is not a folder inside the repository",
        "Write a relative path with forward slashes and without `..`.",
      ),
    });
    return z.NEVER;
  });

/** Part of a ref name that every git accepts (git-check-ref-format), and that no command takes for an option. */
export const refName = z.string().refine(isRefName, {
  error: rule("is not a name that git allows here", "Use letters, digits, dots, dashes and slashes, such as main."),
});

function isRefName(value: string): boolean {
  const steps = value.replace(/\/$/, "").split("/");
  return (
    value.length <= 200 &&
    !value.startsWith("-") &&
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{/u.test(value) &&
    value !== "@" &&
    steps.every((step) => step !== "" && !step.startsWith(".") && !step.endsWith(".lock") && !step.endsWith("."))
  );
}

const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels to match, as Kubernetes allows them. */
export const labels = z.record(
  z.string().regex(LABEL_KEY, {
    error: rule("is not a label key that Kubernetes allows", "Write it as `kubectl get --show-labels` shows it."),
  }),
  z.string().regex(LABEL_VALUE, {
    error: rule("is not a label value that Kubernetes allows", "Write it as `kubectl get --show-labels` shows it."),
  }),
);

export const stringMap = z.record(word, word);

export const ageRecipient = z.string().refine(isAgeRecipient, {
  error: rule(
    "is not an age recipient (its checksum is wrong, or it is something else)",
    "Copy the line that begins with age1 from the output of age-keygen; the private key never belongs here.",
  ),
});

/** What every document has around its spec. */
export function document<const Kind extends string, Spec extends z.ZodType>(
  kind: Kind,
  spec: Spec,
): z.ZodObject<
  {
    apiVersion: z.ZodLiteral<typeof API_VERSION>;
    kind: z.ZodLiteral<Kind>;
    metadata: typeof metadata;
    spec: Spec;
  },
  z.core.$strict
> {
  return z.strictObject({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), metadata, spec });
}

const metadata = z.strictObject({
  name: name.meta({ description: "Unique among the documents of this kind." }),
  labels: z.record(z.string(), z.string()).optional().meta({ description: "Allowed and ignored." }),
  annotations: z.record(z.string(), z.string()).optional().meta({ description: "Allowed and ignored." }),
});
