/**
 * The annotations Drover writes on objects of protected applications. They are Drover's own bookkeeping: read at capture,
 * never copied from one cluster to the other, and each has exactly one meaning.
 */
export const MARKS = {
  /** Decimal replica count that a workload had before it was brought to zero. */
  originalReplicas: "drover.dev/original-replicas",
  /** `spec.suspend` that a CronJob had before it was suspended for the standby: `true` or `false`. */
  originalSuspend: "drover.dev/original-suspend",
  /** JSON of the node selector that a DaemonSet's pods had; `null` for none. */
  originalNodeSelector: "drover.dev/original-node-selector",
  /** Id of the transition that brought this workload to zero. Absent: whoever scaled it down, it was not Drover. */
  quiesced: "drover.dev/quiesced",
  /** Epoch of the last takeover; written so that a late write of an older epoch conflicts (design invariant 11). */
  epoch: "drover.dev/epoch",
  /**
   * Which form of the DR branch an object was delivered in. The base says `standby`, the active component replaces it by
   * `active`; so a zero on a delivered standby is told from a zero that somebody set on an activated workload.
   */
  form: "drover.dev/form",
} as const;

/**
 * Other fields that the standby form changes are remembered under this prefix and the field's path, as JSON; `null` for an
 * absent one, as in `drover.dev/original-spec.paused: "false"`.
 */
export const ORIGINAL_PREFIX = "drover.dev/original-";

/** A person's word on a Job that running it twice does no harm. It is the only key of ours that is captured. */
export const IDEMPOTENT_JOB = "drover.dev/job-idempotent";

/** A person's word that an object is to be captured although something else owns it; the value is `true`. */
export const KEEP_MARK = "drover.dev/keep";

/** A person's word that an object is not to be captured; the value is `true`. */
export const EXCLUDE_MARK = "drover.dev/exclude";

/** Prefix of every mark. Whatever carries it on a captured object is dropped by the renderer after it was read. */
export const MARK_PREFIX = "drover.dev/";

export const FORM_STANDBY = "standby";
export const FORM_ACTIVE = "active";
