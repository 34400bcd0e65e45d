import { asFields, asList, asNumber, asString, at, type Fields } from "../../core/model/fields.ts";
import { UsageFault } from "../describe-fault.ts";
import { FORGE } from "./story-documents.ts";

/** A pull request as people see it in a list. */
export interface OpenPull {
  readonly number: number;
  readonly title: string;
  readonly author: string;
}

/** The people of the sandbox, each with a token of their own; they use the REST interface like everybody. */
export interface People {
  open(
    login: string,
    pull: { readonly title: string; readonly body: string; readonly branch: string },
  ): Promise<number>;
  pulls(): Promise<readonly OpenPull[]>;
  /** Approves the head as it is now. */
  approve(login: string, number: number): Promise<void>;
  /** Merges into main and gives the new tip. */
  merge(login: string, number: number): Promise<string>;
}

/** Milliseconds that the forge has for an answer. */
const TIMEOUT = 20_000;

/** `tokens` by login. Every method throws a `UsageFault` with GitHub's words when the forge refuses. */
export function createPeople(apiUrl: string, tokens: Readonly<Record<string, string>>): People {
  const pullsPath = `/repos/${FORGE.owner}/${FORGE.name}/pulls`;
  const as = (login: string) => (method: string, path: string, body?: Fields) =>
    ask({ url: `${apiUrl}${path}`, token: tokens[login] ?? "" }, method, body);
  const [first = ""] = Object.keys(tokens);
  return {
    open: async (login, { title, body, branch }) => {
      const answer = await as(login)("POST", pullsPath, { title, body, head: branch, base: "main" });
      return asNumber(at(answer, "number")) ?? 0;
    },
    pulls: async () =>
      asList(await as(first)("GET", `${pullsPath}?state=open&direction=asc`)).map((pull) => ({
        number: asNumber(at(pull, "number")) ?? 0,
        title: asString(at(pull, "title")) ?? "",
        author: asString(at(pull, "user", "login")) ?? "",
      })),
    approve: async (login, number) => {
      await as(login)("POST", `${pullsPath}/${String(number)}/reviews`, { event: "APPROVE" });
    },
    merge: async (login, number) => {
      const answer = await as(login)("PUT", `${pullsPath}/${String(number)}/merge`, {});
      return asString(at(answer, "sha")) ?? "";
    },
  };
}

async function ask(
  to: { readonly url: string; readonly token: string },
  method: string,
  body: Fields | undefined,
): Promise<unknown> {
  const response = await fetch(to.url, {
    method,
    headers: { authorization: `Bearer ${to.token}`, accept: "application/vnd.github+json" },
    signal: AbortSignal.timeout(TIMEOUT),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new UsageFault(`GitHub: ${asString(asFields(answer)["message"]) ?? `status ${String(response.status)}`}`);
}
