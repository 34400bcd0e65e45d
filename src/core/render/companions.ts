import { asFields, asList, asString, at } from "../model/fields.ts";
import { type KubeObject, groupOf, refOf } from "../model/kube-object.ts";
import type { CaptureInput } from "./capture-input.ts";
import { type Accounts, bindConstraints, isOperatorGrant, isPlatformGrant, narrowBinding } from "./cluster-grants.ts";
import { type Draft, type Note, draftAt } from "./draft.ts";
import { excludes } from "./omit-object.ts";
import { podTemplateOf } from "./pod-spec.ts";

/**
 * What stands around the namespaces and has to go along (design section 5): the rights that are granted to the application's
 * accounts for the whole cluster, narrowed to them; priority classes that its pods name; webhooks that its Services answer.
 * Everything else without a namespace belongs to the platform and is a requirement.
 */
export function findCompanions(input: CaptureInput, kept: readonly KubeObject[]): readonly KubeObject[] {
  const companions = input.around?.companions ?? [];
  if (companions.length === 0) return [];
  const accounts = accountsOf(input, kept);
  const bindings = ofKind(companions, "ClusterRoleBinding")
    .filter((binding) => !isPlatformGrant(binding) && !isOperatorGrant(binding))
    .flatMap((binding) => narrowBinding(binding, accounts, input.application) ?? []);
  const present = new Set(
    kept.map((object) => `${object.kind}|${object.metadata.namespace ?? ""}|${object.metadata.name}`),
  );
  const constraints = ofKind(companions, "SecurityContextConstraints")
    .flatMap((each) => bindConstraints(each, accounts, input.application))
    .filter(({ kind, metadata }) => !present.has(`${kind}|${metadata.namespace ?? ""}|${metadata.name}`));
  const roles = rolesOf([...kept, ...bindings], companions);
  const classes = classesOf(input, kept, companions);
  const namespaces = new Set(input.namespaces);
  const isOwnService = (namespace: string, name: string): boolean =>
    namespaces.has(namespace) && (input.selector === null || present.has(`Service|${namespace}|${name}`));
  const webhooks = companions.filter((object) => answersFrom(object, isOwnService));
  const found = [...roles, ...bindings, ...constraints, ...classes, ...webhooks];
  return found.filter((object) => !isLeftOut(object, input));
}

function isLeftOut(object: KubeObject, { render }: CaptureInput): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return true;
  return render.exclude.some((rule) => excludes(rule, refOf(object), object.metadata.labels ?? {}));
}

function accountsOf(input: CaptureInput, kept: readonly KubeObject[]): Accounts {
  const accounts = kept.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "ServiceAccount");
  const keys = accounts.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
  return { namespaces: new Set(input.namespaces), selected: input.selector === null ? null : new Set(keys) };
}

function ofKind(objects: readonly KubeObject[], kind: string): readonly KubeObject[] {
  return objects.filter((object) => object.kind === kind && object.metadata.namespace === undefined);
}

/** ClusterRoles that the bindings refer to and that neither the platform nor an operator brings. */
function rolesOf(objects: readonly KubeObject[], companions: readonly KubeObject[]): readonly KubeObject[] {
  const names = new Set(objects.flatMap((object) => clusterRoleOf(object) ?? []));
  return ofKind(companions, "ClusterRole").filter(
    (role) => names.has(role.metadata.name) && !isPlatformGrant(role) && !isOperatorGrant(role),
  );
}

/** The ClusterRole that a binding grants; null for everything else. */
export function clusterRoleOf(object: KubeObject): string | null {
  if (groupOf(object.apiVersion) !== "rbac.authorization.k8s.io") return null;
  return at(object, "roleRef", "kind") === "ClusterRole" ? asString(at(object, "roleRef", "name")) : null;
}

/** A class that the document maps to another one must be on the standby already: it goes by the other name there. */
function classesOf(
  { render }: CaptureInput,
  kept: readonly KubeObject[],
  companions: readonly KubeObject[],
): readonly KubeObject[] {
  const names = new Set(
    kept.flatMap((object) => asString(at(podTemplateOf(object), "spec", "priorityClassName")) ?? []),
  );
  return ofKind(companions, "PriorityClass").filter(
    ({ metadata: { name } }) =>
      names.has(name) && !isPlatformClass(name) && !Object.hasOwn(render.target.priorityClasses, name),
  );
}

/** Classes that Kubernetes and OpenShift bring. */
export function isPlatformClass(name: string): boolean {
  return /^(?:system-|openshift-|k8s-cluster-critical$)/.test(name);
}

/** An admission webhook or an aggregated API whose Service is one of the application's. */
function answersFrom(object: KubeObject, isOwnService: (namespace: string, name: string) => boolean): boolean {
  const isOwn = (service: unknown): boolean =>
    isOwnService(asString(at(service, "namespace")) ?? "", asString(at(service, "name")) ?? "");
  if (groupOf(object.apiVersion) === "apiregistration.k8s.io") return isOwn(at(object, "spec", "service"));
  if (groupOf(object.apiVersion) !== "admissionregistration.k8s.io") return false;
  return asList(object["webhooks"]).some((webhook) => isOwn(at(webhook, "clientConfig", "service")));
}

/** Kinds without namespaces that several applications of a cluster refer to by one name. */
const SHARED: ReadonlySet<string> = new Set([
  "rbac.authorization.k8s.io|ClusterRole",
  "scheduling.k8s.io|PriorityClass",
]);

/**
 * Whoever delivers the branch leaves these where they are when they go from one application's folder, or the application
 * goes: another one may need them, and by themselves they neither run nor grant anything. Annotations of Argo CD 3 and
 * Flux 2.
 */
export function keepShared(draft: Draft, { apiVersion, kind }: KubeObject, note: Note): void {
  if (!SHARED.has(`${groupOf(apiVersion)}|${kind}`)) return;
  const metadata = draftAt(draft, "metadata");
  metadata["annotations"] = {
    ...asFields(metadata["annotations"]),
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
  };
  note("shared-kept");
}
