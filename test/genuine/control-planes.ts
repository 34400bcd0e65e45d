import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { get as httpsGet } from "node:https";
import { join } from "node:path";

import { createChildProcesses } from "./child-processes.ts";
import type { ChildProcesses } from "./child-processes.ts";
import { freePorts } from "./free-ports.ts";

export type ClusterName = "east" | "west";

/** One genuine cluster: an API server, and its controllers where they were asked for. */
export interface GenuineCluster {
  readonly name: ClusterName;
  readonly server: string;
  /** A member of `system:masters`. */
  readonly adminToken: string;
  /** A user without any rights, for what RBAC refuses. */
  readonly strangerToken: string;
  readonly certificateAuthority: string;
  /** A kubeconfig of this cluster alone, for its controllers. */
  readonly kubeconfig: string;
}

export interface ControlPlanes {
  readonly folder: string;
  /** Contexts `east` (current) and `west`, as `drover sandbox` writes it. */
  readonly kubeconfig: string;
  readonly clusters: Readonly<Record<ClusterName, GenuineCluster>>;
  /** etcd's own address, to make it forget old revisions. */
  readonly etcd: string;
  readonly processes: ChildProcesses;
  /**
   * Everything of a cluster is gone at once, as without power: the controllers end where they stand, and at the API
   * server's address there is silence, no refusal. What etcd has stays.
   */
  powerOff(name: ClusterName): Promise<void>;
  /** Boots the cluster again; resolves when its API server is ready and its controllers are started. */
  powerOn(name: ClusterName): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlPlaneSettings {
  /** Folder of the programs (`$DROVER_BIN`). */
  readonly programs: string;
  /** Without controllers there are only objects: no pods, no garbage collection, no end of a namespace's deletion. */
  readonly controllers: boolean;
  /** Plays nodes and kubelets: pods become Running and Ready. Needs `controllers`. */
  readonly nodes: boolean;
}

const NAMES: readonly ClusterName[] = ["east", "west"];
const READY_WITHIN_MS = 60_000;

/**
 * Starts one etcd and two API servers on free ports of the loopback interface, by the recipe that was tried with
 * Kubernetes 1.36.3 and etcd 3.6.8. Resolves when both say that they are ready; on failure everything is ended again
 * and the error holds the end of the log.
 */
export async function startControlPlanes(settings: ControlPlaneSettings): Promise<ControlPlanes> {
  const processes = await createChildProcesses("genuine");
  try {
    const [etcdPort = 0, peerPort = 0, eastPort = 0, westPort = 0, ...controllerPorts] = await freePorts(8);
    const etcd = `http://127.0.0.1:${etcdPort}`;
    startEtcd(processes, settings.programs, { client: etcd, peer: `http://127.0.0.1:${peerPort}` });
    await Promise.all(
      [eastPort, westPort].map((port, index) =>
        startApiServer(processes, settings.programs, { name: nameAt(index), port, etcd }),
      ),
    );
    const [east, west] = await Promise.all(
      [eastPort, westPort].map((port, index) => whenReady(processes, nameAt(index), port)),
    );
    if (east === undefined || west === undefined) throw new Error("no clusters");
    if (settings.controllers) startControllers(processes, settings, { clusters: [east, west], ports: controllerPorts });
    const kubeconfig = join(processes.folder, "kubeconfig");
    await writeFile(kubeconfig, kubeconfigOf([east, west]), { mode: 0o600 });
    return {
      folder: processes.folder,
      kubeconfig,
      clusters: { east, west },
      etcd,
      processes,
      powerOff: (name) => powerOff(processes, settings, name),
      powerOn: (name) => powerOn(processes, settings, { east, west }[name]),
      stop: () => processes.stop(),
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

/** Programs of a cluster besides its API server, as far as they were asked for. */
function controllersOf(name: ClusterName, settings: ControlPlaneSettings): readonly string[] {
  const nodes = settings.nodes ? [`${name}-kube-scheduler`, `${name}-kwok`] : [];
  return settings.controllers ? [`${name}-kube-controller-manager`, ...nodes] : [];
}

async function powerOff(processes: ChildProcesses, settings: ControlPlaneSettings, name: ClusterName): Promise<void> {
  processes.freeze(`${name}-kube-apiserver`);
  await Promise.all(controllersOf(name, settings).map((program) => processes.kill(program)));
}

async function powerOn(
  processes: ChildProcesses,
  settings: ControlPlaneSettings,
  { name, server }: GenuineCluster,
): Promise<void> {
  await processes.kill(`${name}-kube-apiserver`);
  processes.startAgain(`${name}-kube-apiserver`);
  await whenReady(processes, name, Number(new URL(server).port));
  for (const program of controllersOf(name, settings)) processes.startAgain(program);
}

function nameAt(index: number): ClusterName {
  return NAMES[index] ?? "east";
}

function startEtcd(
  processes: ChildProcesses,
  programs: string,
  { client, peer }: { readonly client: string; readonly peer: string },
): void {
  const flags = flagsOf({
    "data-dir": join(processes.folder, "etcd"),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `default=${peer}`,
    "unsafe-no-fsync": "true",
  });
  processes.start("etcd", join(programs, "etcd"), flags);
}

async function startApiServer(
  processes: ChildProcesses,
  programs: string,
  { name, port, etcd }: { readonly name: ClusterName; readonly port: number; readonly etcd: string },
): Promise<void> {
  const folder = join(processes.folder, name);
  await mkdir(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = join(folder, "sa.key");
  await writeFile(key, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  const tokens = join(folder, "tokens.csv");
  const [admin, stranger] = [newToken(), newToken()];
  await writeFile(tokens, `${admin},admin,admin,"system:masters"\n${stranger},stranger,stranger\n`, { mode: 0o600 });
  const flags = flagsOf({
    "etcd-servers": etcd,
    "etcd-prefix": `/${name}`,
    "secure-port": String(port),
    "bind-address": "127.0.0.1",
    "cert-dir": folder,
    "service-account-issuer": "https://kubernetes.default",
    "service-account-key-file": key,
    "service-account-signing-key-file": key,
    "token-auth-file": tokens,
    "authorization-mode": "RBAC",
    "service-cluster-ip-range": "10.0.0.0/24",
    "disable-admission-plugins": "ServiceAccount",
    // Secrets come straight from etcd: what etcd compacts is then forgotten at once, as the contract's test of it needs.
    "watch-cache-sizes": "secrets#0",
  });
  processes.start(`${name}-kube-apiserver`, join(programs, "kube-apiserver"), flags);
}

function flagsOf(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function newToken(): string {
  return randomBytes(24).toString("hex");
}

async function whenReady(processes: ChildProcesses, name: ClusterName, port: number): Promise<GenuineCluster> {
  const folder = join(processes.folder, name);
  const certificate = join(folder, "apiserver.crt");
  const server = `https://127.0.0.1:${port}`;
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(existsSync(certificate) && (await isReady(server, await readFile(certificate, "utf8"))))) {
    processes.requireAlive("etcd");
    processes.requireAlive(`${name}-kube-apiserver`);
    if (performance.now() > deadline) throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const tokens = (await readFile(join(folder, "tokens.csv"), "utf8"))
    .split("\n")
    .map((line) => line.split(",")[0] ?? "");
  const kubeconfig = join(folder, "kubeconfig");
  const cluster: GenuineCluster = {
    name,
    server,
    adminToken: tokens[0] ?? "",
    strangerToken: tokens[1] ?? "",
    certificateAuthority: await readFile(certificate, "utf8"),
    kubeconfig,
  };
  await writeFile(kubeconfig, kubeconfigOf([cluster]), { mode: 0o600 });
  return cluster;
}

function isReady(server: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = httpsGet(`${server}/readyz`, { ca, timeout: 2000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

function startControllers(
  processes: ChildProcesses,
  settings: ControlPlaneSettings,
  { clusters, ports }: { readonly clusters: readonly GenuineCluster[]; readonly ports: readonly number[] },
): void {
  for (const [index, { name, kubeconfig }] of clusters.entries()) {
    const common = (port: number | undefined): Readonly<Record<string, string>> => ({
      kubeconfig,
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "leader-elect": "false",
      "bind-address": "127.0.0.1",
      "secure-port": String(port ?? 0),
    });
    const manager = flagsOf({
      ...common(ports[index * 2]),
      controllers: "*,-serviceaccount-token-controller,-nodeipam,-node-ipam-controller,-cloud-node-lifecycle",
      "service-account-private-key-file": join(processes.folder, name, "sa.key"),
    });
    processes.start(`${name}-kube-controller-manager`, join(settings.programs, "kube-controller-manager"), manager);
    if (!settings.nodes) continue;
    const scheduler = flagsOf(common(ports[index * 2 + 1]));
    processes.start(`${name}-kube-scheduler`, join(settings.programs, "kube-scheduler"), scheduler);
    // Without leases there is no heartbeat: after 50 s Kubernetes takes the node for dead and its pods for not ready, and
    // kwok does not make them ready again. The period is how long a kwok that was started again waits for its nodes.
    const kwok = flagsOf({ kubeconfig, "manage-all-nodes": "true", "node-lease-duration-seconds": "10" });
    processes.start(`${name}-kwok`, join(settings.programs, "kwok"), kwok);
  }
}

/** JSON is YAML. Each context, cluster and user carries the cluster's name; the first one is current. */
export function kubeconfigOf(clusters: readonly GenuineCluster[]): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusters[0]?.name,
    clusters: clusters.map(({ name, server, certificateAuthority }) => ({
      name,
      cluster: { server, "certificate-authority-data": Buffer.from(certificateAuthority).toString("base64") },
    })),
    users: clusters.map(({ name, adminToken }) => ({ name, user: { token: adminToken } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
