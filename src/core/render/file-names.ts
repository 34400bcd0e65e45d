import { type KubeObject, groupOf } from "../model/kube-object.ts";

const SAFE = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** Names that kustomize, Windows or people would take for something else than an object's file. */
const RESERVED = /^(?:kustomization|con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;
const LIMIT = 200;

/**
 * A name as one path segment. Ordinary Kubernetes names stay as they are; anything else gets a readable rest and eight
 * hexadecimal digits of its hash behind an underscore, which no ordinary name contains. So names that differ only in
 * case, or in characters a file system can't hold, never meet.
 */
export function safeSegment(name: string, digest: (text: string) => string): string {
  if (name.length <= LIMIT && SAFE.test(name) && !name.includes("..") && !RESERVED.test(name)) return name;
  const rest = name
    .slice(0, LIMIT)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, LIMIT - 9);
  return `${rest === "" ? "object" : rest}_${digest(name).slice(0, 8)}`;
}

/**
 * Path of an object's file: `<namespace>/<kind>.<group>/<name>.yaml`, without a group for core kinds, and without a
 * namespace for kinds that have none.
 */
export function objectPath(object: KubeObject, digest: (text: string) => string): string {
  const group = groupOf(object.apiVersion);
  const kind = object.kind.toLowerCase();
  const folder = safeSegment(group === "" ? kind : `${kind}.${group}`, digest);
  const { namespace, name } = object.metadata;
  const file = `${folder}/${safeSegment(name, digest)}.yaml`;
  return namespace === undefined ? file : `${safeSegment(namespace, digest)}/${file}`;
}

/** Whether a path of an application's folder is that of an object in clear: no encrypted one, and no kustomization. */
export function isObjectFile(path: string): boolean {
  return /^(?:base|cluster|components\/active)\/.*\.yaml$/.test(path) && !path.endsWith("/kustomization.yaml");
}
