import { asFields, asList, at } from "../model/fields.ts";
import { isControllerEntry } from "../model/field-managers.ts";
import { type KubeObject, groupOf } from "../model/kube-object.ts";
import { BUILT_IN_CONTROLLERS, controllerOf } from "./owners.ts";

/**
 * The part of a listed object that anything ever reads, made as its page arrives so that a capture does not hold the rest.
 * Field ownership is reduced to the names of the managers (half the bytes of many objects) where no rule
 * asks who owns a field; children of controllers to
 * what pods and counts are judged by; Helm's release journal, which is never captured, to its name. The object itself may
 * be changed.
 */
export function slimObject(object: KubeObject): KubeObject {
  const slim = withoutFieldSets(object);
  switch (`${groupOf(object.apiVersion)}|${object.kind}`) {
    case "|Pod":
      return isDerived(object) ? slimPod(slim) : slim;
    case "apps|ReplicaSet":
    case "|ReplicationController":
    case "batch|Job":
      return isDerived(object) ? slimCount(slim) : slim;
    case "|Secret":
      return object["type"] === "helm.sh/release.v1" ? { ...slim, data: {} } : slim;
    default:
      return slim;
  }
}

/** What a controller of Kubernetes made is never captured; a child of anything else may be, when its owner is not. */
function isDerived(object: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== null && BUILT_IN_CONTROLLERS.has(controller.kind);
}

function slimCount({ apiVersion, kind, metadata, ...object }: KubeObject): KubeObject {
  const replicas = at(object, "spec", "replicas");
  return { apiVersion, kind, metadata, ...(replicas === undefined ? {} : { spec: { replicas } }) };
}

function withoutFieldSets(object: KubeObject): KubeObject {
  const entries = asList(object.metadata["managedFields"]);
  const asked = object.kind === "Service" || entries.some(isControllerEntry);
  if (entries.length === 0 || asked) return object;
  const managers = entries.map((entry) => {
    const { manager, operation, subresource } = asFields(entry) as Record<string, unknown>;
    return { manager, operation, ...(subresource === undefined ? {} : { subresource }) };
  });
  const metadata: Record<string, unknown> = object.metadata;
  metadata["managedFields"] = managers;
  return object;
}

/** Node, volumes and state: what the drain and the estimates read of a pod that a controller makes again. */
function slimPod(pod: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = pod;
  return {
    apiVersion,
    kind,
    metadata,
    spec: { nodeName: at(pod, "spec", "nodeName"), volumes: at(pod, "spec", "volumes") },
    status: { phase: at(pod, "status", "phase"), conditions: at(pod, "status", "conditions") },
  };
}
