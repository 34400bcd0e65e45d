import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { User } from "@kubernetes/client-node";

import { misconfigured, readKubeconfigList, readKubeconfigValue } from "./kubeconfig-files.ts";
import { checkContext } from "./kubeconfig-rules.ts";
import type { CheckedContext, CheckedUser } from "./kubeconfig-rules.ts";

/** How the repository says a cluster is reached (contracts.md, `Cluster` `connection`). */
export type ConnectionSource =
  | { readonly type: "context"; readonly context: string }
  | { readonly type: "env"; readonly variable: string }
  | { readonly type: "inCluster" };

/** What the machine offers; gathered once by the entry. */
export interface ConnectionSettings {
  /** `--kubeconfig FILE`, else null. */
  readonly kubeconfig: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where a cluster is and how to prove who we are. `config` holds credentials: never print it. */
export interface ClusterConnection {
  readonly cluster: string;
  /** Origin and, behind a proxy such as Rancher's, a path; without a slash at the end. */
  readonly server: string;
  readonly config: KubeConfig;
}

const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Finds the settings of one cluster and checks them; nothing is sent yet. Throws `ClusterFault` `misconfigured` when
 * they are missing, broken or refused (plugins that run programs, unverified TLS, plain HTTP).
 */
export async function loadConnection(
  cluster: string,
  source: ConnectionSource,
  settings: ConnectionSettings,
): Promise<ClusterConnection> {
  const context = await contextOf(cluster, source, settings);
  return { cluster, server: context.server, config: configOf(context) };
}

async function contextOf(
  cluster: string,
  source: ConnectionSource,
  { kubeconfig, environment }: ConnectionSettings,
): Promise<CheckedContext> {
  switch (source.type) {
    case "context": {
      const merged =
        kubeconfig === null
          ? await readKubeconfigList(defaultList(cluster, environment), cluster)
          : await readKubeconfigValue(kubeconfig, `--kubeconfig ${kubeconfig}`, cluster);
      return checkContext(merged, source.context, cluster);
    }
    case "env": {
      const value = environment[source.variable] ?? "";
      if (value === "") throw misconfigured(cluster, `the environment variable ${source.variable} is not set`);
      const merged = await readKubeconfigValue(value, `the environment variable ${source.variable}`, cluster);
      return checkContext(merged, null, cluster);
    }
    case "inCluster":
      return inClusterContext(cluster, environment);
  }
}

function defaultList(cluster: string, environment: ConnectionSettings["environment"]): string {
  const list = environment["KUBECONFIG"] ?? "";
  if (list !== "") return list;
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? "";
  if (home === "") throw misconfigured(cluster, "neither --kubeconfig, KUBECONFIG nor HOME says where a kubeconfig is");
  return join(home, ".kube", "config");
}

/** The address and files that Kubernetes gives to every pod (Kubernetes documentation, "Accessing the API from a Pod"). */
function inClusterContext(cluster: string, environment: ConnectionSettings["environment"]): CheckedContext {
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "";
  const server = URL.parse(`https://${host.includes(":") ? `[${host}]` : host}:${port}`);
  if (host === "" || port === "" || server === null) {
    throw misconfigured(cluster, "inCluster works only in a pod: KUBERNETES_SERVICE_HOST and _PORT are not set");
  }
  return {
    server: server.origin,
    caFile: `${SERVICE_ACCOUNT_FOLDER}/ca.crt`,
    caData: null,
    tlsServerName: null,
    proxyUrl: null,
    user: { ...NOBODY, tokenFile: `${SERVICE_ACCOUNT_FOLDER}/token` },
  };
}

const NOBODY: CheckedUser = {
  certFile: null,
  certData: null,
  keyFile: null,
  keyData: null,
  token: null,
  tokenFile: null,
  username: null,
  password: null,
  impersonate: null,
};

/**
 * client-node's own reading of files is not used: it takes the last of two entries for an error where kubectl takes the
 * first, and looks for `token-file` where kubeconfigs say `tokenFile` (version 2.0.1).
 */
function configOf(context: CheckedContext): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: "cluster",
      server: context.server,
      skipTLSVerify: false,
      ...present("caFile", context.caFile),
      ...present("caData", context.caFile === null ? context.caData : null),
      ...present("tlsServerName", context.tlsServerName),
      ...present("proxyUrl", context.proxyUrl),
    },
    userOf(context.user),
  );
  return config;
}

function userOf(user: CheckedUser): User {
  const provider = user.tokenFile === null ? null : { name: "tokenFile", config: { tokenFile: user.tokenFile } };
  return {
    name: "user",
    ...present("certFile", user.certFile),
    ...present("certData", user.certData),
    ...present("keyFile", user.keyFile),
    ...present("keyData", user.keyData),
    ...present("token", user.tokenFile === null ? user.token : null),
    ...(provider === null ? {} : { authProvider: provider }),
    ...present("username", user.username),
    ...present("password", user.password),
    ...present("impersonateUser", user.impersonate),
  };
}

function present<K extends string>(key: K, value: string | null): { readonly [name in K]?: string } {
  return value === null ? {} : ({ [key]: value } as { readonly [name in K]: string });
}
