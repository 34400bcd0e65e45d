import { createEmbeddedGitHub, inProcessApiUrl } from "../../src/sandbox/github/embedded-github.ts";
import type { EmbeddedGitHub, EmbeddedGitHubOptions } from "../../src/sandbox/github/embedded-github.ts";
import type { TestRepository } from "./repository.ts";

/** People and rules that most tests of the forge need. */
export const testPeople: EmbeddedGitHubOptions["users"] = [
  { login: "ada", token: "token-ada", permission: "admin" },
  { login: "ben", token: "token-ben", permission: "write" },
  { login: "cleo", token: "token-cleo", permission: "write" },
  { login: "rita", token: "token-rita", permission: "read" },
  { login: "drover[bot]", token: "token-drover", permission: "write", type: "Bot" },
];

/** A clock that a test moves. */
export interface TestClock {
  readonly now: () => number;
  readonly advance: (milliseconds: number) => void;
}

/** Starts at the night of the story. */
export function createTestClock(): TestClock {
  let time = Date.UTC(2026, 10, 23, 2, 40);
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** An embedded GitHub `acme/dr` over the bare repository of a test. */
export function embeddedGitHubOf(
  repository: TestRepository,
  clock: TestClock,
  changes: Partial<EmbeddedGitHubOptions> = {},
): EmbeddedGitHub {
  return createEmbeddedGitHub({
    directory: repository.bare,
    owner: "acme",
    name: "dr",
    now: clock.now,
    users: testPeople,
    teams: [{ org: "acme", slug: "dr-approvers", members: [{ login: "ben" }, { login: "cleo", state: "pending" }] }],
    restricted: { prefix: "dr/", login: "drover[bot]" },
    searchPath: repository.environment["PATH"] ?? "",
    ...changes,
  });
}

/** An answer of the REST interface. */
export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly link: string | null;
}

/** Calls the REST interface as one of the people; `call` is e.g. `GET /repos/acme/dr/pulls/1`. */
export async function rest(
  github: EmbeddedGitHub,
  login: string,
  call: { readonly to: string; readonly body?: unknown },
): Promise<RestAnswer> {
  const [method = "GET", path = "/"] = call.to.split(" ");
  const token = testPeople.find((user) => user.login === login)?.token ?? "wrong";
  const response = await github.fetch(`${inProcessApiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const body: unknown = await response.json();
  return { status: response.status, body, link: response.headers.get("link") };
}

/** A field of a JSON answer, by names and indexes; undefined where there is none. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}
