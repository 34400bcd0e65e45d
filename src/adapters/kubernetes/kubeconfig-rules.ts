import { isAbsolute, join } from "node:path";

import { asString } from "../../core/model/fields.ts";
import type { Fields } from "../../core/model/fields.ts";

import { misconfigured } from "./kubeconfig-files.ts";
import type { KubeconfigEntry, MergedKubeconfig } from "./kubeconfig-files.ts";

/** A context's cluster and user after every rule was applied; file names are absolute. Holds credentials. */
export interface CheckedContext {
  readonly server: string;
  readonly caFile: string | null;
  readonly caData: string | null;
  readonly tlsServerName: string | null;
  readonly proxyUrl: string | null;
  readonly user: CheckedUser;
}

export interface CheckedUser {
  readonly certFile: string | null;
  readonly certData: string | null;
  readonly keyFile: string | null;
  readonly keyData: string | null;
  readonly token: string | null;
  /** Read again each minute, as client-go does: such tokens are renewed by others. */
  readonly tokenFile: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly impersonate: string | null;
}

/**
 * Picks one context and checks the settings that decide whom we talk to and what runs on this machine. Only that
 * context's entries are judged: a file may hold others that Drover never touches.
 */
export function checkContext(merged: MergedKubeconfig, name: string | null, cluster: string): CheckedContext {
  const chosen = name ?? merged.currentContext;
  if (chosen === null) throw misconfigured(cluster, "the kubeconfig has no current-context");
  const context = merged.contexts.get(chosen);
  if (context === undefined) {
    throw misconfigured(cluster, `the kubeconfig has no context "${chosen}"; it has: ${namesOf(merged.contexts)}`);
  }
  const server = merged.clusters.get(asString(context.fields["cluster"]) ?? "");
  if (server === undefined)
    throw misconfigured(cluster, `context "${chosen}" names a cluster that the kubeconfig lacks`);
  const userName = asString(context.fields["user"]) ?? "";
  const user = userName === "" ? { fields: {}, folder: null } : merged.users.get(userName);
  if (user === undefined) throw misconfigured(cluster, `context "${chosen}" names a user that the kubeconfig lacks`);
  refuseUser(user.fields, `user "${userName}"`, cluster);
  return { ...checkServer(server, cluster), user: checkUser(user, cluster) };
}

function namesOf(contexts: ReadonlyMap<string, unknown>): string {
  const names = [...contexts.keys()].sort();
  return names.length === 0 ? "none" : names.slice(0, 20).join(", ");
}

/** What would start a program here, or act with other rights than the file asks for. */
function refuseUser(user: Fields, label: string, cluster: string): void {
  const useToken = "use a client certificate, a token or a tokenFile (for example of a ServiceAccount)";
  if (isSet(user["exec"])) {
    throw misconfigured(
      cluster,
      `${label} uses an exec plugin, which would run a program on this machine: ${useToken}`,
    );
  }
  if (isSet(user["auth-provider"])) {
    throw misconfigured(cluster, `${label} uses an auth-provider plugin, which is not run: ${useToken}`);
  }
  for (const field of ["as-groups", "as-uid", "as-user-extra"]) {
    if (isSet(user[field])) {
      throw misconfigured(cluster, `${label} impersonates with "${field}", which is not supported: only "as" is`);
    }
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function checkServer(entry: KubeconfigEntry, cluster: string): Omit<CheckedContext, "user"> {
  const { fields } = entry;
  if (fields["insecure-skip-tls-verify"] === true) {
    const remedy = "remove it and give certificate-authority-data";
    throw misconfigured(cluster, `the kubeconfig sets insecure-skip-tls-verify, so anyone could answer: ${remedy}`);
  }
  return {
    server: checkServerUrl(asString(fields["server"]) ?? "", cluster),
    caFile: pathIn(entry, "certificate-authority", cluster),
    caData: textIn(fields, "certificate-authority-data"),
    tlsServerName: textIn(fields, "tls-server-name"),
    proxyUrl: checkProxyUrl(textIn(fields, "proxy-url"), cluster),
  };
}

function checkServerUrl(text: string, cluster: string): string {
  const url = URL.parse(text);
  if (url === null) throw misconfigured(cluster, "the kubeconfig's server is not a URL");
  if (url.protocol !== "https:") throw misconfigured(cluster, "the kubeconfig's server does not start with https://");
  if (url.username !== "" || url.password !== "") {
    throw misconfigured(cluster, "the kubeconfig's server holds credentials in its URL");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function checkProxyUrl(text: string | null, cluster: string): string | null {
  if (text === null) return null;
  const protocol = URL.parse(text)?.protocol ?? "";
  if (["http:", "https:", "socks5:", "socks5h:"].includes(protocol)) return text;
  throw misconfigured(cluster, "the kubeconfig's proxy-url is not an http, https or socks5 URL");
}

function checkUser(entry: KubeconfigEntry, cluster: string): CheckedUser {
  const { fields } = entry;
  return {
    certFile: pathIn(entry, "client-certificate", cluster),
    certData: textIn(fields, "client-certificate-data"),
    keyFile: pathIn(entry, "client-key", cluster),
    keyData: textIn(fields, "client-key-data"),
    token: textIn(fields, "token"),
    tokenFile: pathIn(entry, "tokenFile", cluster),
    username: textIn(fields, "username"),
    password: textIn(fields, "password"),
    impersonate: textIn(fields, "as"),
  };
}

function textIn(fields: Fields, field: string): string | null {
  const text = asString(fields[field]);
  return text === null || text === "" ? null : text;
}

/** Relative paths count from the file that they stand in. */
function pathIn({ fields, folder }: KubeconfigEntry, field: string, cluster: string): string | null {
  const path = textIn(fields, field);
  if (path === null || isAbsolute(path)) return path;
  if (folder !== null) return join(folder, path);
  throw misconfigured(
    cluster,
    `"${field}" is a relative path, but the kubeconfig came without a file: use ${field}-data`,
  );
}
