import { asFields } from "../../../core/model/fields.ts";
import { invalidValue } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";

const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const valuePattern = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const maximumName = 63;
const maximumPrefix = 253;

const nameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a qualified name (`prefix/name`); null when nothing is. */
export function qualifiedNameProblem(text: string): string | null {
  const parts = text.split("/");
  const [prefix, name] = parts.length === 1 ? ["example.com", parts[0] ?? ""] : [parts[0] ?? "", parts[1] ?? ""];
  if (parts.length > 2) return "a qualified name has at most one '/'";
  if (prefix === "") return "prefix part must be non-empty";
  if (prefix.length > maximumPrefix || !prefixPattern.test(prefix))
    return "prefix part must be a lowercase RFC 1123 subdomain";
  if (name === "") return "name part must be non-empty";
  if (name.length > maximumName) return `name part must be no more than ${maximumName} bytes`;
  return namePattern.test(name) ? null : nameRule;
}

function labelValueProblem(value: string): string | null {
  if (value.length > maximumName) return `must be no more than ${maximumName} bytes`;
  return valuePattern.test(value) ? null : valueRule;
}

/** What is wrong with labels, at their field path. */
export function labelCauses(labels: unknown, field: string): readonly StatusCause[] {
  return Object.entries(asFields(labels)).flatMap(([key, value]) => {
    const problems = [
      { text: qualifiedNameProblem(key), of: key },
      { text: typeof value === "string" ? labelValueProblem(value) : null, of: value },
    ];
    return problems.flatMap(({ text, of }) => (text === null ? [] : [invalidValue(field, of, text)]));
  });
}
