/** A value that is made at its first use and kept. */
export function lazy<T>(make: () => T): () => T {
  const cell: { made?: { readonly value: T } } = {};
  return () => (cell.made ??= { value: make() }).value;
}
