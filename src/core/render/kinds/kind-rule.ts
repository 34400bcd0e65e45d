import type { Fields } from "../../model/fields.ts";
import type { KubeObject } from "../../model/kube-object.ts";
import type { Draft } from "../draft.ts";
import type { SanitizeContext } from "../pod-template.ts";
import type { ChangeRule } from "../render-rules.ts";

/** Brings a draft into the form that is wanted elsewhere. `live` is the captured object with its managed fields. */
export type Sanitizer = (draft: Draft, context: SanitizeContext, live: KubeObject) => void;

/** One field that decides whether something runs. */
export interface Switch {
  readonly path: readonly string[];
  /** What the base says, so that nothing runs. */
  readonly off: unknown;
  /** Annotation in which the base remembers the original, as JSON; see `standby-form.ts`. */
  readonly mark: string;
  /** What an absent field means; written out by the active component. Left out: the field is removed again. */
  readonly absent?: unknown;
  /** What another tool remembers of the field, as the value; undefined when it remembers nothing. */
  readonly foreign?: (annotations: Readonly<Record<string, string>>) => unknown;
  readonly rule: ChangeRule;
}

/** How a kind is kept from running on a standby. */
export type StandbyForm =
  /** Runs nothing by itself. */
  | { readonly form: "same" }
  /** `spec.replicas` counts pods: zero in the base. */
  | { readonly form: "replicas" }
  | { readonly form: "switches"; readonly switches: readonly Switch[] }
  /** Can't idle, or would do harm where nothing runs: only the active component has it. */
  | { readonly form: "active-only" };

export interface KindRule {
  /** The empty string is the core group. */
  readonly group: string;
  readonly kind: string;
  /** Versions whose fields the rule knows; null: any, for kinds of which only names of fields are used. */
  readonly versions: readonly string[] | null;
  readonly sanitize: Sanitizer;
  readonly standby: (draft: Fields) => StandbyForm;
}

const SAME: StandbyForm = { form: "same" };
const REPLICAS: StandbyForm = { form: "replicas" };
const ACTIVE_ONLY: StandbyForm = { form: "active-only" };

export const same = (): StandbyForm => SAME;
export const byReplicas = (): StandbyForm => REPLICAS;
export const activeOnly = (): StandbyForm => ACTIVE_ONLY;

/** Every switch must find the mapping that its field stands in; an object without one of them can't idle. */
export function bySwitches(...switches: readonly Switch[]): (draft: Fields) => StandbyForm {
  const form: StandbyForm = { form: "switches", switches };
  return () => form;
}

/** Kinds whose metadata and status are all that has to be cleaned. */
export const clean: Sanitizer = () => undefined;

/** Several kinds of one group under the same rule. */
export function kindsOf(
  group: string,
  kinds: readonly string[],
  rule: Omit<KindRule, "group" | "kind">,
): readonly KindRule[] {
  return kinds.map((kind) => ({ group, kind, ...rule }));
}
