import { asFields } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import type { OmitRule } from "./render-rules.ts";

const PUBLISHED_CONFIG_MAPS: ReadonlySet<string> = new Set([
  "kube-root-ca.crt",
  "openshift-service-ca.crt",
  "istio-ca-root-cert",
]);
/** ServiceAccounts that Kubernetes and OpenShift create in every namespace. */
export const PLATFORM_ACCOUNTS: ReadonlySet<string> = new Set(["default", "builder", "deployer", "pipeline"]);

const LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

/** The rule by which the platform or a tool made this object and will make it again; null for a person's object. */
export function generatedRule(object: KubeObject): OmitRule | null {
  const annotations = object.metadata.annotations ?? {};
  if (Object.hasOwn(annotations, LEADER_ANNOTATION) || isPatroniLock(object)) return "leader-election";
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "|ConfigMap":
      return configMapRule(object);
    case "|Secret":
      return secretRule(object);
    case "rbac.authorization.k8s.io|Role":
    case "rbac.authorization.k8s.io|RoleBinding":
      return isPlatformRbac(object) ? "generated-rbac" : null;
    case "|ResourceQuota":
      return object.metadata.name === "gke-resource-quotas" ? "generated-quota" : null;
    default:
      return null;
  }
}

/**
 * Who leads a PostgreSQL cluster, renewed every few seconds in the annotations of a ConfigMap or of Endpoints, and who may
 * follow it (Patroni 4, `dcs/kubernetes`). Its third object, with settings and the data's identity, is configuration.
 */
function isPatroniLock({ apiVersion, kind, metadata: { annotations = {} } }: KubeObject): boolean {
  if (apiVersion !== "v1" || (kind !== "ConfigMap" && kind !== "Endpoints")) return false;
  const has = (key: string): boolean => Object.hasOwn(annotations, key);
  return has("leader") && (has("sync_standby") || (has("renewTime") && has("ttl")));
}

/** Grants of security context constraints carry the same prefix and are a person's (Stork 24.3, resource collector). */
function isPlatformRbac({ kind, metadata: { name } }: KubeObject): boolean {
  if (!name.startsWith("system:")) return false;
  return kind === "Role" || !name.startsWith("system:openshift:scc:");
}

function configMapRule(object: KubeObject): OmitRule | null {
  if (object.metadata.labels?.["OWNER"] === "TILLER") return "helm-release";
  if (Object.hasOwn(object.metadata.labels ?? {}, "stash-cr")) return "replication-machinery";
  return PUBLISHED_CONFIG_MAPS.has(object.metadata.name) ? "generated-config-map" : null;
}

function secretRule(object: KubeObject): OmitRule | null {
  const type = asFields(object)["type"];
  if (type === "helm.sh/release.v1" || object.metadata.labels?.["owner"] === "helm") return "helm-release";
  return isPlatformSecret(object, type) ? "generated-secret" : null;
}

/**
 * Tokens and registry credentials of service accounts, serving certificates and cluster join tokens. A token that a
 * person asked for (its name does not begin with the account's) is no platform Secret.
 */
function isPlatformSecret(object: KubeObject, type: unknown): boolean {
  const { name } = object.metadata;
  const annotations = object.metadata.annotations ?? {};
  const account = annotations["kubernetes.io/service-account.name"];
  if (type === "kubernetes.io/service-account-token")
    return account !== undefined && name.startsWith(`${account}-token-`);
  if (type === "bootstrap.kubernetes.io/token") return true;
  if (type === "kubernetes.io/dockercfg") {
    const owned =
      account !== undefined || Object.hasOwn(annotations, "openshift.io/internal-registry-auth-token.service-account");
    return owned || /-dockercfg-[a-z0-9]{5}$/.test(name);
  }
  const origins = [
    "service.beta.openshift.io/originating-service-name",
    "service.alpha.openshift.io/originating-service-name",
  ];
  return origins.some((origin) => Object.hasOwn(annotations, origin));
}
