import { COMPANION_KINDS } from "../capture/required-kinds.ts";
import type { Blocker } from "../failover/intent.ts";
import type { ApiResource } from "../model/api-resource.ts";
import { groupOf, refKey, refOf } from "../model/kube-object.ts";
import type { ClusterSurroundings } from "../observed/cluster-surroundings.ts";
import { isUnread, nameUnread } from "../observed/unread-kind.ts";
import type { Requirement } from "../render/render-result.ts";
import type { ApplicationContext, End } from "./application-context.ts";
import { folderOnBranch } from "./capture.ts";

/** What the application can't start without, is not in its folder, and is not on the target either. */
export function requirementBlockers(context: ApplicationContext): readonly Blocker[] {
  const required = folderOnBranch(context)?.record.requirements ?? [];
  const secrets = required.filter(({ kind, referenced }) => referenced && kind === "Secret");
  return [
    ...secrets.flatMap((secret) => secretBlocker(secret, context.target) ?? []),
    ...requirementNotes(required, context.target),
  ];
}

/**
 * The same of what a capture asks for, but for Secrets, which people provide when they are ready: said as soon as there is
 * a plan, since nobody wants to look for an operator on the day of the move.
 */
export function requirementNotes(requirements: readonly Requirement[], target: End): readonly Blocker[] {
  const surroundings = target.cluster?.surroundings ?? null;
  if (surroundings === null) return [];
  return requirements
    .filter(({ kind, referenced }) => referenced && kind !== "Secret")
    .flatMap((requirement) => {
      if (isMissing(requirement, surroundings)) return [missingBlocker(requirement, target)];
      return versionBlocker(requirement, { target, surroundings }) ?? [];
    });
}

/** Secrets are not in git: those the application refers to must be on the target already. */
function secretBlocker({ namespace, name }: Requirement, target: End): Blocker | null {
  const facts = target.application?.facts;
  if (facts === undefined || facts.secrets.has(`${namespace ?? ""}/${name}`)) return null;
  const unseen = facts.unread.find((unread) =>
    isUnread([unread], { apiVersion: "v1", kind: "Secret", namespace, name }),
  );
  if (unseen !== undefined) {
    return {
      code: "secret-missing",
      message: `whether Secret ${namespace ?? ""}/${name}, to which the application refers, is on ${target.name} can't be told: ${unseen.reason}`,
      remedy: `let Drover list Secrets in namespace ${namespace ?? ""} on ${target.name}`,
    };
  }
  return {
    code: "secret-missing",
    message: `Secret ${namespace ?? ""}/${name} is not on ${target.name}, and the application refers to it`,
    remedy: `create it on ${target.name} by the way your secrets travel (render.secrets: external)`,
  };
}

function missingBlocker({ kind, name }: Requirement, target: End): Blocker {
  return {
    code: "requirement-missing",
    message: `${kind} ${name} is not on ${target.name}, and the application can't start there without it`,
    remedy:
      kind === "CustomResourceDefinition"
        ? `install the operator that brings it on ${target.name}`
        : `create it on ${target.name}, or map it to one that is there (render.targets.${target.name})`,
  };
}

/** The kind is there, but not as the folder's objects are written: the API server would not know what is applied. */
function versionBlocker(
  { kind, name, keys }: Requirement,
  { target, surroundings }: { readonly target: End; readonly surroundings: ClusterSurroundings },
): Blocker | null {
  if (kind !== "CustomResourceDefinition") return null;
  const versions = surroundings.resources.find((resource) => nameOfDefinition(resource) === name)?.versions;
  if (versions === undefined) return null;
  const served = versions.map((version) => version.slice(version.indexOf("/") + 1));
  const lacking = keys.filter((version) => !served.includes(version));
  if (lacking.length === 0) return null;
  const those = lacking.length === 1 ? "version" : "versions";
  return {
    code: "requirement-missing",
    message: `${kind} ${name} on ${target.name} does not serve ${those} ${lacking.join(", ")}, in which the application's objects are written, but only ${served.join(", ")}`,
    remedy: `bring the operator on ${target.name} to the release of the active cluster, or both to one that serves the same version`,
  };
}

/** Only what can be looked at is judged: kinds that are read around the namespaces, and what the cluster serves. */
function isMissing(requirement: Requirement, surroundings: ClusterSurroundings): boolean {
  const { resources, companions, unread } = surroundings;
  if (requirement.kind === "CustomResourceDefinition") return !isServed(requirement, surroundings);
  const { kind, apiVersion } = requirement;
  const isRead = COMPANION_KINDS.some((each) => each.kind === kind && groupOf(each.apiVersion) === groupOf(apiVersion));
  if (!isRead || isUnread(unread, requirement)) return false;
  const served = resources.some((each) => each.kind === kind && groupOf(each.apiVersion) === groupOf(apiVersion));
  return !served || !companions.some((companion) => refKey(refOf(companion)) === refKey(requirement));
}

/** A group whose server does not answer may well serve it. */
function isServed({ name }: Requirement, { resources, unread }: ClusterSurroundings): boolean {
  const group = name.slice(name.indexOf(".") + 1);
  if (unread.some((each) => each.kind === null && each.group === group)) return true;
  return resources.some((resource) => nameOfDefinition(resource) === name);
}

/** What the definition of a custom resource is called. */
function nameOfDefinition({ plural, apiVersion }: ApiResource): string {
  return `${plural}.${groupOf(apiVersion)}`;
}

const MOST_NAMED = 5;

/** For people: what the source could not list, in one sentence; `drover render` has all of it with the reasons. */
export function incompleteNotes(source: End): readonly Blocker[] {
  const unread = source.application?.facts.unread ?? [];
  const [first] = unread;
  if (first === undefined) return [];
  const named = unread.slice(0, MOST_NAMED).map(nameUnread).join(", ");
  const more = unread.length > MOST_NAMED ? ` and ${unread.length - MOST_NAMED} more` : "";
  return [
    {
      code: "capture-incomplete",
      message: `${source.name} did not list ${named}${more} (${first.reason}); the branch keeps what it has of them`,
      remedy: `let Drover list them on ${source.name}, or repair the API that does not answer`,
    },
  ];
}
