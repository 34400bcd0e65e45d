/** One request as an HTTP server would hand it over. */
export interface ApiRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends a watch; any other request is answered at once. */
  readonly signal?: AbortSignal;
}

/** The answer; a watch's body is a stream of lines, each one event. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
}

export const jsonHeaders: Readonly<Record<string, string>> = { "content-type": "application/json" };

/** An answer with a JSON text that exists already. */
export function jsonText(status: number, body: string): ApiResponse {
  return { status, headers: jsonHeaders, body };
}

export function jsonResponse(status: number, value: unknown): ApiResponse {
  return jsonText(status, JSON.stringify(value));
}

/** The answer with warnings as Kubernetes sends them (RFC 7234 `299 -`), which kubectl prints. */
export function withWarnings(response: ApiResponse, warnings: readonly string[]): ApiResponse {
  if (warnings.length === 0) return response;
  const text = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(", ");
  const before = response.headers["warning"];
  return { ...response, headers: { ...response.headers, warning: before === undefined ? text : `${before}, ${text}` } };
}
