import type { Palette } from "../../../core/report/palette.ts";

/** Tells the story: short lines that never break in the middle of a word or run over the edge. */
export interface Narrator {
  title(text: string): void;
  chapter(text: string): void;
  say(text: string): void;
  /** A command as somebody would type it. */
  command(text: string): void;
  /** A line of what a command shows. */
  detail(text: string, tone?: keyof Palette): void;
  /** A line of progress, with its moment before it. */
  moment(time: string, text: string, tone: keyof Palette): void;
  good(text: string): void;
  bad(text: string): void;
}

export interface NarratorOptions {
  readonly write: (text: string) => void;
  readonly palette: Palette;
  /** Columns. */
  readonly width: number;
}

const NARROWEST = 40;
const WIDEST = 100;

export function createNarrator({ write, palette, width }: NarratorOptions): Narrator {
  const columns = Math.min(Math.max(width, NARROWEST), WIDEST);
  let chapter = 0;
  const print = (text: string, form: Form): void => {
    const lines = wrap(text, columns - form.indent - form.hanging);
    for (const [index, line] of lines.entries()) {
      const mark = index === 0 ? form.mark : " ".repeat(form.mark.length);
      const room = " ".repeat(form.indent) + (index === 0 ? "" : " ".repeat(form.hanging - form.mark.length));
      write(`${room}${form.colour(`${mark}${line}`)}\n`);
    }
  };
  return {
    title: (text) => {
      print(text, { indent: 0, hanging: 0, mark: "", colour: palette.bold });
      write("\n");
    },
    chapter: (text) => {
      chapter += 1;
      write("\n");
      print(text, { indent: 0, hanging: 3, mark: `${String(chapter)}. `, colour: palette.bold });
    },
    say: (text) => print(text, { indent: 3, hanging: 0, mark: "", colour: (line) => line }),
    command: (text) => print(text, { indent: 3, hanging: 2, mark: "$ ", colour: palette.bold }),
    detail: (text, tone = "dim") => print(text, { indent: 5, hanging: 2, mark: "", colour: palette[tone] }),
    moment: (time, text, tone) => {
      const mark = `${time.padStart(6)}  `;
      print(text, { indent: 3, hanging: mark.length, mark, colour: palette[tone] });
    },
    good: (text) => print(text, { indent: 3, hanging: 2, mark: "✓ ", colour: palette.good }),
    bad: (text) => print(text, { indent: 3, hanging: 2, mark: "✗ ", colour: palette.bad }),
  };
}

interface Form {
  readonly indent: number;
  /** How much further in the second line starts; at least as wide as `mark`. */
  readonly hanging: number;
  readonly mark: string;
  readonly colour: (text: string) => string;
}

/** Breaks at spaces; a word that is longer than a line is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => pieces(whole, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  return Array.from({ length: Math.ceil(word.length / width) }, (_, index) =>
    word.slice(index * width, (index + 1) * width),
  );
}
