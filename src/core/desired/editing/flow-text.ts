type Plain = string | boolean | readonly string[] | { readonly [key: string]: string };

/** One value as YAML on a single line, the same in block and in flow context, and for YAML 1.1 readers too. */
export function flowText(value: Plain): string {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return scalarText(value);
  if (isList(value)) return `[${value.map(scalarText).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, entry]) => `${scalarText(key)}: ${scalarText(entry)}`)
    .join(", ")}}`;
}

function isList(value: Plain): value is readonly string[] {
  return Array.isArray(value);
}

/** Words that some YAML reader takes for something else than text. */
const RESERVED = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function scalarText(text: string): string {
  const word = /^[A-Za-z][\w./-]*$/.test(text) && !RESERVED.test(text);
  // Begins with a digit, but a letter that no number has makes it text.
  const idLike = /^\d[\w-]*[g-zG-Z][\w-]*$/.test(text) && !/^0[xob]/i.test(text);
  return word || idLike || TIME.test(text) ? text : quoted(text);
}

/** JSON's quotes are YAML's double quotes; what YAML calls not printable is escaped besides. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
