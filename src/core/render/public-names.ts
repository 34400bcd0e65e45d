import { asList, asString, at } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";
import { splitImage } from "./image-name.ts";
import { podTemplateOf } from "./pod-spec.ts";

/**
 * Identifiers that the rendered files must contain wherever an object is named or referred to: names and namespaces of
 * objects, addresses of Services, images and their parts, names of containers and ports. What people write freely (labels,
 * annotations, values) is none, so that nobody hides a password from the guard by writing it once more.
 */
export function publicNames(objects: readonly KubeObject[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    names
      .add(name)
      .add(namespace ?? "")
      .add(object.kind);
    if (object.apiVersion === "v1" && object.kind === "Service") addService(names, object);
    addContainers(names, at(podTemplateOf(object) ?? at(object, "spec", "template"), "spec"));
  }
  return names;
}

function addService(names: Set<string>, service: KubeObject): void {
  const { name, namespace } = service.metadata;
  const short = `${name}.${namespace ?? ""}`;
  names.add(short).add(`${short}.svc`).add(`${short}.svc.cluster.local`);
  addNamesOf(names, at(service, "spec", "ports"));
}

function addContainers(names: Set<string>, spec: unknown): void {
  for (const field of ["containers", "initContainers"]) {
    addNamesOf(names, at(spec, field));
    for (const container of asList(at(spec, field))) {
      addNamesOf(names, at(container, "ports"));
      addImage(names, asString(at(container, "image")) ?? "");
    }
  }
}

function addNamesOf(names: Set<string>, list: unknown): void {
  for (const item of asList(list)) names.add(asString(at(item, "name")) ?? "");
}

function addImage(names: Set<string>, image: string): void {
  const { name, rest } = splitImage(image);
  const [tag = "", digest = ""] = rest.replace(/^:/, "").split("@");
  names.add(image).add(name).add(`${name}:${tag}`).add(tag).add(digest);
  for (const part of name.split("/")) names.add(part);
}
