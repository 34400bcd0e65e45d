/**
 * The content of a replica: which acknowledged writes it holds, by sequence number. Kept as ascending runs, because a
 * healthy replica is one run however many writes there were.
 */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export type Runs = readonly Run[];

/** The runs with one more write, which is newer than all that they hold. */
export function append(runs: Runs, sequence: number): Runs {
  const last = runs.at(-1);
  if (last !== undefined && last.to === sequence - 1) return [...runs.slice(0, -1), { from: last.from, to: sequence }];
  return [...runs, { from: sequence, to: sequence }];
}

export function count(runs: Runs): number {
  return runs.reduce((sum, run) => sum + run.to - run.from + 1, 0);
}

/** All writes that one of the two holds. */
export function union(left: Runs, right: Runs): Runs {
  const merged: Run[] = [];
  for (const run of [...left, ...right].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && run.from <= last.to + 1) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, run.to) };
    } else merged.push(run);
  }
  return merged;
}
