import type { KubeObject } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { hasCode } from "../client/simulator-fault.ts";
import { storkDefinitions } from "./custom-resources.ts";
import { CONFIG_MAP } from "./kinds.ts";
import { defaultPolicies } from "./schedule-policies.ts";
import type { StorkContext } from "./stork-context.ts";

/** The version that the simulated Stork reports. */
const STORK_VERSION = "24.3.2";

/** Makes what is missing at every start; existing objects are left alone. */
export async function bootstrapStork({ client, adminNamespace }: StorkContext): Promise<void> {
  for (const object of bootstrapObjects(adminNamespace)) await createIfMissing(client, object);
}

/** What a starting Stork makes: its kinds, its default policies, and two ConfigMaps. */
export function bootstrapObjects(adminNamespace: string): readonly KubeObject[] {
  const configMap = (name: string, data: Readonly<Record<string, string>>): KubeObject => ({
    ...CONFIG_MAP,
    metadata: { name, namespace: "kube-system" },
    data,
  });
  return [
    ...storkDefinitions(),
    ...defaultPolicies(),
    configMap("stork-controller-config", {
      "admin-ns": adminNamespace,
      "service-account": "stork",
      "stork-deploy-ns": "kube-system",
    }),
    configMap("stork-version", { version: STORK_VERSION }),
  ];
}

async function createIfMissing(client: SimulatorClient, object: KubeObject): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!hasCode(error, "already-exists")) throw error;
  }
}
