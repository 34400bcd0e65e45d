import { asFields, isFields } from "../../../core/model/fields.ts";
import type { SchemaNode } from "../schema/schema-node.ts";
import { emptySet, fieldSet, ownedLeaf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldNode, granularity, isNamedField, itemsByElement } from "./typed-value.ts";

function owning(set: FieldSet): FieldSet {
  return set.owned ? set : { ...set, owned: true };
}

/** All places that a value sets: what somebody who applies it comes to own. */
export function toFieldSet(value: unknown, node: SchemaNode): FieldSet {
  const grain = granularity(node, value);
  switch (grain.by) {
    case "whole":
      return ownedLeaf;
    case "key":
      return fieldSet(
        false,
        Object.entries(asFields(value)).map(([key, entry]) => [`f:${key}`, keySet(node, key, entry)] as const),
      );
    case "item":
      return fieldSet(
        false,
        [...itemsByElement(grain.list, value)].map(([element, [item, ...others]]) => {
          const below = others.length > 0 ? emptySet : toFieldSet(item, grain.list.items());
          return [element, owning(below)] as const;
        }),
      );
  }
}

function keySet(node: SchemaNode, key: string, entry: unknown): FieldSet {
  const below = toFieldSet(entry, fieldNode(node, key));
  const isEmpty = entry === null || (isFields(entry) && Object.keys(entry).length === 0);
  return isEmpty || !isNamedField(node, key) ? owning(below) : below;
}

/** The set with every declared field owned that something below is owned of. */
export function withNamedFields(set: FieldSet, node: SchemaNode): FieldSet {
  if (set.children.size === 0) return set;
  const children = [...set.children].map(([element, child]) => {
    const key = element.slice(2);
    if (!element.startsWith("f:"))
      return [element, withNamedFields(child, node.shape === "list" ? node.items() : node)] as const;
    const below = withNamedFields(child, fieldNode(node, key));
    return [element, isNamedField(node, key) ? owning(below) : below] as const;
  });
  return fieldSet(set.owned, children);
}
