import { formatInstant } from "../../model/instant.ts";
import type { Transition } from "../transition.ts";
import type { Entry } from "./edit-map.ts";
import { flowText } from "./flow-text.ts";

type FieldValue = string | true | readonly string[] | { readonly attestation: string; readonly by: string };

/** The fields of a transition as they stand in a document, in the contract's order. What has its default is left out. */
export function transitionFields(transition: Transition): ReadonlyMap<string, FieldValue> {
  const fields: (readonly [string, FieldValue | null])[] = [
    ["id", transition.id],
    ["type", transition.type],
  ];
  if (transition.type === "Cancel") return new Map([...present(fields), ["reason", transition.reason]]);
  fields.push(["from", transition.from]);
  if (transition.type === "Failover" && transition.acceptRecoveryPoint !== null) {
    fields.push(["acceptRecoveryPoint", formatInstant(transition.acceptRecoveryPoint)]);
  }
  fields.push(["notAfter", formatInstant(transition.notAfter)], ["reason", transition.reason]);
  if (transition.type === "Failover") fields.push(["fence", transition.fence]);
  fields.push(
    ["discardDivergedData", transition.discardDivergedData ? true : null],
    ["acceptMixedPoints", transition.acceptMixedPoints ? true : null],
    ["unprotectedNamespaces", transition.unprotectedNamespaces.length > 0 ? transition.unprotectedNamespaces : null],
  );
  return new Map(present(fields));
}

function present(fields: readonly (readonly [string, FieldValue | null])[]): readonly [string, FieldValue][] {
  return fields.flatMap(([key, value]): [string, FieldValue][] => (value === null ? [] : [[key, value]]));
}

export function toEntry(key: string, value: FieldValue): Entry {
  return {
    key,
    value: isAttestation(value) ? flowText({ attestation: value.attestation, by: value.by }) : flowText(value),
  };
}

/** Several fields as one flow mapping. */
export function toFlowMap(fields: ReadonlyMap<string, FieldValue>): string {
  const entries = [...fields].map(([key, value]) => toEntry(key, value));
  return `{${entries.map(({ key, value }) => `${key}: ${value}`).join(", ")}}`;
}

function isAttestation(value: FieldValue): value is { readonly attestation: string; readonly by: string } {
  return typeof value === "object" && "attestation" in value;
}
