import type { KubeObject } from "../../core/model/kube-object.ts";
import { registryOf } from "./resources/registry.ts";
import type { ResourceRegistry } from "./resources/registry.ts";
import type { ResourceType } from "./resources/resource-type.ts";
import type { Store } from "./store.ts";
import { crdStorageKey } from "./store-keys.ts";

/** What every part of the server works with; time and identities come from outside. */
export interface ApiContext {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newUid: () => string;
}

export function registry(context: ApiContext): ResourceRegistry {
  return registryOf(context.store.table(crdStorageKey));
}

/** The present moment as objects carry it: whole seconds, UTC. */
export function timestamp(context: ApiContext): string {
  return formatTime(context.now());
}

export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

/** How a write was asked for. */
export interface WriteRequest {
  readonly type: ResourceType;
  readonly namespace: string | null;
  readonly subresource: string | null;
  readonly dryRun: boolean;
  /** `fieldManager` of the request, or what its user agent says. */
  readonly manager: string;
  readonly validation: "Strict" | "Warn" | "Ignore";
  /** Sentences for the answer's Warning headers. */
  readonly warnings: string[];
}

/** An object on its way into the store, with the resource that it belongs to. */
export interface Located {
  readonly type: ResourceType;
  readonly object: KubeObject;
}
