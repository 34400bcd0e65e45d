/** "1 removal", "2 removals": a count with its noun, for nouns whose plural ends in "s". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
