import type { Fields } from "../../model/fields.ts";
import type { Draft } from "../draft.ts";
import type { SanitizeContext } from "../pod-template.ts";
import type { ChangeRule } from "../render-rules.ts";

/**
 * A host name as the standby wants it: the whole name, or else the longest of its parent domains that the mapping writes
 * with a leading dot (`.apps.east.example.com`). Null: no mapping.
 */
export function mappedHost(host: string, hosts: Readonly<Record<string, string>>): string | null {
  const whole = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (whole !== undefined) return whole;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    const domain = host.slice(dot);
    const mapped = Object.hasOwn(hosts, domain) ? hosts[domain] : undefined;
    if (mapped !== undefined) return host.slice(0, dot) + mapped;
  }
  return null;
}

/** Maps a host in a string field. */
export function mapHost(draft: Draft, key: string, context: SanitizeContext): void {
  mapText(draft, key, { ...HOST, context });
}

/** Maps every host in a list of strings. */
export function mapHosts(draft: Draft, key: string, context: SanitizeContext): void {
  mapTexts(draft, key, { ...HOST, context });
}

/** Maps an address or range in a string field: exactly as written, or a single address as its `/32` or `/128`. */
export function mapAddress(draft: Draft, key: string, context: SanitizeContext): void {
  mapText(draft, key, { ...ADDRESS, context });
}

/** Maps every address or range in a list of strings. */
export function mapAddresses(draft: Draft, key: string, context: SanitizeContext): void {
  mapTexts(draft, key, { ...ADDRESS, context });
}

/** Maps the host of a URL in a string field: nothing else of it belongs to a site. */
export function mapUrl(draft: Draft, key: string, context: SanitizeContext): void {
  mapText(draft, key, { ...URL_HOST, context });
}

interface Mapping {
  readonly rule: ChangeRule;
  readonly map: (text: string, context: SanitizeContext) => string | null;
}

const HOST: Mapping = { rule: "target-host", map: (text, { target }) => mappedHost(text, target.hosts) };
const URL_HOST: Mapping = { rule: "target-host", map: (text, { target }) => mappedUrl(text, target.hosts) };
const ADDRESS: Mapping = { rule: "target-cidr", map: (text, { target }) => mappedAddress(text, target.cidrs) };

function mappedUrl(url: string, hosts: Readonly<Record<string, string>>): string | null {
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)([^/:?#@]+)(.*)$/s.exec(url) ?? [];
  const mapped = mappedHost(host, hosts);
  return mapped === null ? null : scheme + mapped + rest;
}

function mappedAddress(address: string, cidrs: Fields): string | null {
  const whole = Object.hasOwn(cidrs, address) ? cidrs[address] : undefined;
  if (typeof whole === "string") return whole;
  const range = `${address}/${address.includes(":") ? 128 : 32}`;
  const single = Object.hasOwn(cidrs, range) ? cidrs[range] : undefined;
  return typeof single === "string" ? single.replace(/\/(?:32|128)$/, "") : null;
}

interface How extends Mapping {
  readonly context: SanitizeContext;
}

function mapText(draft: Draft, key: string, { map, rule, context }: How): void {
  const value = draft[key];
  if (typeof value !== "string") return;
  const mapped = map(value, context);
  if (mapped === null || mapped === value) return;
  draft[key] = mapped;
  context.note(rule);
}

function mapTexts(draft: Draft, key: string, { map, rule, context }: How): void {
  const list: unknown = draft[key];
  if (!Array.isArray(list)) return;
  for (const [index, value] of list.entries()) {
    const mapped = typeof value === "string" ? map(value, context) : null;
    if (mapped === null || mapped === value) continue;
    list[index] = mapped;
    context.note(rule);
  }
}
