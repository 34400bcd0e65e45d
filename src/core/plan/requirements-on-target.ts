import { COMPANION_KINDS } from "../capture/required-kinds.ts";
import type { Blocker } from "../failover/intent.ts";
import { groupOf, refKey, refOf } from "../model/kube-object.ts";
import type { ClusterSurroundings } from "../observed/cluster-surroundings.ts";
import { isUnread, nameUnread } from "../observed/unread-kind.ts";
import type { Requirement } from "../render/render-result.ts";
import type { ApplicationContext, End } from "./application-context.ts";
import { folderOnBranch } from "./capture.ts";

/** What the application can't start without, is not in its folder, and is not on the target either. */
export function requirementBlockers(context: ApplicationContext): readonly Blocker[] {
  const required = (folderOnBranch(context)?.record.requirements ?? []).filter(({ referenced }) => referenced);
  const secrets = required.filter(({ kind }) => kind === "Secret");
  const others = required.filter(({ kind }) => kind !== "Secret");
  const surroundings = context.target.cluster?.surroundings ?? null;
  const missing = surroundings === null ? [] : others.filter((requirement) => isMissing(requirement, surroundings));
  return [
    ...secrets.flatMap((secret) => secretBlocker(secret, context.target) ?? []),
    ...missing.map((requirement) => missingBlocker(requirement, context.target)),
  ];
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

/**
 * The definition's name is `<plural>.<group>`; a group whose server does not answer may well serve it. Discovery names the
 * preferred version alone, and an older one is served beside it more often than not, so that versions are not compared.
 */
function isServed({ name }: Requirement, { resources, unread }: ClusterSurroundings): boolean {
  const group = name.slice(name.indexOf(".") + 1);
  if (unread.some((each) => each.kind === null && each.group === group)) return true;
  return resources.some(({ apiVersion, plural }) => `${plural}.${groupOf(apiVersion)}` === name);
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
