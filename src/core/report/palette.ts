/** How parts of a text stand out; on anything but a terminal every function returns its text. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

export const PLAIN: Palette = { bold: same, dim: same, good: same, warn: same, bad: same };
