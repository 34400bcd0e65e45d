/** Seeds of everything that chance decides in a story: when the site dies, and how long each request takes. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);
