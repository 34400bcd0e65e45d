import { Buffer } from "node:buffer";
import { GitFault } from "../../ports/git.ts";

/** Variables of the caller that git, ssh and TLS need. Everything else, all other `GIT_*` included, stays outside. */
const passedThrough = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "SSH_AGENT_PID",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "GIT_SSL_CAINFO",
  "GIT_SSH_COMMAND",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
] as const;

/**
 * A repository may configure programs that git starts by itself (git-config(1), githooks(5)). None of them may run
 * for us, and no background maintenance may start: it would race with the next read. `core.attributesFile` and
 * literal pathspecs keep a user's own attributes and a file named `:(glob)x` from changing what is read.
 */
const isolation: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.attributesFile", "/dev/null"],
  ["diff.external", ""],
  ["advice.graftFileDeprecated", "false"],
  ["log.showSignature", "false"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["push.gpgSign", "false"],
  ["push.followTags", "false"],
  ["credential.interactive", "never"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "30"],
];

const fixed: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS_REQUIRE: "never",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_ALLOW_PROTOCOL: "file:http:https:ssh",
  GIT_PAGER: "cat",
  // glibc gives every freed buffer of zlib back to the system and takes it again for the next object (mallopt(3)): of an
  // import of some thousand files that is nine tenths of the time. Other C libraries ignore the name.
  MALLOC_TRIM_THRESHOLD_: "134217728",
};

/** What a git process gets, and which texts must never appear in a message. */
export interface GitEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * Builds the environment of every git process.
 *
 * `environment` holds the caller's variables. `GITHUB_TOKEN` travels as an HTTP header that git sends only to the host
 * of `GITHUB_API_URL` (GitHub's own addresses when it is absent), through `GIT_CONFIG_*` and never on a command line.
 * `extra` are further configuration entries. Throws `GitFault` `denied` for a token that no header can carry.
 */
export function gitEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  extra: readonly (readonly [string, string])[] = [],
): GitEnvironment {
  const variables: Record<string, string> = {};
  for (const name of passedThrough) {
    const value = environment[name];
    if (value !== undefined) variables[name] = value;
  }
  const token = environment["GITHUB_TOKEN"] ?? "";
  const credentials = token === "" ? [] : credentialEntries(token, environment);
  const entries = [...isolation, ...extra, ...credentials];
  entries.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${String(index)}`] = key;
    variables[`GIT_CONFIG_VALUE_${String(index)}`] = value;
  });
  variables["GIT_CONFIG_COUNT"] = String(entries.length);
  return { variables: { ...variables, ...fixed }, secrets: token === "" ? [] : [basic(token), token] };
}

/**
 * The empty value first: it clears a header that a CI checkout left in the repository's configuration (two
 * `Authorization` headers make GitHub answer 400).
 */
function credentialEntries(
  token: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly (readonly [string, string])[] {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new GitFault("denied", "GITHUB_TOKEN contains spaces or control characters; set it to the bare token.");
  }
  const server = serverAddress(environment);
  if (server === null) return [];
  const key = `http.${server}/.extraHeader`;
  return [
    [key, ""],
    [key, `Authorization: Basic ${basic(token)}`],
  ];
}

function basic(token: string): string {
  return Buffer.from(`x-access-token:${token}`, "utf8").toString("base64");
}

/**
 * Where GitHub serves git, derived from where it serves REST: `api.github.com` belongs to `github.com`, `api.NAME.ghe.com`
 * to `NAME.ghe.com`, a GitHub Enterprise Server has both on one host. null: no address that a token may travel to.
 */
function serverAddress(environment: Readonly<Record<string, string | undefined>>): string | null {
  const api = environment["GITHUB_API_URL"] ?? environment["GITHUB_SERVER_URL"] ?? "https://github.com";
  const url = URL.parse(api);
  if (url === null) return null;
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) return null;
  const host =
    url.hostname === "api.github.com" ? "github.com" : url.hostname.replace(/^api\.(?=[^.]+\.ghe\.com$)/, "");
  return `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}`;
}
