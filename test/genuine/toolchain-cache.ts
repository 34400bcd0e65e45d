import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** One program of the genuine tier and where its Go source comes from. */
export type GenuineProgram =
  /** A main package of the pinned module in `toolchain/`. */
  | { readonly name: string; readonly origin: "module"; readonly package: string }
  /** A main package whose own module can be installed as it is, with its exact version. */
  | { readonly name: string; readonly origin: "install"; readonly package: string; readonly version: string };

export const KUBERNETES_VERSION = "v1.36.3";

/** Built in this order: what other people wait for first, then what the tests need soonest. */
export const GENUINE_PROGRAMS: readonly GenuineProgram[] = [
  { name: "kubectl", origin: "module", package: "k8s.io/kubernetes/cmd/kubectl" },
  { name: "etcd", origin: "module", package: "go.etcd.io/etcd/server/v3" },
  { name: "kube-apiserver", origin: "module", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  { name: "kube-controller-manager", origin: "module", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  { name: "kube-scheduler", origin: "module", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  { name: "kustomize", origin: "install", package: "sigs.k8s.io/kustomize/kustomize/v5", version: "v5.8.1" },
  { name: "sops", origin: "install", package: "github.com/getsops/sops/v3/cmd/sops", version: "v3.13.2" },
  { name: "kwok", origin: "install", package: "sigs.k8s.io/kwok/cmd/kwok", version: "v0.7.0" },
];

/**
 * Without the stamp the Kubernetes programs report an unexpanded placeholder as their version and `kubectl version`
 * ends with 1. Debug tables are left out: they are half of each file's size.
 */
export const LINKER_FLAGS = `-s -w -X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`;

export const TOOLCHAIN_FOLDER = join(import.meta.dirname, "toolchain");

/**
 * The folder outside the checkout where built programs stay between runs: `$DROVER_CACHE`, else
 * `$XDG_CACHE_HOME/drover`, else `~/.cache/drover`; below it one folder for each set of pinned versions, so that a
 * changed pin never meets an old program.
 */
export function programFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(cacheRoot(environment), "genuine", pinnedVersionsKey());
}

function cacheRoot(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment["DROVER_CACHE"];
  if (own !== undefined && own !== "") return own;
  const xdg = environment["XDG_CACHE_HOME"];
  return xdg !== undefined && xdg !== "" ? join(xdg, "drover") : join(homedir(), ".cache", "drover");
}

function pinnedVersionsKey(): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "tools.go"]) hash.update(readFileSync(join(TOOLCHAIN_FOLDER, file)));
  hash.update(JSON.stringify([GENUINE_PROGRAMS, LINKER_FLAGS, process.platform, process.arch]));
  return hash.digest("hex").slice(0, 16);
}
