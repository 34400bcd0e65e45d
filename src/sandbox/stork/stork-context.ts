import { asFields, asString, at, type Fields } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import type { Random } from "../clock/random.ts";
import type { SimulationClock } from "../clock/simulation-clock.ts";
import { recordEvent } from "../client/event-recorder.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import type { DataPlane } from "../portworx/data-plane.ts";
import { CLUSTER_PAIR } from "./kinds.ts";
import type { StorkFaults } from "./stork-faults.ts";

/** What one Stork works with: its own cluster, the storage, and a way to clusters named in ClusterPairs. */
export interface StorkContext {
  readonly client: SimulatorClient;
  readonly clock: SimulationClock;
  readonly random: Random;
  readonly plane: DataPlane;
  /** Cluster domain of this cluster's nodes. */
  readonly domain: string;
  readonly adminNamespace: string;
  /** The cluster that the kubeconfig inside a ClusterPair leads to; null when it leads nowhere. */
  readonly connect: (config: Fields) => SimulatorClient | null;
  readonly faults: StorkFaults;
  readonly memory: StorkMemory;
}

/** Lost when Stork restarts, without harm: everything that counts is in the objects. */
export interface StorkMemory {
  /** Moments by `<uid>/<purpose>`: when a piece of work ends, or since when something is waited for. */
  moments: Map<string, number>;
}

/** Something that Stork reports as a Warning event and tries again later. */
export class StorkError extends Error {
  override readonly name = "StorkError";
}

/** The process dies of this (a nil dereference in Stork's Go code), and again after each restart. */
export class StorkCrash extends Error {
  override readonly name = "StorkCrash";
}

/** The moment kept for a purpose, set by `first` when there is none yet. */
export function moment({ memory }: StorkContext, key: string, first: () => number): number {
  const known = memory.moments.get(key);
  if (known !== undefined) return known;
  const fresh = first();
  memory.moments.set(key, fresh);
  return fresh;
}

export async function remoteOf(context: StorkContext, namespace: string, pair: string): Promise<SimulatorClient> {
  const found = await context.client.get({ ...CLUSTER_PAIR, namespace, name: pair });
  if (found === null)
    throw new StorkError(`error getting clusterpair: clusterpairs.stork.libopenstorage.org "${pair}" not found`);
  const remote = context.connect(asFields(at(found, "spec", "config")));
  if (remote === null) throw new StorkError(`clusterpair ${pair}: invalid configuration`);
  return remote;
}

export interface Warning {
  readonly reason: string;
  readonly message: string;
}

export function warn({ client, clock }: StorkContext, about: KubeObject, warning: Warning): Promise<void> {
  return recordEvent(client, { about, type: "Warning", ...warning, component: "stork", now: clock.now() });
}

/** Whether Portworx says that this cluster's domain is inactive; false when it can't be asked. */
export function isLocalDomainInactive({ plane, domain }: StorkContext): boolean {
  return plane.domains(domain)?.some((info) => info.name === domain && info.state === "Inactive") ?? false;
}

export function text(value: unknown, ...path: readonly string[]): string {
  return asString(at(value, ...path)) ?? "";
}
