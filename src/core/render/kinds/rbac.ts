import { asFields, asString } from "../../model/fields.ts";
import { drop, keepItems } from "../draft.ts";
import { type KindRule, type Sanitizer, clean, kindsOf, same } from "./kind-rule.ts";

const sanitizeServiceAccount: Sanitizer = (draft, { generatedSecrets, note }, live) => {
  const { name, namespace = "" } = live.metadata;
  const isOwn = (item: unknown): boolean => {
    const secret = asString(asFields(item)["name"]) ?? "";
    const generated = secret.startsWith(`${name}-token-`) || secret.startsWith(`${name}-dockercfg-`);
    return generated || generatedSecrets.has(`${namespace}/${secret}`);
  };
  const how = { keep: (item: unknown) => !isOwn(item), rule: "service-account-generated", note } as const;
  keepItems(draft, "secrets", how);
  keepItems(draft, "imagePullSecrets", how);
};

/** A controller gathers the rules of an aggregated role from others; writing them would fight it. */
const sanitizeClusterRole: Sanitizer = (draft, { note }) => {
  if (draft["aggregationRule"] !== undefined) drop(draft, ["rules"], { rule: "aggregated-rules", note });
};

/** OpenShift's API adds twins of the subjects to bindings, `userNames` and `groupNames`; they are views. */
const sanitizeBinding: Sanitizer = (draft, { note }) => {
  drop(draft, ["userNames", "groupNames"], { rule: "server-default", note });
};

/** A cluster-wide list of who may: only who belongs to the captured namespaces goes along. */
const sanitizeScc: Sanitizer = (draft, { namespaces, note }) => {
  const owner = (text: unknown, prefix: string): boolean => {
    if (typeof text !== "string" || !text.startsWith(prefix)) return false;
    return namespaces.has(text.slice(prefix.length).split(":")[0] ?? "");
  };
  keepItems(draft, "users", { keep: (user) => owner(user, "system:serviceaccount:"), rule: "foreign-subject", note });
  keepItems(draft, "groups", {
    keep: (group) => owner(group, "system:serviceaccounts:"),
    rule: "foreign-subject",
    note,
  });
  if (draft["users"] === undefined) draft["users"] = [];
  if (draft["groups"] === undefined) draft["groups"] = [];
};

const V1 = ["v1"];
const GROUP = "rbac.authorization.k8s.io";

export const RBAC: readonly KindRule[] = [
  { group: "", kind: "ServiceAccount", versions: V1, sanitize: sanitizeServiceAccount, standby: same },
  { group: GROUP, kind: "Role", versions: V1, sanitize: clean, standby: same },
  { group: GROUP, kind: "ClusterRole", versions: V1, sanitize: sanitizeClusterRole, standby: same },
  ...kindsOf(GROUP, ["RoleBinding", "ClusterRoleBinding"], { versions: V1, sanitize: sanitizeBinding, standby: same }),
  {
    group: "security.openshift.io",
    kind: "SecurityContextConstraints",
    versions: V1,
    sanitize: sanitizeScc,
    standby: same,
  },
];
