import { createHash } from "node:crypto";
import { asNumber } from "../../core/model/fields.ts";
import type { KubeObject } from "../../core/model/kube-object.ts";
import { timestamp } from "../clock/simulation-clock.ts";
import { hasCode } from "./simulator-fault.ts";
import type { SimulatorClient } from "./simulator-client.ts";

export interface Occurrence {
  readonly about: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Who reports: `stork`, `kubelet`. */
  readonly component: string;
  readonly now: number;
}

/** Writes an Event; the same thing about the same object again raises the count of the first one. */
export async function recordEvent(client: SimulatorClient, occurrence: Occurrence): Promise<void> {
  const { about, reason, message, now } = occurrence;
  const namespace = about.metadata.namespace ?? "default";
  const name = `${about.metadata.name}.${digest([about.kind, about.metadata.uid ?? "", reason, message])}`;
  const ref = { apiVersion: "v1", kind: "Event", namespace, name };
  const time = timestamp(now);
  const known = await client.get(ref);
  if (known !== null) {
    await client.mergePatch(ref, { count: (asNumber(known["count"]) ?? 1) + 1, lastTimestamp: time });
    return;
  }
  try {
    await client.create(newEvent(occurrence, { name, namespace }));
  } catch (error) {
    // A namespace that is being deleted takes no new objects; then nobody is left to tell.
    if (!hasCode(error, "unauthorized")) throw error;
  }
}

function newEvent(occurrence: Occurrence, metadata: { readonly name: string; readonly namespace: string }): KubeObject {
  const { about, type, reason, message, component, now } = occurrence;
  const { namespace } = metadata;
  const time = timestamp(now);
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata,
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace === undefined ? {} : { namespace }),
      ...(about.metadata.uid === undefined ? {} : { uid: about.metadata.uid }),
      ...(about.metadata.resourceVersion === undefined ? {} : { resourceVersion: about.metadata.resourceVersion }),
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  };
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}
