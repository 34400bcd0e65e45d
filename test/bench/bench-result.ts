/** One measured ratio against a floor, in one run on one machine. */
export interface BenchResult {
  readonly name: string;
  readonly against: string;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
  /** At most this. */
  readonly bound: number;
  readonly samples: number;
}
