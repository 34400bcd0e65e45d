import type { Document } from "yaml";
import { isScalar, LineCounter, parseAllDocuments } from "yaml";
import type { Finding } from "../model/finding.ts";
import type { Flaw } from "./plain-value.ts";
import { toPlainValue } from "./plain-value.ts";
import type { Position, Source } from "./source.ts";

/** Characters one file may have: some eight hundred applications. Parsing stays within seconds for any content. */
export const MAX_FILE_LENGTH = 512 * 1024;

/** Syntax errors shown for one file; the first few tell the story, a binary file would make hundreds of thousands. */
const MAX_SYNTAX_ERRORS = 20;

export interface LocatedDocument {
  readonly source: Source;
  readonly value: unknown;
  /** Part of it could not be read, so that its content is uncertain. */
  readonly flawed: boolean;
  /** Its syntax is wrong: the value is a guess, good for kind and name only. */
  readonly garbled: boolean;
}

export interface ParsedFile {
  readonly documents: readonly LocatedDocument[];
  readonly findings: readonly Finding[];
  /** False: the text is not YAML. */
  readonly parsed: boolean;
}

/**
 * Splits a file into its YAML documents (YAML 1.2, core schema) with line and column of every value. Never throws;
 * every error is collected. Empty documents are skipped.
 */
export function parseFile(file: string, text: string): ParsedFile {
  if (text.length > MAX_FILE_LENGTH) return unreadable(file, tooLarge(text.length));
  const counter = new LineCounter();
  let documents: readonly Document.Parsed[];
  try {
    documents = [...parseAllDocuments(text, { ...OPTIONS, lineCounter: counter })];
  } catch {
    // The parser is recursive: nesting without end exhausts its stack.
    return unreadable(file, TOO_DEEP);
  }
  const position = positionsIn(text, counter);
  const syntax = documents.flatMap((document) => syntaxFlaws(document)).slice(0, MAX_SYNTAX_ERRORS);
  const located = documents
    .filter((document) => !isEmpty(document))
    .map((document) => locateDocument(file, document, position));
  return {
    documents: located.map(({ document }) => document),
    findings: [...syntax, ...located.flatMap(({ flaws }) => flaws)].map((flaw) => findingOf(file, flaw, position)),
    parsed: syntax.length === 0,
  };
}

/** Nothing stands between two `---`, except comments. */
export function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

// `uniqueKeys` is off because the parser compares every key with every other; `toPlainValue` uses a table instead.
const OPTIONS = {
  version: "1.2",
  schema: "core",
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

const TOO_DEEP: Flaw = {
  code: "yaml-syntax",
  offset: 0,
  message: "The file is nested too deeply to be read.",
  remedy: "Documents of Drover need fewer than ten levels.",
};

function tooLarge(length: number): Flaw {
  return {
    code: "file-too-large",
    offset: 0,
    message: `The file has ${length} characters; the limit is ${MAX_FILE_LENGTH}.`,
    remedy: "Split it into several files; any number of files is read.",
  };
}

type Locator = (offset: number) => Position;

function unreadable(file: string, flaw: Flaw): ParsedFile {
  return { documents: [], findings: [findingOf(file, flaw, () => ({ line: 1, column: 1 }))], parsed: false };
}

function locateDocument(
  file: string,
  document: Document.Parsed,
  position: Locator,
): { readonly document: LocatedDocument; readonly flaws: readonly Flaw[] } {
  const plain = toPlainValue(document.contents);
  const place = (offsets: ReadonlyMap<string, number>): ReadonlyMap<string, Position> =>
    new Map([...offsets].map(([path, offset]) => [path, position(offset)]));
  const start = position(document.contents?.range[0] ?? document.range[0]);
  const source: Source = { file, start, values: place(plain.values), keys: place(plain.keys) };
  const garbled = document.errors.length > 0;
  const flawed = garbled || plain.flaws.length > 0;
  // What follows from wrong syntax (keys that seem to stand twice) would only hide the cause.
  return { document: { source, value: plain.value, flawed, garbled }, flaws: garbled ? [] : plain.flaws };
}

function syntaxFlaws(document: Document.Parsed): readonly Flaw[] {
  const flaws = document.errors.map((error) => ({
    code: "yaml-syntax" as const,
    offset: error.pos[0],
    message: `Not valid YAML: ${firstLine(error.message)}`,
    remedy: "Correct the syntax; until then nothing of this file is applied.",
  }));
  const { yaml } = document.directives;
  if (yaml.explicit !== true || yaml.version === "1.2") return flaws;
  const remedy = "Remove the %YAML line: documents are YAML 1.2, where yes and 010 are not what they were in 1.1.";
  return [...flaws, { code: "yaml-syntax", offset: 0, message: `The file asks for YAML ${yaml.version}.`, remedy }];
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 300);
}

/** Columns count from the text's own beginning: a byte order mark is not a column. */
function positionsIn(text: string, counter: LineCounter): Locator {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  return (offset) => {
    const { line, col } = counter.linePos(offset);
    const column = line === 1 ? col - mark : col;
    return { line: Math.max(line, 1), column: Math.max(column, 1) };
  };
}

function findingOf(file: string, flaw: Flaw, position: Locator): Finding {
  const { code, message, remedy, offset } = flaw;
  return { code, severity: "error", message, remedy, file, ...position(offset) };
}
