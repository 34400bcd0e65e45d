import { asString, at } from "../model/fields.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import type { OmitRule } from "./render-rules.ts";

/** `<namespace>/<name>` of Secrets and the like that captured objects make their operators write. */
export interface Makers {
  readonly certificates: ReadonlySet<string>;
  readonly externalSecrets: ReadonlySet<string>;
}

/** Which objects of a capture make others. */
export function findMakers(objects: readonly KubeObject[]): Makers {
  const certificates = new Set<string>();
  const externalSecrets = new Set<string>();
  for (const object of objects) {
    const { name, namespace = "" } = object.metadata;
    switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
      case "cert-manager.io|Certificate":
        certificates.add(`${namespace}/${name}`);
        break;
      case "external-secrets.io|ExternalSecret": {
        const secret = secretMadeFrom(object);
        if (secret !== null) externalSecrets.add(secret);
        break;
      }
      default:
    }
  }
  return { certificates, externalSecrets };
}

/** With `Merge` the Secret has a life of its own, with `None` there is none (External Secrets 0.10, creationPolicy). */
function ownsItsSecret(object: KubeObject): boolean {
  const policy = asString(at(object, "spec", "target", "creationPolicy")) ?? "Owner";
  return policy === "Owner" || policy === "Orphan";
}

/** The Secret that an ExternalSecret writes. */
export function targetOf(externalSecret: KubeObject): string {
  return asString(at(externalSecret, "spec", "target", "name")) || externalSecret.metadata.name;
}

const SERVING_CERTIFICATE = [
  "service.beta.openshift.io/serving-cert-secret-name",
  "service.alpha.openshift.io/serving-cert-secret-name",
];

/** `<namespace>/<name>` of the Secret that an operator of the standby makes from this object there; null: none. */
export function secretMadeFrom(object: KubeObject): string | null {
  const { name, namespace = "", annotations = {} } = object.metadata;
  const inNamespace = (secret: string | null | undefined): string | null => (secret ? `${namespace}/${secret}` : null);
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "cert-manager.io|Certificate":
      return inNamespace(asString(at(object, "spec", "secretName")));
    case "external-secrets.io|ExternalSecret":
      return ownsItsSecret(object) ? inNamespace(targetOf(object)) : null;
    case "bitnami.com|SealedSecret":
      return inNamespace(asString(at(object, "spec", "template", "metadata", "name")) || name);
    case "|Service":
      return inNamespace(SERVING_CERTIFICATE.map((key) => annotations[key]).find(Boolean));
    default:
      return null;
  }
}

const COPY_MARKS = ["reflector.v1.k8s.emberstack.com/reflects", "replicator.v1.mittwald.de/replicated-from-version"];

/**
 * The rule by which an operator of the standby makes this object again from another one that is captured; null otherwise.
 * A certificate's Secret whose Certificate is gone is a Secret like any other.
 */
export function madeRule(object: KubeObject, makers: Makers): OmitRule | null {
  const { annotations = {} } = object.metadata;
  if (COPY_MARKS.some((mark) => Object.hasOwn(annotations, mark))) return "copied-object";
  const made =
    isScalersOwn(object) || (object.apiVersion === "v1" && object.kind === "Secret" && isMadeSecret(object, makers));
  return made ? "made-by-operator" : null;
}

/** KEDA's autoscaler of a ScaledObject; without an owner where KEDA was told to set none. */
function isScalersOwn({ kind, metadata: { name, labels = {} } }: KubeObject): boolean {
  return (
    kind === "HorizontalPodAutoscaler" &&
    name.startsWith("keda-hpa-") &&
    Object.hasOwn(labels, "scaledobject.keda.sh/name")
  );
}

const MADE_LABELS = ["cert-manager.io/next-private-key", "secrets-store.csi.k8s.io/managed"];

function isMadeSecret(secret: KubeObject, makers: Makers): boolean {
  const { name, namespace = "", labels = {}, annotations = {} } = secret.metadata;
  if (MADE_LABELS.some((label) => labels[label] === "true")) return true;
  const certificate = annotations["cert-manager.io/certificate-name"];
  if (certificate !== undefined && makers.certificates.has(`${namespace}/${certificate}`)) return true;
  return makers.externalSecrets.has(`${namespace}/${name}`) && isExternal(secret);
}

function isExternal(secret: KubeObject): boolean {
  const { labels = {}, annotations = {} } = secret.metadata;
  return (
    labels["reconcile.external-secrets.io/managed"] === "true" ||
    Object.hasOwn(labels, "reconcile.external-secrets.io/created-by") ||
    Object.hasOwn(annotations, "reconcile.external-secrets.io/data-hash")
  );
}
