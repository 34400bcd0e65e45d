import { jsonEqual } from "../json-value.ts";

interface Ordering {
  /** Identities in the order that the patch wants. */
  readonly order: readonly unknown[];
  /** Identities in the order before the patch. */
  readonly before: readonly unknown[];
  readonly identity: (item: unknown) => unknown;
}

function positionIn(list: readonly unknown[], identity: unknown): number {
  return list.findIndex((entry) => jsonEqual(entry, identity));
}

/**
 * Items that the patch names in its order, with those that it doesn't know put in between: before the first named one
 * that they preceded.
 */
export function inPatchOrder(items: readonly unknown[], { order, before, identity }: Ordering): readonly unknown[] {
  const named = items.filter((item) => positionIn(order, identity(item)) >= 0);
  const others = items.filter((item) => positionIn(order, identity(item)) < 0);
  const sorted = named.toSorted(
    (left, right) => positionIn(order, identity(left)) - positionIn(order, identity(right)),
  );
  const result: unknown[] = [];
  let next = 0;
  for (const item of sorted) {
    const place = positionIn(before, identity(item));
    while (next < others.length && place >= 0 && positionIn(before, identity(others[next])) < place) {
      result.push(others[next]);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}
