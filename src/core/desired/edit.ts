import type { Document, Pair, YAMLMap } from "yaml";
import { isMap, parseAllDocuments } from "yaml";
import { asFields, at } from "../model/fields.ts";
import { isEmpty, parseFile } from "./documents.ts";
import type { Entry, MapInText } from "./editing/edit-map.ts";
import { columnOf, findPair, insertAfter, isBlock, removePair, replaceValue } from "./editing/edit-map.ts";
import { flowText } from "./editing/flow-text.ts";
import { sameValue } from "./editing/same-value.ts";
import type { TextEdit } from "./editing/text-edits.ts";
import { applyEdits, lineBreakOf } from "./editing/text-edits.ts";
import { toEntry, toFlowMap, transitionFields } from "./editing/transition-fields.ts";
import type { Transition } from "./transition.ts";

export interface PlacementChange {
  readonly activeCluster: string;
  /** null: without a transition. */
  readonly transition: Transition | null;
}

export type EditResult =
  | { readonly ok: true; readonly text: string }
  /** `reason` says why the file has to be edited by hand. */
  | { readonly ok: false; readonly reason: string };

/**
 * Changes where an application is active, in the text of the file that declares it. Comments, order and formatting of
 * everything else stay byte for byte. The result is read back: when it does not say exactly what is intended (an anchor
 * that other places use, say), nothing is changed and the reason is given.
 */
export function setPlacement(text: string, applicationName: string, change: PlacementChange): EditResult {
  const before = parseFile("", text);
  if (!before.parsed) return refuse("the file is not valid YAML");
  const indexes = before.documents.flatMap((document, index) =>
    declares(document.value, applicationName) ? [index] : [],
  );
  const [index] = indexes;
  if (index === undefined) return refuse(`the file does not declare the application ${applicationName}`);
  if (indexes.length > 1) return refuse(`the file declares the application ${applicationName} more than once`);
  const placement = placementOf(text, index);
  if (placement === null) return refuse("spec.placement is not a mapping that can be edited in place");
  const edited = applyEdits(text, placementEdits({ text, map: placement }, change));
  return says(
    edited,
    before.documents.map(({ value }) => value),
    { index, change },
  )
    ? { ok: true, text: edited }
    : refuse("the way in which spec.placement is written cannot be edited safely; are there anchors or aliases?");
}

function refuse(reason: string): EditResult {
  return { ok: false, reason };
}

function declares(value: unknown, name: string): boolean {
  return at(value, "kind") === "ProtectedApplication" && at(value, "metadata", "name") === name;
}

function placementOf(text: string, index: number): YAMLMap | null {
  const documents: readonly Document.Parsed[] = [...parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" })];
  const node = documents.filter((document) => !isEmpty(document))[index]?.getIn(["spec", "placement"], true);
  return isMap(node) ? node : null;
}

function placementEdits(place: MapInText, change: PlacementChange): readonly TextEdit[] {
  const active = findPair(place.map, "activeCluster");
  if (active === null) return [];
  const cluster = flowText(change.activeCluster);
  const current = findPair(place.map, "transition");
  const edits =
    at(place.map.toJSON(), "activeCluster") === change.activeCluster ? [] : replaceValue(place, active, cluster);
  if (change.transition === null) return current === null ? edits : [...edits, ...removePair(place, current)];
  const fields = transitionFields(change.transition);
  if (current === null) return [...edits, ...insertAfter(place, active, [newTransition(place, active, fields)])];
  if (isMap(current.value) && (isBlock(current.value) || hasComment(place.text, current.value))) {
    return [...edits, ...updateFields({ text: place.text, map: current.value }, fields)];
  }
  return [...edits, ...replaceValue(place, current, toFlowMap(fields))];
}

function hasComment(text: string, { range }: YAMLMap): boolean {
  return range ? text.slice(range[0], range[1]).includes("#") : false;
}

type Fields = ReturnType<typeof transitionFields>;

/** In a block a new transition is a block too, one line for each field: that is what reviewers can read. */
function newTransition(place: MapInText, beside: Pair, fields: Fields): Entry {
  if (!isBlock(place.map)) return { key: "transition", value: toFlowMap(fields) };
  const newline = `${lineBreakOf(place.text)}${" ".repeat(columnOf(place, beside) + 2)}`;
  const lines = [...fields].map(([key, value]) => toEntry(key, value)).map(({ key, value }) => `${key}: ${value}`);
  return { key: "transition", value: newline + lines.join(newline) };
}

/** Field by field, so that comments inside an older transition stay with what they are about. */
function updateFields(place: MapInText, fields: Fields): readonly TextEdit[] {
  const { map } = place;
  const current: unknown = map.toJSON();
  const edits: TextEdit[] = [];
  let last = map.items[0];
  for (const pair of map.items) {
    const key = at(pair.key, "value");
    if (typeof key !== "string" || !fields.has(key)) edits.push(...removePair(place, pair));
  }
  for (const [key, value] of fields) {
    const pair = findPair(map, key);
    if (pair !== null) last = pair;
    if (pair !== null && !sameValue(at(current, key), value)) {
      edits.push(...replaceValue(place, pair, toEntry(key, value).value));
    }
    if (pair === null && last !== undefined) edits.push(...insertAfter(place, last, [toEntry(key, value)]));
  }
  return edits;
}

interface Intention {
  readonly index: number;
  readonly change: PlacementChange;
}

/** Whether a text says what the old documents said, and the change. */
function says(text: string, before: readonly unknown[], { index, change }: Intention): boolean {
  const after = parseFile("", text);
  if (after.findings.length > 0 || after.documents.length !== before.length) return false;
  return after.documents.every(({ value }, position) => {
    const old = before[position];
    return sameValue(value, position === index ? withPlacement(old, change) : old);
  });
}

function withPlacement(document: unknown, change: PlacementChange): unknown {
  const spec = asFields(at(document, "spec"));
  const { transition: _old, ...placement } = asFields(at(spec, "placement"));
  const transition =
    change.transition === null ? {} : { transition: Object.fromEntries(transitionFields(change.transition)) };
  return {
    ...asFields(document),
    spec: { ...spec, placement: { ...placement, activeCluster: change.activeCluster, ...transition } },
  };
}
