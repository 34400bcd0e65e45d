import { asList, asString, asStringMap, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { hasLabels, selects } from "./label-selector.ts";
import { targetOf } from "./made-objects.ts";
import { podTemplateOf } from "./pod-spec.ts";
import { podReferences } from "./pod-references.ts";

/** Another object of the same namespace, as one names it: `group|Kind|name`. */
export type Link = string;

export function linkTo(group: string, kind: string, name: string): Link {
  return `${group}|${kind}|${name}`;
}

export function linkOf(object: KubeObject): Link {
  return linkTo(groupOf(object.apiVersion), object.kind, object.metadata.name);
}

/**
 * What an object can't do without, by name: the configuration, accounts and claims of pods, the backends of nothing. Only
 * names inside its own namespace. What is not captured is named all the same; the caller looks.
 */
export function needsOf(object: KubeObject): readonly Link[] {
  const owners = (object.metadata.ownerReferences ?? [])
    .filter((owner) => owner.controller === true)
    .map((owner) => linkTo(groupOf(owner.apiVersion), owner.kind, owner.name));
  return [...owners, ...podNeeds(object), ...ownNeeds(object)];
}

function podNeeds(object: KubeObject): readonly Link[] {
  if (podTemplateOf(object) === null) return [];
  const all = podReferences(object, "all");
  const accounts = all.serviceAccounts.size === 0 ? ["default"] : all.serviceAccounts;
  return [
    ...[...all.configMaps].map((name) => linkTo("", "ConfigMap", name)),
    ...[...all.secrets.keys()].map((name) => linkTo("", "Secret", name)),
    ...[...all.claims].map((name) => linkTo("", "PersistentVolumeClaim", name)),
    ...[...accounts].map((name) => linkTo("", "ServiceAccount", name)),
  ];
}

function ownNeeds(object: KubeObject): readonly Link[] {
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "apps|StatefulSet":
      return names("", "Service", [at(object, "spec", "serviceName")]);
    case "apps.openshift.io|DeploymentConfig":
      return imageStreams(object);
    case "|ServiceAccount":
      return names("", "Secret", [...each(object, "secrets"), ...each(object, "imagePullSecrets")].map(nameOf));
    case "rbac.authorization.k8s.io|RoleBinding":
      return at(object, "roleRef", "kind") === "Role"
        ? names("rbac.authorization.k8s.io", "Role", [at(object, "roleRef", "name")])
        : [];
    case "networking.k8s.io|Ingress":
      return names(
        "",
        "Secret",
        asList(at(object, "spec", "tls")).map((tls) => at(tls, "secretName")),
      );
    case "keda.sh|ScaledObject":
      return names("keda.sh", "TriggerAuthentication", triggerAuthentications(object));
    case "keda.sh|TriggerAuthentication":
      return names("", "Secret", asList(at(object, "spec", "secretTargetRef")).map(nameOf));
    case "external-secrets.io|ExternalSecret":
      return names("external-secrets.io", "SecretStore", [at(object, "spec", "secretStoreRef", "name")]);
    case "cert-manager.io|Certificate":
      return names("cert-manager.io", "Issuer", [at(object, "spec", "issuerRef", "name")]);
    default:
      return [];
  }
}

function each(object: KubeObject, field: string): readonly unknown[] {
  return asList(object[field]);
}

function nameOf(value: unknown): unknown {
  return at(value, "name");
}

function names(group: string, kind: string, found: readonly unknown[]): readonly Link[] {
  return found.flatMap((name) => (typeof name === "string" && name !== "" ? [linkTo(group, kind, name)] : []));
}

function triggerAuthentications(object: KubeObject): readonly unknown[] {
  return asList(at(object, "spec", "triggers")).map((trigger) => at(trigger, "authenticationRef", "name"));
}

/** Streams whose tags start a rollout; a tag of another namespace is none of this one. */
function imageStreams(object: KubeObject): readonly Link[] {
  const from = asList(at(object, "spec", "triggers")).map((trigger) => at(trigger, "imageChangeParams", "from"));
  const own = from.filter((source) =>
    [undefined, object.metadata.namespace].includes(asString(at(source, "namespace")) ?? undefined),
  );
  return names(
    "image.openshift.io",
    "ImageStream",
    own.map((source) => (asString(nameOf(source)) ?? "").split(":")[0]),
  );
}

/** What is selected so far in one namespace, as what points at it looks for it. */
export interface Selected {
  readonly links: ReadonlySet<Link>;
  /** Labels of the pods of each selected workload. */
  readonly pods: readonly Readonly<Record<string, string>>[];
  /** Labels of each selected Service. */
  readonly services: readonly Readonly<Record<string, string>>[];
}

/**
 * Whether an object points at something selected, so that it would be missed with it: a Service at pods, a Route or Ingress
 * at a Service, a binding at an account, an autoscaler at a workload, a budget or network policy at pods, and what makes
 * a selected Secret.
 */
export function pointsAt(object: KubeObject, selected: Selected): boolean {
  const { links, pods } = selected;
  const has = (group: string, kind: string, name: unknown): boolean =>
    typeof name === "string" && links.has(linkTo(group, kind, name));
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "|Service":
      return selectsPods(asStringMap(at(object, "spec", "selector")), pods);
    case "|Endpoints":
      return has("", "Service", object.metadata.name);
    case "discovery.k8s.io|EndpointSlice":
      return has("", "Service", object.metadata.labels?.["kubernetes.io/service-name"]);
    case "policy|PodDisruptionBudget":
      return pods.some((labels) => selects(at(object, "spec", "selector"), labels));
    case "networking.k8s.io|NetworkPolicy":
      return pods.some((labels) => selects(at(object, "spec", "podSelector"), labels));
    case "rbac.authorization.k8s.io|RoleBinding":
      return asList(object["subjects"]).some(
        (subject) => isOwnAccount(subject, object) && has("", "ServiceAccount", nameOf(subject)),
      );
    case "external-secrets.io|ExternalSecret":
      return has("", "Secret", targetOf(object));
    case "bitnami.com|SealedSecret":
    case "isindir.github.com|SopsSecret":
      return has("", "Secret", object.metadata.name);
    case "cert-manager.io|Certificate":
      return has("", "Secret", at(object, "spec", "secretName"));
    default:
      return pointsAtService(object, selected) || scalesSelected(object, links) || monitors(object, selected);
  }
}

/** An empty selector of a Service selects nothing, other than that of a policy. */
function selectsPods(selector: Readonly<Record<string, string>>, pods: Selected["pods"]): boolean {
  return Object.keys(selector).length > 0 && pods.some((labels) => hasLabels(labels, selector));
}

function isOwnAccount(subject: unknown, binding: KubeObject): boolean {
  const namespace = asString(at(subject, "namespace")) ?? binding.metadata.namespace;
  return at(subject, "kind") === "ServiceAccount" && namespace === binding.metadata.namespace;
}

/** Backends of Route, Ingress and the routes of the Gateway API. */
function pointsAtService(object: KubeObject, { links }: Selected): boolean {
  return backendsOf(object).some((name) => typeof name === "string" && links.has(linkTo("", "Service", name)));
}

function backendsOf(object: KubeObject): readonly unknown[] {
  const spec = object["spec"];
  switch (groupOf(object.apiVersion)) {
    case "route.openshift.io":
      return [at(spec, "to"), ...asList(at(spec, "alternateBackends"))].map(nameOf);
    case "networking.k8s.io": {
      const paths = asList(at(spec, "rules")).flatMap((rule) => asList(at(rule, "http", "paths")));
      const backends = [at(spec, "defaultBackend"), ...paths.map((path) => at(path, "backend"))];
      return backends.map((backend) => at(backend, "service", "name"));
    }
    case "gateway.networking.k8s.io":
      return asList(at(spec, "rules")).flatMap((rule) => asList(at(rule, "backendRefs")).map(nameOf));
    default:
      return [];
  }
}

/** HorizontalPodAutoscaler, ScaledObject, VerticalPodAutoscaler. */
function scalesSelected(object: KubeObject, links: ReadonlySet<Link>): boolean {
  const target = at(object, "spec", "scaleTargetRef") ?? at(object, "spec", "targetRef");
  const { kind, name } = { kind: asString(at(target, "kind")) ?? "Deployment", name: asString(at(target, "name")) };
  if (name === null) return false;
  const group = groupOf(asString(at(target, "apiVersion")) ?? "apps/v1");
  return links.has(linkTo(group, kind, name)) || links.has(linkTo(`${group}.openshift.io`, kind, name));
}

function monitors(object: KubeObject, { pods, services }: Selected): boolean {
  if (groupOf(object.apiVersion) !== "monitoring.coreos.com") return false;
  if (at(object, "spec", "namespaceSelector") !== undefined) return false;
  const labels = object.kind === "ServiceMonitor" ? services : object.kind === "PodMonitor" ? pods : [];
  return labels.some((each) => selects(at(object, "spec", "selector"), each));
}
