import type { RefusalRule } from "./render-rules.ts";

interface SecretPattern {
  readonly rule: RefusalRule;
  readonly test: (text: string) => boolean;
}

/** Substituted when the pod starts, or by a template: `$(NAME)`, `${NAME}`, `{{ name }}`, `<name>`, `%s`, asterisks. */
const PLACEHOLDER = /^(?:\$\([^)]*\)|\$\{[^}]*\}|\{\{.*\}\}|<[^>]*>|%[sv]|\*+|\$[A-Z_][A-Z0-9_]*)$/;

/** What secret material looks like, whatever object it stands in. Repetitions are bounded: the text is hostile. */
const PATTERNS: readonly SecretPattern[] = [
  pattern("secret-private-key", /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|AGE-SECRET-KEY-1/),
  pattern("secret-token", /\beyJ[A-Za-z0-9_-]{10,500}\.eyJ/),
  pattern("secret-token", /\bAKIA[0-9A-Z]{16}\b/),
  pattern("secret-token", /\bgh[pousr]_[A-Za-z0-9]{36}/),
  pattern("secret-token", /\bxox[baprs]-[A-Za-z0-9-]{10,}/),
  { rule: "secret-registry-auth", test: (text) => /"auths"\s*:/.test(text) && /"auth"\s*:/.test(text) },
  { rule: "secret-url-password", test: hasUrlPassword },
];

function pattern(rule: RefusalRule, expression: RegExp): SecretPattern {
  return { rule, test: (text) => expression.test(text) };
}

function hasUrlPassword(text: string): boolean {
  const passwords = text.matchAll(/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'<>]{0,256}:([^\s/@"']{1,256})@/gi);
  return [...passwords].some(([, password]) => !PLACEHOLDER.test(password ?? ""));
}

/** What every text that breaks a rule contains, in whatever way YAML wrote it: one cheap look at a whole file. */
const TRACE =
  /PRIVATE KEY|AGE-SECRET-KEY-1|eyJ[\w-]{10}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[baprs]-|"auths|:\/\/[^\s/]*@/;

/** False means that `secretPattern` finds nothing in any string that the text was written from. */
export function mayHoldPattern(text: string): boolean {
  return TRACE.test(text);
}

/** The rule that a text breaks; null when it looks harmless. */
export function secretPattern(text: string): RefusalRule | null {
  return PATTERNS.find(({ test }) => test(text))?.rule ?? null;
}

const SECRET_NAME =
  /(?:^|[-_.a-z])(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|SECRET_?KEY|ACCESS_?KEY|PRIVATE_?KEY)$/i;
const HARMLESS_VALUE = /^(?:|true|false|yes|no|on|off|[0-9]{1,2}|none|null)$/i;

/** A path of several segments. A text in base64 may begin with a slash too, so one of them has to be a plain word. */
const PATH = /^\/(?:[A-Za-z0-9._-]+\/)+[A-Za-z0-9._-]*$/;
const WORD_SEGMENT = /\/[a-z]{3,}(?:[._-][a-z0-9]+)*(?:\/|$)/;

/** A literal value under a name that says it is a secret, such as an environment variable `DB_PASSWORD`. */
export function isSecretLiteral(name: string, value: string): boolean {
  const text = value.trim();
  if (!SECRET_NAME.test(name) || /^ALLOW_/i.test(name)) return false;
  const isPath = PATH.test(text) && WORD_SEGMENT.test(text);
  return !isPath && !HARMLESS_VALUE.test(text) && !PLACEHOLDER.test(text);
}
