import type { ApiResource, Discovery } from "../model/api-resource.ts";
import { compareText } from "../model/compare-text.ts";
import { groupOf } from "../model/kube-object.ts";
import { aggregatedKind } from "./aggregated-apis.ts";
import { VIEW_GROUPS, exclusionOf } from "./excluded-kinds.ts";

/** What is listed in the namespaces of an application, and what could hide there unseen. */
export interface ChosenResources {
  /** One version of each kind, in a stable order. */
  readonly captured: readonly ApiResource[];
  /** Group versions that may hold objects to capture and did not answer. */
  readonly stale: readonly string[];
}

/** Review APIs, views and the like lack one of them (Velero 1.18 and crane use the same four). */
const NEEDED_VERBS = ["list", "get", "create", "delete"] as const;

/**
 * Which kinds a capture lists (reference: client-go's `ServerPreferredResources`, then the tools' deny lists): namespaced
 * resources that can be listed and created again, each in one version and one group, without views, runtime state and the
 * machinery of this site. `aggregated` are the groups of extension API servers; null when they could not be read, and then
 * only what is known to be a view is left out.
 */
export function chooseResources(discovery: Discovery, aggregated: ReadonlySet<string> | null): ChosenResources {
  const extension = aggregated ?? new Set<string>();
  const eligible = discovery.resources.filter((resource) => isCaptured(resource, extension));
  const real = new Set(eligible.filter(({ apiVersion }) => !isView(apiVersion)).map(({ kind }) => kind));
  const captured = eligible.filter(
    ({ apiVersion, kind }) => !isView(apiVersion) || isLegacyOnly(apiVersion, kind, real),
  );
  const stale = discovery.stale.filter((apiVersion) => exclusionOf(groupOf(apiVersion), "") === null);
  return {
    captured: [...captured].sort((a, b) => compareText(keyOf(a), keyOf(b))),
    stale: [...stale].sort(compareText),
  };
}

function isCaptured(resource: ApiResource, aggregated: ReadonlySet<string>): boolean {
  const { apiVersion, kind, plural, namespaced, verbs } = resource;
  const group = groupOf(apiVersion);
  return (
    namespaced &&
    !plural.includes("/") &&
    NEEDED_VERBS.every((verb) => verbs.includes(verb)) &&
    exclusionOf(group, kind) === null &&
    !(aggregated.has(group) && aggregatedKind(group, kind) === "view")
  );
}

function isView(apiVersion: string): boolean {
  return VIEW_GROUPS.has(groupOf(apiVersion));
}

/** An API server so old that a kind exists in `extensions` alone still shows it; OpenShift's views never stand alone. */
function isLegacyOnly(apiVersion: string, kind: string, real: ReadonlySet<string>): boolean {
  return groupOf(apiVersion) === "extensions" && !real.has(kind);
}

function keyOf({ apiVersion, plural }: ApiResource): string {
  return `${apiVersion}/${plural}`;
}
