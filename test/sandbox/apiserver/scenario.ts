import type { ApiRequest, ApiResponse } from "../../../src/sandbox/apiserver/api-request.ts";

/** One request of a scenario; `NS` in it stands for the scenario's own namespace. */
export interface Step {
  /** Method and path. */
  readonly send: string;
  /** An object, or the text of a body. */
  readonly body?: unknown;
  /** Media type of the body; JSON when absent. */
  readonly type?: string;
  readonly accept?: string;
  /** Why the answers differ in wording or detail; then only code, reason and causes' fields are compared. */
  readonly loosely?: string;
}

/** Requests that are sent one after the other to a server where nobody else writes. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** An answer without what differs from server to server: identities, versions, times. */
export type Answer = Readonly<Record<string, unknown>>;

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io";

/** Asks for a collection as people see it. */
export function tableOf(path: string, loosely?: string): Step {
  return { send: `GET ${path}`, accept: asTable, ...(loosely === undefined ? {} : { loosely }) };
}

export const mediaTypes = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

const hiddenKeys: ReadonlySet<string> = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "lastTransitionTime",
  "lastPhaseTransitionTime",
  "time",
  "clusterIP",
  "clusterIPs",
  "serverAddress",
]);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Text without identities, revisions and the dumps of Go structures that some refusals end with. */
function plainText(text: string): string {
  return text
    .replaceAll(uuid, "UID")
    .replaceAll(/(resource version: |current: )\d+/g, "$1N")
    .replace(/\n@@[\s\S]*$/, "")
    .replace(/^\d{1,2}s$/, "AGE")
    .replace(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, "TIME")
    .replace(/^(generated-)[a-z0-9]{5}$/, "$1SUFFIX");
}

/** Entries of managedFields are written in the order of their times, which are hidden. */
function byOwner(entries: readonly unknown[]): readonly unknown[] {
  const owner = (entry: unknown): string => {
    const { operation, manager, subresource } = fieldsOf(entry);
    return [operation, manager, subresource].map(String).join(" ");
  };
  return entries.toSorted((left, right) => (owner(left) < owner(right) ? -1 : 1));
}

function plain(value: unknown, key = ""): unknown {
  if (key === "managedFields" && Array.isArray(value)) return byOwner(value).map((entry) => plain(entry));
  if (typeof value === "string") return hiddenKeys.has(key) && value !== "None" ? `(${key})` : plainText(value);
  if (Array.isArray(value)) {
    if (hiddenKeys.has(key)) return value.map((entry) => (entry === "None" ? entry : `(${key})`));
    return value.map((entry) => plain(entry));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "description");
  return Object.fromEntries(
    entries
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, entry]) => [plainText(name), plain(entry, name)]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What has to be the same even where the wording differs. */
function loose(status: number, body: unknown): Answer {
  const { kind, reason, details } = fieldsOf(body);
  const causes = fieldsOf(details)["causes"];
  const fields = Array.isArray(causes) ? causes.map((cause) => fieldsOf(cause)["field"] ?? null).toSorted() : [];
  return { status, kind: kind ?? null, reason: reason ?? null, fields };
}

/** The comparable part of an answer. */
export function comparable(
  step: Step,
  response: { readonly status: number; readonly body: string; readonly warning: string },
): Answer {
  const body = parsed(response.body);
  if (step.loosely !== undefined) return loose(response.status, body);
  return {
    status: response.status,
    body: plain(body),
    ...(response.warning === "" ? {} : { warning: response.warning }),
  };
}

/** The namespace that a scenario works in. */
export function namespaceOf(scenario: Scenario): string {
  return `scenario-${scenario.name}`;
}

/** The requests of a scenario, its namespace first. */
export function requestsOf(scenario: Scenario): readonly { readonly step: Step; readonly request: ApiRequest }[] {
  const namespace = namespaceOf(scenario);
  const own = { send: "POST /api/v1/namespaces", body: { metadata: { name: namespace } } };
  return [own, ...scenario.steps].map((step: Step) => {
    const [method = "", path = ""] = step.send.replaceAll("NS", namespace).split(" ");
    const text = step.body === undefined || typeof step.body === "string" ? step.body : JSON.stringify(step.body);
    const headers = {
      "user-agent": "suite/1.0",
      ...(text === undefined ? {} : { "content-type": step.type ?? "application/json" }),
      ...(step.accept === undefined ? {} : { accept: step.accept }),
    };
    const body = text?.replaceAll("NS", namespace);
    return { step, request: { method, path, headers, ...(body === undefined ? {} : { body }) } };
  });
}

/** Plays a scenario against anything that answers requests. */
export async function play(
  scenario: Scenario,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const { step, request } of requestsOf(scenario)) {
    const response = await handle(request);
    const body = typeof response.body === "string" ? response.body : "(stream)";
    answers.push(comparable(step, { status: response.status, body, warning: response.headers["warning"] ?? "" }));
  }
  return answers;
}
