import type { ResourceType } from "../resources/resource-type.ts";
import { crdStrategy } from "../resources/crd-strategy.ts";
import { namespaceStrategy } from "./namespace-strategy.ts";
import { podStrategy } from "./pod-strategy.ts";
import { serviceStrategy } from "./service-strategy.ts";
import { statusStrategies } from "./status-strategies.ts";
import type { Strategy } from "./strategy.ts";

const plain: Strategy = { create: (_context, object) => object, update: (_context, next) => next };

const strategies: Readonly<Record<string, Strategy>> = {
  ...statusStrategies,
  namespaces: namespaceStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  "customresourcedefinitions.apiextensions.k8s.io": crdStrategy,
};

export function strategyOf(type: ResourceType): Strategy {
  return strategies[type.storageKey] ?? plain;
}
