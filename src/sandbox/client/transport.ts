/** One HTTP request to an API server. `path` starts with `/` and includes the query. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A watch answers with a stream; simulators never watch, they look again. */
  readonly body: string | AsyncIterable<string>;
}

/**
 * The way to one API server: the embedded one in this process, or a genuine one over HTTPS. Throws a `SimulatorFault`
 * with code `unreachable` when there is no answer.
 */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;
