import type { KubeObject } from "../../core/model/kube-object.ts";
import type { SimulatorClient } from "../client/simulator-client.ts";
import { hasCode } from "../client/simulator-fault.ts";
import { bootstrapObjects } from "../stork/bootstrap.ts";
import { appnsObjects, openShiftNamespace } from "./appns.ts";
import { clusterPair, ledgerObjects, nodeOf, type PairTarget, routeDefinition, storageClass } from "./platform.ts";

/** One side as the seed needs it: a client, and how the other side reaches it. */
export interface StorySide {
  readonly client: SimulatorClient;
  readonly target: PairTarget;
}

export interface StoryOptions {
  readonly east: StorySide;
  readonly west: StorySide;
  /** Name of the ClusterPair, the same on both sides. */
  readonly pair?: string;
  /** Also a second application on east, in the namespace `ledger`. */
  readonly ledger?: boolean;
  /** Also a namespace with a volume on east that nobody protects, called `scratch`. */
  readonly unprotected?: boolean;
  /** Leaves the applications' namespaces, and with them their pairs, out on west. */
  readonly bareStandby?: boolean;
  /**
   * Lets a moment pass when a kind is not served yet, which a genuine API server needs after its definition was made.
   * Called at most sixty times for an object.
   */
  readonly pause?: () => Promise<void>;
}

const PATIENCE = 60;
const NAMESPACES = { appns: 65, ledger: 66, scratch: 67 } as const;

/**
 * What the platform team has set up before Drover comes: OpenShift's Route, Portworx' class, Stork's kinds, the
 * ClusterPairs in both directions, and the applications running on east. Existing objects are left alone.
 */
export async function seedStory(options: StoryOptions): Promise<void> {
  const { east, west, pair = "east-west", ledger = true, unprotected = false, bareStandby = false } = options;
  const createAll = creator(options.pause ?? (() => Promise.resolve()));
  const protectedNamespaces = ledger ? (["appns", "ledger"] as const) : (["appns"] as const);
  for (const side of [east, west]) {
    await createAll(side.client, [
      ...bootstrapObjects("kube-system"),
      storageClass(),
      routeDefinition(),
      nodeOf(side.target.name),
    ]);
  }
  const namespaces = protectedNamespaces.map((name) => openShiftNamespace(name, NAMESPACES[name]));
  await createAll(east.client, namespaces);
  if (!bareStandby) await createAll(west.client, namespaces);
  const paired = ["kube-system", ...protectedNamespaces];
  await createAll(
    east.client,
    paired.map((namespace) => clusterPair(pair, namespace, west.target)),
  );
  await createAll(
    west.client,
    (bareStandby ? ["kube-system"] : paired).map((namespace) => clusterPair(pair, namespace, east.target)),
  );
  await createAll(east.client, appnsObjects());
  if (ledger) await createAll(east.client, ledgerObjects());
  if (unprotected) {
    await createAll(east.client, [openShiftNamespace("scratch", NAMESPACES.scratch), ...ledgerObjects("scratch")]);
  }
}

/**
 * A kind whose definition was just made is not found at first; while Kubernetes (1.36) builds its storage anew because
 * the definition's status changed, a write can also meet "apiserver is shutting down" (500).
 */
function isNotServedYet(error: unknown): boolean {
  return hasCode(error, "not-found") || hasCode(error, "server-error");
}

type CreateAll = (client: SimulatorClient, objects: readonly KubeObject[]) => Promise<void>;

function creator(pause: () => Promise<void>): CreateAll {
  const create = async (client: SimulatorClient, object: KubeObject, patience: number): Promise<void> => {
    try {
      await client.create(object);
    } catch (error) {
      if (hasCode(error, "already-exists")) return;
      if (!isNotServedYet(error) || patience === 0) throw error;
      await pause();
      await create(client, object, patience - 1);
    }
  };
  return async (client, objects) => {
    for (const object of objects) await create(client, object, PATIENCE);
  };
}
