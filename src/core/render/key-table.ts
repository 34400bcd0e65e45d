import type { ChangeRule } from "./render-rules.ts";

/** Keys of annotations or labels that one rule drops. */
interface KeyRule {
  readonly rule: ChangeRule;
  /** Whole keys; with a star at the end everything that begins so; `*.domain/*` for all below a domain. */
  readonly keys: readonly string[];
  readonly except?: readonly string[];
}

type Verdict = ChangeRule | null;

interface Prefix {
  readonly start: string;
  readonly rule: ChangeRule;
}

/** Looked up by the key itself, then by its domain: the cost does not grow with the number of rules. */
export interface KeyTable {
  readonly exact: ReadonlyMap<string, Verdict>;
  /** Prefixes of the names in a domain. */
  readonly domains: ReadonlyMap<string, readonly Prefix[]>;
  /** Domains with everything below them, as `.example.io`. */
  readonly below: readonly Prefix[];
  /** Prefixes of keys without a domain, which may run into one: `olm.`. */
  readonly bare: readonly Prefix[];
}

export function keyTable(rules: readonly KeyRule[]): KeyTable {
  const exact = new Map<string, Verdict>();
  const domains = new Map<string, Prefix[]>();
  const below: Prefix[] = [];
  const bare: Prefix[] = [];
  for (const { rule, keys, except = [] } of rules) {
    for (const key of except) exact.set(key, null);
    for (const key of keys) {
      if (!key.endsWith("*")) exact.set(key, rule);
      else if (key.startsWith("*")) below.push({ start: key.slice(1, key.indexOf("/")), rule });
      else addPrefix(key.slice(0, -1), rule, { domains, bare });
    }
  }
  return { exact, domains, below, bare };
}

function addPrefix(
  text: string,
  rule: ChangeRule,
  { domains, bare }: { readonly domains: Map<string, Prefix[]>; readonly bare: Prefix[] },
): void {
  const slash = text.indexOf("/");
  if (slash < 0) {
    bare.push({ start: text, rule });
    return;
  }
  const domain = text.slice(0, slash);
  const known = domains.get(domain) ?? [];
  known.push({ start: text.slice(slash + 1), rule });
  domains.set(domain, known);
}

/** The rule that drops a key; null when it stays. */
export function ruleOfKey(table: KeyTable, key: string): Verdict {
  const exact = table.exact.get(key);
  if (exact !== undefined) return exact;
  const slash = key.indexOf("/");
  const bare = table.bare.find(({ start }) => key.startsWith(start));
  if (bare !== undefined) return bare.rule;
  if (slash < 0) return null;
  const domain = key.slice(0, slash);
  const name = key.slice(slash + 1);
  const prefix = table.domains.get(domain)?.find(({ start }) => name.startsWith(start));
  return (prefix ?? table.below.find(({ start }) => domain.endsWith(start)))?.rule ?? null;
}
