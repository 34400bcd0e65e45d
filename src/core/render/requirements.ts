import { isCustomGroup } from "../capture/platform-groups.ts";
import type { ApiResource } from "../model/api-resource.ts";
import { asList, asString, at, isFields } from "../model/fields.ts";
import { type KubeObject, groupOf, refKey, refOf } from "../model/kube-object.ts";
import { compareBytes } from "./byte-order.ts";
import { SCC_ROLE_PREFIX } from "./cluster-grants.ts";
import { clusterRoleOf, isPlatformClass } from "./companions.ts";
import { secretMadeFrom } from "./made-objects.ts";
import { podTemplateOf } from "./pod-spec.ts";
import { podReferences } from "./pod-references.ts";
import { storageClassOf } from "./record-objects.ts";
import type { Requirement } from "./render-result.ts";

export interface RequirementSources {
  /** Sanitized objects of the folder. */
  readonly rendered: readonly KubeObject[];
  /** Captured Secrets that the standby must provide. */
  readonly secrets: readonly KubeObject[];
  /** `<namespace>/<name>` of Secrets that the standby's platform or operators make, or that the folder contains. */
  readonly generatedSecrets: ReadonlySet<string>;
  /** Captured Routes that lost an inline key. */
  readonly routesWithKeys: readonly KubeObject[];
  /** Kinds that the source serves: they say how the definition of a custom resource is called. */
  readonly resources: readonly ApiResource[];
}

/** What must exist on the standby before the application can start there; sorted, each object once. */
export function findRequirements(sources: RequirementSources): readonly Requirement[] {
  const { rendered, secrets, routesWithKeys } = sources;
  const referenced = referencedSecrets(sources);
  const captured = new Set(secrets.map((secret) => refKey(refOf(secret))));
  const there = new Set(rendered.map((object) => refKey(refOf(object))));
  const named = [...rendered.flatMap(classRequirements), ...rendered.flatMap(grantRequirements)];
  const all = [
    ...secrets.map((secret) => secretRequirement(secret, referenced.has(refKey(refOf(secret))))),
    ...[...referenced].filter(([key]) => !captured.has(key)).map(([, requirement]) => requirement),
    ...routesWithKeys.map(routeRequirement),
    ...named.filter((requirement) => !there.has(refKey(requirement))),
    ...definitionRequirements(sources),
  ];
  const unique = new Map(all.map((requirement) => [refKey(requirement), requirement]));
  return [...unique].sort(([a], [b]) => compareBytes(a, b)).map(([, requirement]) => requirement);
}

function secretRequirement(secret: KubeObject, referenced: boolean): Requirement {
  const keys = ["data", "stringData"].flatMap((field) => {
    const values = secret[field];
    return isFields(values) ? Object.keys(values) : [];
  });
  return { ...refOf(secret), type: asString(secret["type"]) ?? "Opaque", keys: sorted(keys), referenced };
}

/** Secrets that pods can't start without, captured or not, and that nothing in the folder makes. */
function referencedSecrets({ rendered, generatedSecrets }: RequirementSources): ReadonlyMap<string, Requirement> {
  const found = new Map<string, Requirement>();
  const made = new Set(rendered.map(secretMadeFrom));
  for (const object of rendered) {
    if (podTemplateOf(object) === null) continue;
    const namespace = object.metadata.namespace ?? null;
    for (const [name, keys] of podReferences(object, "required").secrets) {
      const key = `${namespace ?? ""}/${name}`;
      if (generatedSecrets.has(key) || made.has(key)) continue;
      const ref = { apiVersion: "v1", kind: "Secret", namespace, name };
      const known = found.get(refKey(ref))?.keys ?? [];
      found.set(refKey(ref), { ...ref, type: null, keys: sorted([...known, ...keys]), referenced: true });
    }
  }
  return found;
}

function routeRequirement(route: KubeObject): Requirement {
  const fields = ["key", "certificate", "caCertificate"].filter(
    (field) => at(route, "spec", "tls", field) !== undefined,
  );
  return { ...refOf(route), type: null, keys: sorted(fields.map((field) => `spec.tls.${field}`)), referenced: false };
}

/** Classes and issuers without a namespace that an object names; those of pods decide whether they start. */
function classRequirements(object: KubeObject): readonly Requirement[] {
  const spec = at(podTemplateOf(object), "spec");
  const priority = textAt(spec, "priorityClassName");
  const ephemeral = asList(at(spec, "volumes")).map((volume) => at(volume, "ephemeral", "volumeClaimTemplate"));
  const storage = [...asList(at(object, "spec", "volumeClaimTemplates")), ...ephemeral].flatMap(
    (template) => storageClassOf(template) ?? [],
  );
  const needed = (apiVersion: string, kind: string, names: readonly string[]): readonly Requirement[] =>
    names.filter((name) => name !== "").map((name) => clusterRequirement({ apiVersion, kind, name, referenced: true }));
  return [
    ...needed("scheduling.k8s.io/v1", "PriorityClass", isPlatformClass(priority) ? [] : [priority]),
    ...needed("node.k8s.io/v1", "RuntimeClass", [textAt(spec, "runtimeClassName")]),
    ...needed("storage.k8s.io/v1", "StorageClass", storage),
    ...namedByKind(object),
  ];
}

function namedByKind(object: KubeObject): readonly Requirement[] {
  const one = (apiVersion: string, kind: string, name: string): readonly Requirement[] =>
    name === "" ? [] : [clusterRequirement({ apiVersion, kind, name, referenced: false })];
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "networking.k8s.io|Ingress":
      return one("networking.k8s.io/v1", "IngressClass", textAt(object, "spec", "ingressClassName"));
    case "apps.openshift.io|DeploymentConfig":
      return foreignTags(
        object,
        asList(at(object, "spec", "triggers")).map((each) => at(each, "imageChangeParams", "from")),
      );
    case "build.openshift.io|BuildConfig":
      return foreignTags(
        object,
        BUILD_STRATEGIES.map((each) => at(object, "spec", "strategy", each, "from")),
      );
    case "gateway.networking.k8s.io|Gateway":
      return one("gateway.networking.k8s.io/v1", "GatewayClass", textAt(object, "spec", "gatewayClassName"));
    case "cert-manager.io|Certificate":
      return textAt(object, "spec", "issuerRef", "kind") === "ClusterIssuer"
        ? one("cert-manager.io/v1", "ClusterIssuer", textAt(object, "spec", "issuerRef", "name"))
        : [];
    case "external-secrets.io|ExternalSecret":
      return textAt(object, "spec", "secretStoreRef", "kind") === "ClusterSecretStore"
        ? one("external-secrets.io/v1", "ClusterSecretStore", textAt(object, "spec", "secretStoreRef", "name"))
        : [];
    default:
      return [];
  }
}

const BUILD_STRATEGIES = ["sourceStrategy", "dockerStrategy", "customStrategy"];

/** Image tags of other namespaces (`openshift/postgresql:15`): without them nothing is built or deployed there. */
function foreignTags(object: KubeObject, references: readonly unknown[]): readonly Requirement[] {
  return references.flatMap((from) => {
    const namespace = textAt(from, "namespace");
    if (at(from, "kind") !== "ImageStreamTag" || namespace === "" || namespace === object.metadata.namespace) return [];
    const ref = { apiVersion: "image.openshift.io/v1", kind: "ImageStreamTag", name: textAt(from, "name") };
    return [{ ...clusterRequirement({ ...ref, referenced: false }), namespace }];
  });
}

/** Names of roles and constraints that every cluster has, or that come with OpenShift. */
const EVERYWHERE =
  /^(?:admin|edit|view|cluster-admin|system:(?!openshift:scc:).*|system:openshift:scc:(?:anyuid|hostaccess|hostmount-anyuid|hostnetwork|hostnetwork-v2|nonroot|nonroot-v2|privileged|restricted|restricted-v2|restricted-v3))$/;

/** Roles that bindings grant and that do not go along, and the constraints behind such roles. */
function grantRequirements(object: KubeObject): readonly Requirement[] {
  const role = clusterRoleOf(object);
  if (role === null || EVERYWHERE.test(role)) return [];
  const constraints = role.startsWith(SCC_ROLE_PREFIX);
  const apiVersion = constraints ? "security.openshift.io/v1" : "rbac.authorization.k8s.io/v1";
  const kind = constraints ? "SecurityContextConstraints" : "ClusterRole";
  const name = constraints ? role.slice(SCC_ROLE_PREFIX.length) : role;
  return [clusterRequirement({ apiVersion, kind, name, referenced: true })];
}

/** The definitions of custom resources, with the versions in which they are written. */
function definitionRequirements({ rendered, resources }: RequirementSources): readonly Requirement[] {
  const plurals = new Map(resources.map(({ apiVersion, kind, plural }) => [`${groupOf(apiVersion)}|${kind}`, plural]));
  const versions = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of rendered) {
    const group = groupOf(apiVersion);
    const plural = plurals.get(`${group}|${kind}`);
    if (plural === undefined || !isCustomGroup(group)) continue;
    const name = `${plural}.${group}`;
    const known = versions.get(name) ?? new Set<string>();
    versions.set(name, known.add(apiVersion.slice(group.length + 1)));
  }
  return [...versions].map(([name, served]) => ({
    ...clusterRequirement({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name,
      referenced: true,
    }),
    keys: sorted([...served]),
  }));
}

function clusterRequirement(named: Pick<Requirement, "apiVersion" | "kind" | "name" | "referenced">): Requirement {
  const { apiVersion, kind, name, referenced } = named;
  return { apiVersion, kind, namespace: null, name, type: null, keys: [], referenced };
}

function textAt(value: unknown, ...path: readonly string[]): string {
  return asString(at(value, ...path)) ?? "";
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareBytes);
}
