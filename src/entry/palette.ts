import { styleText } from "node:util";
import { PLAIN, type Palette } from "../core/report/palette.ts";

/** Colours on a terminal, nothing elsewhere. */
export function paletteFor(colour: boolean): Palette {
  if (!colour) return PLAIN;
  return {
    bold: (text) => styleText("bold", text),
    dim: (text) => styleText("dim", text),
    good: (text) => styleText("green", text),
    warn: (text) => styleText("yellow", text),
    bad: (text) => styleText(["red", "bold"], text),
  };
}
