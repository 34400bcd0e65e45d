import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { ApiContext } from "../api-context.ts";
import { invalid } from "../api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { nameCauses } from "../write/object-names.ts";

export interface Candidate {
  readonly type: ResourceType;
  readonly object: KubeObject;
  readonly live: KubeObject | null;
}

export function refuseInvalid(_context: ApiContext, { type, object, live }: Candidate): void {
  const causes = live === null ? nameCauses(type, object.metadata) : [];
  if (causes.length > 0) throw invalid(type, object.metadata.name, causes);
}
