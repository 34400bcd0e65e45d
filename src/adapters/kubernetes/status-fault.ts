import { asList, asNumber, asString, at } from "../../core/model/fields.ts";
import { ClusterFault } from "../../ports/cluster.ts";
import type { ClusterFaultCode } from "../../ports/cluster.ts";

import { explainStatus } from "./server-message.ts";

/** Who was asked for what, for the sentence of a fault. */
export interface Asked {
  readonly cluster: string;
  /** For example `read Deployment shop/web`. */
  readonly action: string;
  /** The kind concerned, where there is one: explanations about a Secret are not repeated. */
  readonly kind: string | null;
}

/** Reasons of `Status` (Kubernetes apimachinery, `metav1.StatusReason`) that say more than the HTTP status. */
const BY_REASON: Readonly<Record<string, ClusterFaultCode>> = {
  Unauthorized: "unauthorized",
  Forbidden: "forbidden",
  NotFound: "not-found",
  AlreadyExists: "already-exists",
  Conflict: "conflict",
  Gone: "gone",
  Expired: "gone",
  Invalid: "invalid",
  BadRequest: "invalid",
  MethodNotAllowed: "invalid",
  UnsupportedMediaType: "invalid",
  RequestEntityTooLarge: "too-large",
  TooManyRequests: "throttled",
  Timeout: "timeout",
  ServerTimeout: "timeout",
  InternalError: "server-error",
  ServiceUnavailable: "server-error",
};

const BY_STATUS: Readonly<Record<number, ClusterFaultCode>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "invalid",
  409: "conflict",
  410: "gone",
  413: "too-large",
  415: "invalid",
  422: "invalid",
  429: "throttled",
  504: "timeout",
};

const MEANING: Readonly<Record<ClusterFaultCode, string>> = {
  unreachable: "no connection",
  timeout: "the server gave up waiting",
  unauthorized: "the credentials are not accepted: renew them in the kubeconfig",
  forbidden: "not allowed: grant it to Drover's user",
  conflict: "the object changed meanwhile, or another field owner holds a field",
  "already-exists": "the name is taken",
  "not-found": "not found",
  gone: "the server has forgotten this position: list again",
  invalid: "refused as invalid",
  throttled: "the server asks to come back later",
  "server-error": "the server failed",
  malformed: "not an answer that Kubernetes gives",
  "too-large": "too large",
  misconfigured: "the connection's settings can't be used",
};

/** An error answer as the port's fault. `status` is the parsed body when it was JSON, else undefined. */
export function faultOfStatus(httpStatus: number, status: unknown, asked: Asked): ClusterFault {
  const code = codeOf(httpStatus, status);
  return fault(code, asked, explainStatus(status, asked.kind) || `HTTP ${httpStatus}`);
}

function codeOf(httpStatus: number, status: unknown): ClusterFaultCode {
  if (namesAnotherObject(status)) return "conflict";
  if (isTypeMismatch(status)) return "invalid";
  const reason = asString(at(status, "reason"));
  if (reason !== null && Object.hasOwn(BY_REASON, reason)) return BY_REASON[reason] ?? "server-error";
  const known = BY_STATUS[httpStatus];
  if (known !== undefined) return known;
  return httpStatus >= 500 ? "server-error" : "malformed";
}

/** A patch with the uid of another object of that name is refused as a change of an immutable field. */
function namesAnotherObject(status: unknown): boolean {
  return asList(at(status, "details", "causes")).some((cause) => at(cause, "field") === "metadata.uid");
}

/** Server-side apply of an unknown field or a value of the wrong type: Kubernetes 1.36 answers 500 without a reason. */
function isTypeMismatch(status: unknown): boolean {
  return (asString(at(status, "message")) ?? "").startsWith("failed to create typed patch object");
}

/** The status code that a watch's ERROR event carries in its body. */
export function faultOfErrorEvent(status: unknown, asked: Asked): ClusterFault {
  return faultOfStatus(asNumber(at(status, "code")) ?? 500, status, asked);
}

/** Says where, what, why and, in the code's meaning, what to do. */
export function fault(code: ClusterFaultCode, asked: Asked, detail: string): ClusterFault {
  const message = `cluster ${asked.cluster}: could not ${asked.action}: ${MEANING[code]} (${detail})`;
  return new ClusterFault(code, asked.cluster, message);
}
