import { Buffer } from "node:buffer";

/** A request as it arrives, in process or from a socket. Header names are lower case. */
export interface GitHubRequest {
  readonly method: string;
  /** Path with query, with or without the `/api/v3` of the REST interface. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface GitHubResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Ends a request with an answer that is not a success. The only thing that handlers throw on purpose. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A JSON answer in GitHub's media type. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): GitHubResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: Buffer.from(JSON.stringify(value), "utf8"),
  };
}

/** An error in the shape of GitHub's REST interface ("Troubleshooting the REST API": `message`, `documentation_url`). */
export function errorResponse(refused: RequestRefused): GitHubResponse {
  const body = {
    message: refused.message,
    documentation_url: "https://docs.github.com/rest",
    status: String(refused.status),
  };
  return jsonResponse(refused.status, body, refused.headers);
}
