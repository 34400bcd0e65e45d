import type { ResourceType } from "../resources/resource-type.ts";
import { crdStrategy } from "../resources/crd-strategy.ts";
import { namespaceStrategy } from "./namespace-strategy.ts";
import { podStrategy } from "./pod-strategy.ts";
import { serviceStrategy } from "./service-strategy.ts";
import { claimStrategy, volumeStrategy } from "./storage-strategies.ts";
import type { Strategy } from "./strategy.ts";
import { daemonSetStrategy, jobStrategy, nodeStrategy } from "./workload-strategies.ts";

const plain: Strategy = { create: (_context, object) => object, update: (_context, next) => next };

const strategies: Readonly<Record<string, Strategy>> = {
  namespaces: namespaceStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  nodes: nodeStrategy,
  persistentvolumes: volumeStrategy,
  persistentvolumeclaims: claimStrategy,
  "jobs.batch": jobStrategy,
  "daemonsets.apps": daemonSetStrategy,
  "customresourcedefinitions.apiextensions.k8s.io": crdStrategy,
};

export function strategyOf(type: ResourceType): Strategy {
  return strategies[type.storageKey] ?? plain;
}
