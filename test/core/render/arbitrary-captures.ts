import fc from "fast-check";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { findNotPortable } from "../../../src/core/render/check-emission.ts";
import {
  claim,
  configMap,
  deployment,
  namespace,
  route,
  service,
  serviceAccount,
  statefulSet,
  volume,
} from "./live-objects.ts";
import { TORTURE } from "./yaml-texts.ts";

/** Names as attackers and odd tools choose them, besides ordinary ones. */
const HOSTILE_NAMES = [
  "..",
  ".",
  "../../etc/passwd",
  "a/b",
  "a\\b",
  "a:b",
  "A",
  "a",
  "con",
  "kustomization",
  "kustomization.yaml",
  "system:node",
  "x".repeat(253),
  "a.b.c",
  "a b",
  "é",
  "-rf",
  "%2e%2e",
  "a\nb",
  "__proto__",
  "constructor",
];

const name = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
);
const portable = (text: string): boolean => findNotPortable(text) === null;
const text = fc.oneof(
  fc.constantFrom(...TORTURE).filter(portable),
  fc.string({ unit: "grapheme", maxLength: 20 }).filter(portable),
);
const key = fc.oneof(
  fc.stringMatching(/^[-._a-zA-Z0-9]{1,12}$/),
  fc.constantFrom("y", "on", "010", "1.0", "null", "0x1F", "2024-01-01"),
);
/** Names that the guard takes for passwords are none of this file's business. */
const harmlessKey = key.filter((each) => !/secret|token|pass|key/i.test(each));
const data = fc.dictionary(harmlessKey, text, { maxKeys: 4, noNullPrototype: true });
/** An annotation that begins with a tab is refused when it has several lines. */
const notes = fc.dictionary(
  harmlessKey,
  text.filter((each) => !each.startsWith("\t")),
  { maxKeys: 4, noNullPrototype: true },
);

const object: fc.Arbitrary<KubeObject> = fc.oneof(
  fc.tuple(name, fc.nat(9)).map(([each, replicas]) => deployment(each, replicas)),
  fc.tuple(name, fc.nat(9)).map(([each, replicas]) => statefulSet(each, replicas)),
  fc.tuple(name, fc.boolean()).map(([each, headless]) => service(each, headless ? { clusterIP: "None" } : {})),
  fc.tuple(name, data, notes).map(([each, values, annotations]) => configMap(each, values, { annotations })),
  fc.tuple(name, fc.boolean()).map(([each, mounts]) => serviceAccount(each, { automountServiceAccountToken: mounts })),
  name.map((each) => route(each)),
);

/** What is recorded rather than rendered: the same on a cluster that the folder was applied to. */
export function surroundings(): readonly KubeObject[] {
  return [namespace(), claim("data-db-0"), volume("data-db-0")];
}

/** Live objects of one namespace, each identity once. */
export const liveObjects: fc.Arbitrary<readonly KubeObject[]> = fc
  .uniqueArray(object, { maxLength: 12, selector: ({ kind, metadata }) => `${kind}/${metadata.name}` })
  .map((objects) => [...objects, ...surroundings()]);
