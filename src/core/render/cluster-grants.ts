import { asList, asString, at } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";

const RBAC = "rbac.authorization.k8s.io";
export const SCC_ROLE_PREFIX = "system:openshift:scc:";

/** Who counts as the application when rights are granted for the whole cluster. */
export interface Accounts {
  readonly namespaces: ReadonlySet<string>;
  /** `<namespace>/<name>`; null: every account of the namespaces. */
  readonly selected: ReadonlySet<string> | null;
}

/** Roles and bindings that every cluster has by itself; grants of security context constraints are a person's. */
export function isPlatformGrant(object: KubeObject): boolean {
  const { name, labels = {} } = object.metadata;
  if (labels["kubernetes.io/bootstrapping"] === "rbac-defaults") return true;
  return name.startsWith("system:") && !(object.kind === "ClusterRoleBinding" && name.startsWith(SCC_ROLE_PREFIX));
}

/** Made by the Operator Lifecycle Manager for an operator, and made again where the operator is installed. */
export function isOperatorGrant(object: KubeObject): boolean {
  const labels = Object.keys(object.metadata.labels ?? {});
  return labels.some((label) => label === "olm.owner" || label === "olm.managed");
}

/**
 * A ClusterRoleBinding with the application's subjects alone; null when it has none. If others are in it too, or another
 * application may share the namespace, the narrowed one gets a name of its own: under the old one it would overwrite the
 * standby's binding, and take rights from others.
 */
export function narrowBinding(binding: KubeObject, accounts: Accounts, application: string): KubeObject | null {
  const subjects = asList(binding["subjects"]);
  const own = subjects.filter((subject) => isOwnSubject(subject, accounts));
  if (own.length === 0) return null;
  const prefix = `drover-${application}-`;
  const isNarrowed = accounts.selected === null || binding.metadata.name.startsWith(prefix);
  if (own.length === subjects.length && isNarrowed) return binding;
  const name = `${prefix}${binding.metadata.name}`;
  return { ...binding, metadata: { ...binding.metadata, name }, subjects: own };
}

/** An account, the user name by which it is known, or the group of all accounts of a namespace. */
function isOwnSubject(subject: unknown, accounts: Accounts): boolean {
  const name = asString(at(subject, "name")) ?? "";
  switch (at(subject, "kind")) {
    case "ServiceAccount":
      return isOwnAccount(`${asString(at(subject, "namespace")) ?? ""}/${name}`, accounts);
    case "User":
      return isOwnUser(name, accounts);
    case "Group":
      return isOwnGroup(name, accounts);
    default:
      return false;
  }
}

function isOwnAccount(key: string, { namespaces, selected }: Accounts): boolean {
  return selected === null ? namespaces.has(key.split("/")[0] ?? "") : selected.has(key);
}

const USER = /^system:serviceaccount:([^:]+):([^:]+)$/;
const GROUP = /^system:serviceaccounts:([^:]+)$/;

function isOwnUser(name: string, accounts: Accounts): boolean {
  const [, namespace, account] = USER.exec(name) ?? [];
  return namespace !== undefined && isOwnAccount(`${namespace}/${account ?? ""}`, accounts);
}

function isOwnGroup(name: string, { namespaces }: Accounts): boolean {
  return namespaces.has(GROUP.exec(name)?.[1] ?? "");
}

/**
 * The grant of a SecurityContextConstraints that names accounts of the application, as RoleBindings of the same effect
 * (OpenShift 4.1 and later, ClusterRole `system:openshift:scc:<name>`): the object itself is shared by everybody on the
 * cluster, and lists who may use it in one place.
 */
export function bindConstraints(
  constraints: KubeObject,
  accounts: Accounts,
  application: string,
): readonly KubeObject[] {
  const { name } = constraints.metadata;
  const prefix = accounts.selected === null ? "drover-scc-" : `drover-scc-${application}-`;
  const users = asList(constraints["users"]).flatMap((user) => {
    const [, namespace = "", account = ""] = USER.exec(asString(user) ?? "") ?? [];
    return isOwnAccount(`${namespace}/${account}`, accounts)
      ? [{ namespace, subject: { kind: "ServiceAccount", name: account, namespace } }]
      : [];
  });
  const groups = asList(constraints["groups"]).flatMap((group) => {
    const namespace = GROUP.exec(asString(group) ?? "")?.[1] ?? "";
    const subject = { kind: "Group", apiGroup: RBAC, name: `system:serviceaccounts:${namespace}` };
    return accounts.namespaces.has(namespace) ? [{ namespace, subject }] : [];
  });
  const byNamespace = Map.groupBy([...users, ...groups], ({ namespace }) => namespace);
  return [...byNamespace].map(([namespace, granted]) => ({
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name: `${prefix}${name}`, namespace },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: `${SCC_ROLE_PREFIX}${name}` },
    subjects: granted.map(({ subject }) => subject),
  }));
}
