import type { KubeObject, ObjectRef } from "../../core/model/kube-object.ts";
import { asStringMap } from "../../core/model/fields.ts";
import { DROVER_NAMESPACE } from "../../core/model/record.ts";
import { decideAgain } from "./decide-again.ts";
import type { WriteContext } from "./write-context.ts";

/**
 * Changes one of Drover's ConfigMaps by compare-and-swap. `change` sees the newest data and says what it must become;
 * null means that nothing needs to be written. A lost race reads again and decides again.
 */
export async function changeConfigMap(
  context: WriteContext,
  name: string,
  change: (data: Readonly<Record<string, string>> | null) => Readonly<Record<string, string>> | null,
): Promise<"written" | "unchanged"> {
  const ref: ObjectRef = { apiVersion: "v1", kind: "ConfigMap", namespace: DROVER_NAMESPACE, name };
  const attempt = async (): Promise<"written" | "unchanged"> => {
    const live = await context.port.get(ref);
    const data = change(live === null ? null : asStringMap(live["data"]));
    if (data === null) return "unchanged";
    await write(context, { ref, live, data });
    return "written";
  };
  return decideAgain(context, attempt, ["conflict", "already-exists"]);
}

async function write(
  context: WriteContext,
  what: {
    readonly ref: ObjectRef;
    readonly live: KubeObject | null;
    readonly data: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { ref, live, data } = what;
  const options = { timeoutMs: context.timeoutMs };
  if (live === null) {
    const { apiVersion, kind, name } = ref;
    await context.port.create({ apiVersion, kind, metadata: { name, namespace: DROVER_NAMESPACE }, data }, options);
    return;
  }
  const stale = Object.keys(asStringMap(live["data"])).filter((key) => !Object.hasOwn(data, key));
  const patch = {
    metadata: { resourceVersion: live.metadata.resourceVersion },
    data: { ...Object.fromEntries(stale.map((key) => [key, null])), ...data },
  };
  await context.port.patch(ref, patch, options);
}
