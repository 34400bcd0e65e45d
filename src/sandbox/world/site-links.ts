/** Which machines have power and can reach each other. Plain data, so that a snapshot is a copy. */
export interface LinkState {
  /** Sites without power. */
  readonly down: readonly string[];
  /** Pairs of places that can't reach each other; a place is a site, the witness, or `operator`. */
  readonly cuts: readonly (readonly [string, string])[];
}

/** Where people and Drover are: outside both sites. */
export const OPERATOR = "operator";

export interface SiteLinks {
  isUp(site: string): boolean;
  /** Whether a request from a place to a site's API server is answered. A place always reaches itself. */
  reaches(from: string, to: string): boolean;
  setUp(site: string, up: boolean): void;
  setLink(from: string, to: string, whole: boolean): void;
  snapshot(): LinkState;
  restore(saved: LinkState): void;
}

export function createSiteLinks(): SiteLinks {
  let state: LinkState = { down: [], cuts: [] };
  const isUp = (site: string): boolean => !state.down.includes(site);
  const same = ([a, b]: readonly [string, string], from: string, to: string): boolean =>
    (a === from && b === to) || (a === to && b === from);
  return {
    isUp,
    reaches: (from, to) => isUp(from) && isUp(to) && !state.cuts.some((cut) => same(cut, from, to)),
    setUp: (site, up) => {
      const down = state.down.filter((name) => name !== site);
      state = { ...state, down: up ? down : [...down, site] };
    },
    setLink: (from, to, whole) => {
      const cuts = state.cuts.filter((cut) => !same(cut, from, to));
      state = { ...state, cuts: whole ? cuts : [...cuts, [from, to]] };
    },
    snapshot: () => state,
    restore: (saved) => {
      state = saved;
    },
  };
}
