/** Why a simulator's request could not be answered. */
export type SimulatorFaultCode =
  | "unreachable" // no answer: the site is down, the link is cut, or the connection broke
  | "unauthorized" // 401 or 403
  | "not-found"
  | "conflict" // somebody else wrote first
  | "already-exists"
  | "invalid" // the server refused the object (400, 422)
  | "throttled" // 429
  | "server-error"
  | "malformed"; // an answer that is not what Kubernetes would say

/** The one fault class of the simulators' client. */
export class SimulatorFault extends Error {
  override readonly name = "SimulatorFault";
  readonly code: SimulatorFaultCode;
  constructor(code: SimulatorFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const EXPECTED: ReadonlySet<SimulatorFaultCode> = new Set([
  "unreachable",
  "not-found",
  "conflict",
  "already-exists",
  "throttled",
  "server-error",
]);

/** Faults that any controller lives with and that its next look repairs; a refused or malformed object is a bug. */
export function isExpectedFault(error: unknown): boolean {
  return error instanceof SimulatorFault && EXPECTED.has(error.code);
}

export function hasCode(error: unknown, code: SimulatorFaultCode): boolean {
  return error instanceof SimulatorFault && error.code === code;
}
