import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { includesPermission } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { mayForce, refusalOf } from "./branch-rules.ts";
import type { PushRules } from "./branch-rules.ts";
import { RequestRefused } from "./http-message.ts";
import type { GitHubRequest, GitHubResponse } from "./http-message.ts";
import { permissionOf, takeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { flushPacket, packet, parsePush, refusedPush } from "./pkt-line.ts";
import type { PushCommand } from "./pkt-line.ts";
import { followBranches } from "./pull-requests.ts";

/** The two services of git's smart HTTP protocol (gitprotocol-http(5)). */
export type GitService = "git-upload-pack" | "git-receive-pack";

/** What a git client asks for. */
export interface GitTarget {
  readonly service: GitService;
  readonly action: "advertise" | "run";
}

/** Bytes of a push or of a want list after decompression. */
const maxBody = 256 * 1024 * 1024;
const zeros = "0".repeat(40);

/** Recognises `/<owner>/<name>.git/info/refs?service=…` and the two POST addresses; null: not a git request. */
export function gitTarget(hub: Hub, request: GitHubRequest): GitTarget | null {
  const url = new URL(request.path, "http://localhost");
  const rest = url.pathname.replace(new RegExp(`^/${hub.owner}/${hub.name}(?:\\.git)?/`, "i"), "");
  if (request.method === "GET" && rest === "info/refs") {
    const service = url.searchParams.get("service");
    return service === "git-upload-pack" || service === "git-receive-pack" ? { service, action: "advertise" } : null;
  }
  if (request.method !== "POST") return null;
  return rest === "git-upload-pack" || rest === "git-receive-pack" ? { service: rest, action: "run" } : null;
}

/** Answers a git client with the real `git upload-pack` or `git receive-pack`. */
export async function serveGit(
  hub: Hub,
  target: GitTarget,
  call: { readonly request: GitHubRequest; readonly account: Account },
): Promise<GitHubResponse> {
  const needed = target.service === "git-upload-pack" ? "read" : "write";
  const held = permissionOf(hub, call.account.login);
  if (held === "none") throw new RequestRefused(404, "Repository not found.");
  if (!includesPermission(held, needed)) {
    throw new RequestRefused(403, `Permission to ${hub.owner}/${hub.name}.git denied to ${call.account.login}.`);
  }
  if (target.action === "advertise") return advertise(hub, target.service, call.request);
  return target.service === "git-upload-pack"
    ? uploadPack(hub, call.request)
    : receivePack(hub, call.request, call.account);
}

/** `receive-pack` knows no protocol version 2, so its advertisement always carries the service line. */
function protocolOf(service: GitService, request: GitHubRequest): Readonly<Record<string, string>> {
  const wanted = request.headers["git-protocol"] ?? "";
  return service === "git-upload-pack" && /^version=[0-2]$/.test(wanted) ? { GIT_PROTOCOL: wanted } : {};
}

async function advertise(hub: Hub, service: GitService, request: GitHubRequest): Promise<GitHubResponse> {
  const variables = protocolOf(service, request);
  const command = service.slice("git-".length);
  const { stdout } = await hub.repository.git({
    args: [command, "--stateless-rpc", "--http-backend-info-refs", "."],
    variables,
  });
  const banner = variables["GIT_PROTOCOL"] === "version=2" ? [] : [packet(`# service=${service}\n`), flushPacket];
  return gitResponse(`application/x-${service}-advertisement`, Buffer.concat([...banner, stdout]));
}

async function uploadPack(hub: Hub, request: GitHubRequest): Promise<GitHubResponse> {
  const { stdout } = await hub.repository.git({
    args: ["upload-pack", "--stateless-rpc", "."],
    input: bodyOf(request),
    variables: protocolOf("git-upload-pack", request),
  });
  return gitResponse("application/x-git-upload-pack-result", stdout);
}

async function receivePack(hub: Hub, request: GitHubRequest, account: Account): Promise<GitHubResponse> {
  const type = "application/x-git-receive-pack-result";
  const body = bodyOf(request);
  // git probes with a lone flush packet whether its credentials are good before it sends a large pack.
  if (body.equals(flushPacket)) return gitResponse(type, Buffer.alloc(0));
  const push = parsePush(body);
  if (push === null) throw new RequestRefused(400, "This is not a push.");
  const rules: PushRules = {
    login: account.login,
    permission: permissionOf(hub, account.login),
    protection: hub.state().protection,
    restricted: hub.restricted,
  };
  const refusals = new Map<string, string>();
  for (const command of push.commands) {
    const reason = refusalOf(command, rules);
    if (reason !== null) refusals.set(command.ref, reason);
  }
  if (refusals.size > 0) {
    const refs = [...refusals.keys()].join(", ");
    return gitResponse(type, refusedPush(push, refusals, `error: GH006: Protected branch update failed for ${refs}.`));
  }
  const forced = push.commands.every((command) => mayForce(command, rules));
  const { stdout } = await hub.repository.git({
    args: ["-c", `receive.denyNonFastForwards=${String(!forced)}`, "receive-pack", "--stateless-rpc", "."],
    input: body,
  });
  await recordPush(hub, push.commands, account);
  await followBranches(hub, account.login);
  return gitResponse(type, stdout);
}

/** Writes down what a push really changed: git itself may have refused a ref. */
async function recordPush(hub: Hub, commands: readonly PushCommand[], account: Account): Promise<void> {
  const refs = await hub.repository.refs("refs/heads/");
  for (const command of commands) {
    const done = (refs.get(command.ref) ?? zeros) === command.after && command.before !== command.after;
    if (!done || !command.ref.startsWith("refs/heads/")) continue;
    hub.state().activity.push({
      id: takeId(hub),
      before: command.before,
      after: command.after,
      ref: command.ref,
      at: hub.now(),
      type: await activityType(hub, command),
      actor: account.login,
    });
  }
}

async function activityType(
  hub: Hub,
  command: PushCommand,
): Promise<"push" | "force_push" | "branch_deletion" | "branch_creation"> {
  if (command.before === zeros) return "branch_creation";
  if (command.after === zeros) return "branch_deletion";
  return (await hub.repository.isAncestor(command.before, command.after)) ? "push" : "force_push";
}

function bodyOf(request: GitHubRequest): Buffer {
  const body = Buffer.from(request.body);
  if (request.headers["content-encoding"] !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxBody });
  } catch {
    throw new RequestRefused(400, "The compressed body can't be read.");
  }
}

function gitResponse(contentType: string, body: Buffer): GitHubResponse {
  return { status: 200, headers: { "content-type": contentType, "cache-control": "no-cache" }, body };
}
