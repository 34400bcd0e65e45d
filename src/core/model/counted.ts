/** "1 removal", "2 removals", "1 policy", "2 policies": a count with its noun. */
export function counted(count: number, one: string, many?: string): string {
  return `${count} ${nounFor(count, one, many)}`;
}

/** The noun alone, where the count is written in another way. */
export function nounFor(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
