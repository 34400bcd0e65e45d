import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { SchemaNode } from "../schema/schema-node.ts";

export function applyDefaults(object: KubeObject, _schema: SchemaNode): KubeObject {
  return object;
}
