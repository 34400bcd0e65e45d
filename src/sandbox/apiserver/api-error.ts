/** The closed set of reasons with which the API refuses a request; each has one HTTP code. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  /** A fault without a reason of its own; the answer carries none. */
  Unknown: 500,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof codes;

/** One detail of a refusal, in the words of Kubernetes' `metav1.StatusCause`. */
export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** How a resource is named in a refusal. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
}

/** The one fault class of the embedded API server; it becomes a `Status` answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;
  constructor(reason: StatusReason, message: string, details?: StatusDetails) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}

/** The `Status` object of an error, as `metav1.Status` is written. */
export function statusOf(error: ApiError): Readonly<Record<string, unknown>> {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: error.message,
    ...(error.reason === "Unknown" ? {} : { reason: error.reason }),
    ...(error.details === undefined ? {} : { details: error.details }),
    code: codes[error.reason],
  };
}

export function codeOf(error: ApiError): number {
  return codes[error.reason];
}

function qualified(type: ResourceName): string {
  return type.group === "" ? type.resource : `${type.resource}.${type.group}`;
}

function detailsOf(type: ResourceName, name: string): StatusDetails {
  return { name, ...(type.group === "" ? {} : { group: type.group }), kind: type.resource };
}

export function badRequest(message: string): ApiError {
  return new ApiError("BadRequest", message);
}

export function notFound(type: ResourceName, name: string): ApiError {
  return new ApiError("NotFound", `${qualified(type)} "${name}" not found`, detailsOf(type, name));
}

/** The answer for a path that nothing is served at. */
export function pathNotFound(): ApiError {
  return new ApiError("NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(type: ResourceName, name: string): ApiError {
  return new ApiError("AlreadyExists", `${qualified(type)} "${name}" already exists`, detailsOf(type, name));
}

export function conflict(type: ResourceName, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`;
  return new ApiError("Conflict", message, detailsOf(type, name));
}

export function expired(message: string): ApiError {
  return new ApiError("Expired", message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

/** Refusal of an object's content, one cause per field, worded as `k8s.io/apimachinery` `errors.NewInvalid` does. */
export function invalid(
  type: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly StatusCause[],
): ApiError {
  const kind = type.group === "" ? type.kind : `${type.kind}.${type.group}`;
  const texts = [...new Set(causes.map((cause) => `${cause.field ?? "<nil>"}: ${cause.message}`))];
  const all = texts.length === 1 ? String(texts[0]) : `[${texts.join(", ")}]`;
  const details = {
    ...(name === "" ? {} : { name }),
    ...(type.group === "" ? {} : { group: type.group }),
    ...(type.kind === "" ? {} : { kind: type.kind }),
    causes,
  };
  return new ApiError("Invalid", `${kind} "${name}" is invalid: ${all}`, details);
}

export function required(field: string, detail = ""): StatusCause {
  return { reason: "FieldValueRequired", message: withDetail("Required value", detail), field };
}

export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${quoted(value)}: ${detail}`, field };
}

export function forbiddenField(field: string, detail: string): StatusCause {
  return { reason: "FieldValueForbidden", message: withDetail("Forbidden", detail), field };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((entry) => JSON.stringify(entry)).join(", ");
  return {
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${quoted(value)}: supported values: ${list}`,
    field,
  };
}

export function duplicateValue(field: string, value: unknown): StatusCause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${quoted(value)}`, field };
}

function withDetail(message: string, detail: string): string {
  return detail === "" ? message : `${message}: ${detail}`;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? "null");
}
