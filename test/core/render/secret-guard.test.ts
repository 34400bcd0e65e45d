import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { findNeedle, indexNeedles } from "../../../src/core/render/needle-index.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import type { RefusalRule } from "../../../src/core/render/render-rules.ts";
import { captureOf, configMap, deployment, namespace, route, secret, service } from "./live-objects.ts";

const PASSWORD = "correct-horse-battery";
const ENCODED = Buffer.from(PASSWORD).toString("base64");

function refusedRules(...objects: readonly KubeObject[]): readonly RefusalRule[] {
  const { refusals, files } = renderApplication(captureOf([namespace(), ...objects]));
  if (refusals.length > 0) assert.equal(files.size, 0);
  for (const { message, remedy } of refusals) {
    for (const text of [PASSWORD, ENCODED, "hunter22x"]) assert.equal(`${message}${remedy}`.includes(text), false);
  }
  return refusals.map(({ rule }) => rule);
}

const DB = secret("db", { password: PASSWORD, user: "app", pin: "hunter22x" });

const VALUE_CASES: readonly (readonly [string, KubeObject])[] = [
  ["as it is", configMap("a", { text: `the password is ${PASSWORD}!` })],
  ["in base64", configMap("a", { text: `password: ${ENCODED}` })],
  ["in base64 without padding", configMap("a", { text: ENCODED.replace(/=+$/, "") })],
  ["in a key", configMap("a", { [PASSWORD]: "x" })],
  ["in an annotation", configMap("a", {}, { annotations: { "example.com/note": PASSWORD } })],
  ["short, but mixed as passwords are", configMap("a", { text: "pin=hunter22x;" })],
  ["in a host", route("web", { host: `${PASSWORD}.example.com` })],
  ["in a block of lines", configMap("a", { text: `line\nvalue ${PASSWORD}\nline\n` })],
];

for (const [where, object] of VALUE_CASES) {
  test(`a captured Secret's value is found ${where}`, () => {
    assert.deepEqual(refusedRules(DB, object), ["secret-value"]);
  });
}

test("the refusal names file, field, rule and the Secret's key, never the value", () => {
  const { refusals } = renderApplication(captureOf([namespace(), DB, configMap("a", { text: PASSWORD })]));
  assert.deepEqual(refusals, [
    {
      rule: "secret-value",
      file: "base/shop/configmap/a.yaml",
      object: { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "a" },
      message:
        "ConfigMap shop/a: A value of a captured Secret stands in something that would be committed. It would be written to base/shop/configmap/a.yaml at /data/text (Secret shop/db, key password).",
      remedy: "Move the value into a Secret and refer to it, or leave the object out with render.exclude.",
    },
  ]);
});

test("values of several lines, with quotes and with URL escapes are found in their other forms", () => {
  const text = 'first "line"\nsecond line & more';
  const db = secret("db", { config: text });
  assert.deepEqual(refusedRules(db, configMap("a", { json: JSON.stringify({ config: text }) })), ["secret-value"]);
  assert.deepEqual(refusedRules(db, configMap("a", { url: `https://x/?c=${encodeURIComponent(text)}` })), [
    "secret-value",
  ]);
  assert.deepEqual(refusedRules(db, configMap("a", { raw: `a\n${text}\nb` })), ["secret-value"]);
});

test("binary values are found in base64, stringData as text", () => {
  const bytes = Buffer.from([0, 159, 146, 150, 255, 254, 1, 2, 3, 4]).toString("base64");
  const binary: KubeObject = { ...secret("bin", {}), data: { key: bytes } };
  assert.deepEqual(refusedRules(binary, { ...configMap("a", {}), binaryData: { k: bytes } }), ["secret-value"]);
  const written: KubeObject = { ...secret("s", {}), stringData: { key: PASSWORD } };
  assert.deepEqual(refusedRules(written, configMap("a", { k: PASSWORD })), ["secret-value"]);
});

test("a value in the record is found too", () => {
  const labelled = { ...namespace(), metadata: { name: "shop", labels: { note: `x-${PASSWORD}` } } };
  const { refusals } = renderApplication(captureOf([labelled, DB]));
  assert.deepEqual(
    refusals.map(({ rule, file }) => [rule, file]),
    [["secret-value", "record.json"]],
  );
});

test("ordinary words, names of the application's objects and certificates are no secrets", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const db = secret("conn", {
    user: "postgres",
    host: "cassandra.shop.svc",
    name: "cassandra",
    port: "9042",
    empty: "",
    "ca.crt": pem,
  });
  const objects = [
    db,
    service("cassandra"),
    deployment("cassandra", 1),
    configMap("a", { user: "postgres", host: "cassandra.shop.svc", ca: pem }),
  ];
  assert.deepEqual(refusedRules(...objects), []);
});

const LABELLED: readonly (readonly [string, KubeObject])[] = [
  ["app", configMap("a", {}, { labels: { app: PASSWORD } })],
  ["app.kubernetes.io/name", configMap("a", {}, { labels: { "app.kubernetes.io/name": PASSWORD } })],
  [
    "app.kubernetes.io/part-of of a workload",
    deployment("web", 1, { labels: { "app.kubernetes.io/part-of": PASSWORD } }),
  ],
];

for (const [label, object] of LABELLED) {
  test(`a value in the label ${label} is refused, and hides the same value nowhere else`, () => {
    assert.deepEqual(refusedRules(DB, object), ["secret-value"]);
    const { refusals } = renderApplication(captureOf([namespace(), DB, object, configMap("b", { text: PASSWORD })]));
    assert.deepEqual(new Set(refusals.map((refusal) => refusal.object?.name)), new Set([object.metadata.name, "b"]));
  });
}

test("what images, containers and ports are called is no secret, in whatever kind of workload", () => {
  const container = {
    name: "first-container",
    image: "registry.example.com:5000/team-one/the-image:release-2026.11@sha256:0123456789abcdef",
    ports: [{ name: "metrics-port1", containerPort: 8080 }],
  };
  const pod = {
    spec: { containers: [container], initContainers: [{ name: "prepare-data", image: "busybox:1.36.1" }] },
  };
  const db = secret("conn", {
    a: "first-container",
    b: "registry.example.com:5000",
    c: "release-2026.11",
    d: "team-one",
    e: "metrics-port1",
    f: "prepare-data",
    g: "registry.example.com:5000/team-one/the-image:release-2026.11",
    h: "admin-port9",
  });
  const job: KubeObject = {
    ...deployment("nightly", 1),
    apiVersion: "batch/v1",
    kind: "CronJob",
    spec: { schedule: "@daily", jobTemplate: { spec: { template: pod } } },
  };
  const web = { ...deployment("web", 1), spec: { replicas: 1, selector: {}, template: pod } };
  const ports = [{ name: "admin-port9", port: 80, targetPort: "metrics-port1" }];
  assert.deepEqual(refusedRules(db, job, web, service("web", { ports })), []);
});

const BYTES = Buffer.from([0, 159, 146, 150, 255, 254, 1, 2, 3, 4]);
const UMLAUT = "Bär-Ümläut-9";
const KEYS: KubeObject = {
  ...secret("keys", { password: PASSWORD, umlaut: UMLAUT }),
  data: { password: ENCODED, umlaut: Buffer.from(UMLAUT).toString("base64"), bytes: BYTES.toString("base64") },
};
const [HEAD, TAIL] = [Buffer.from([0, 1, 255, 254]), Buffer.from([200, 0])];

const BINARY_CASES: readonly (readonly [RefusalRule | null, string, Uint8Array])[] = [
  ["secret-value", "a value in a text", Buffer.from(`user=me\npassword=${PASSWORD}\n`)],
  ["secret-value", "a value in base64 in a text", Buffer.from(`x: ${ENCODED}\n`)],
  ["secret-value", "a value beyond ASCII in a text", Buffer.from(`ü: ${UMLAUT}!`)],
  ["secret-value", "a value among bytes", Buffer.concat([HEAD, Buffer.from(PASSWORD), TAIL])],
  ["secret-value", "a value beyond ASCII among bytes", Buffer.concat([HEAD, Buffer.from(UMLAUT), TAIL])],
  ["secret-value", "a value of bytes among bytes", Buffer.concat([HEAD, BYTES, TAIL])],
  ["secret-private-key", "a private key", Buffer.from("ü\n-----BEGIN EC PRIVATE KEY-----\nabc\n")],
  ["secret-url-password", "a URL with a password", Buffer.from("postgres://app:pa55w0rd@db/shop")],
  [null, "another text", Buffer.from("colour=blue\n")],
  [null, "other bytes", Buffer.concat([HEAD, TAIL])],
  [null, "nothing", Buffer.alloc(0)],
];

for (const [rule, what, bytes] of BINARY_CASES) {
  test(`binaryData with ${what}: ${rule ?? "harmless"}`, () => {
    const object: KubeObject = { ...configMap("a", {}), binaryData: { file: Buffer.from(bytes).toString("base64") } };
    assert.deepEqual(refusedRules(KEYS, object), rule === null ? [] : [rule]);
    if (rule === null) return;
    const { refusals } = renderApplication(captureOf([namespace(), KEYS, object]));
    assert.match(refusals[0]?.message ?? "", /a\.yaml at \/binaryData\/file/);
  });
}

test("an entry of binaryData whose name says that it is a secret", () => {
  const binaryData = { DB_PASSWORD: Buffer.from("s3cret").toString("base64") };
  assert.deepEqual(refusedRules({ ...configMap("a", {}), binaryData }), ["secret-literal"]);
});

const PATTERN_CASES: readonly (readonly [RefusalRule | null, string])[] = [
  ["secret-private-key", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n"],
  ["secret-private-key", "-----BEGIN PRIVATE KEY-----"],
  ["secret-private-key", "AGE-SECRET-KEY-1QQQQ"],
  ["secret-token", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x"],
  ["secret-token", "AKIAABCDEFGHIJKLMNOP"],
  ["secret-token", `ghp_${"a1B2".repeat(9)}`],
  ["secret-token", "xoxb-123456789012-abc"],
  ["secret-registry-auth", '{"auths": {"r": {"auth": "dTpw"}}}'],
  ["secret-url-password", "jdbc:postgresql://app:pa55w0rd@db:5432/x"],
  ["secret-url-password", "amqp://:pa55@mq"],
  [null, "postgres://$(USER):$(PASSWORD)@db/x"],
  [null, "postgres://${USER}:${PASSWORD}@db/x"],
  [null, "http://db:5432/a@b"],
  [null, "https://user@example.com/"],
  [null, "-----BEGIN CERTIFICATE-----"],
  [null, "eyJhbGci"],
];

for (const [rule, text] of PATTERN_CASES) {
  test(`${JSON.stringify(text.slice(0, 30))} is ${rule ?? "harmless"}`, () => {
    assert.deepEqual(refusedRules(configMap("a", { text })), rule === null ? [] : [rule]);
  });
}

function webWithEnv(name: string, value: string): KubeObject {
  const template = { spec: { containers: [{ name: "web", image: "web:1", env: [{ name, value }] }] } };
  return { ...deployment("web", 1), spec: { replicas: 1, selector: {}, template } };
}

const LITERAL_CASES: readonly (readonly [boolean, string, string])[] = [
  [true, "DB_PASSWORD", "s3cret"],
  [true, "API_KEY", "abcdef"],
  [true, "clientSecret", "abcdef"],
  [true, "auth.token", "abcdef"],
  [false, "DB_PASSWORD", ""],
  [false, "DB_PASSWORD", "$(FROM_ELSEWHERE)"],
  [false, "DB_PASSWORD", "${FROM_ELSEWHERE}"],
  [false, "PASSWORD_FILE", "/run/secrets/db"],
  [false, "DB_PASSWORD", "/run/secrets/db"],
  [false, "DB_PASSWORD", "/mnt/secrets-store/Db1.pem"],
  [false, "DB_PASSWORD", "/etc/app/"],
  [true, "DB_PASSWORD", "/9j/4AAQSkZJRgABAQ"],
  [true, "DB_PASSWORD", "/k3JdhT9fKx2vQ1w"],
  [true, "DB_PASSWORD", "/k3Jdh/9fKx2v/Q1w+x=="],
  [true, "DB_PASSWORD", "/hunter"],
  [false, "ALLOW_EMPTY_PASSWORD", "yes"],
  [false, "USE_TOKEN", "true"],
  [false, "SECRET_NAME", "db"],
];

for (const [refused, name, value] of LITERAL_CASES) {
  test(`${name}=${value} as environment or ConfigMap entry is ${refused ? "refused" : "harmless"}`, () => {
    const expected = refused ? ["secret-literal"] : [];
    assert.deepEqual(refusedRules(webWithEnv(name, value)), expected);
    assert.deepEqual(refusedRules(configMap("a", { [name]: value })), expected);
  });
}

test("acceptance 3: last-applied, which contains everything, never reaches a file", () => {
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ data: { p: PASSWORD } }) };
  assert.deepEqual(refusedRules(DB, configMap("a", { k: "v" }, { annotations })), []);
});

test("acceptance 3: no byte of a render contains a Secret's value, wherever somebody put it", () => {
  const value = fc
    .string({ unit: "grapheme", minLength: 9, maxLength: 40 })
    .filter((text) => text.isWellFormed() && text.trim().length > 8);
  const place = fc.constantFrom("data", "annotation", "label", "env", "host", "last-applied", "nowhere");
  fc.assert(
    fc.property(value, place, fc.boolean(), (text, where, encode) => {
      const planted = encode ? Buffer.from(text.trim()).toString("base64") : text;
      const annotations: Record<string, string> =
        where === "annotation"
          ? { note: planted }
          : where === "last-applied"
            ? { "kubectl.kubernetes.io/last-applied-configuration": planted }
            : {};
      const labels: Record<string, string> = where === "label" ? { note: planted } : {};
      const objects = [
        namespace(),
        secret("db", { key: text }),
        configMap("a", where === "data" ? { k: `x${planted}y` } : {}, { annotations, labels }),
        webWithEnv("X", where === "env" ? planted : "x"),
        route("web", where === "host" ? { host: planted } : {}),
      ];
      const { files } = renderApplication(captureOf(objects));
      const bytes = [...files].flat().join("\n");
      for (const form of [text.trim(), Buffer.from(text).toString("base64").replace(/=+$/, "")])
        assert.equal(bytes.includes(form), false);
    }),
    { numRuns: 150 },
  );
});

const ROTATE = /on the branch already.*rotate/is;

test("a Secret rotated to what a committed file says is refused, though no byte changes", () => {
  const objects = (password: string): readonly KubeObject[] => [
    namespace(),
    secret("db", { password }),
    configMap("a", { text: PASSWORD }),
  ];
  const before = renderApplication(captureOf(objects("another-password")));
  assert.deepEqual(before.refusals, []);
  const previous = readFolder(before.files);
  assert.deepEqual(renderApplication(captureOf(objects("a-third-password"), { previous })).refusals, []);
  const { refusals, files, suspicious } = renderApplication(captureOf(objects(PASSWORD), { previous }));
  assert.deepEqual(
    [refusals.map(({ rule, file }) => [rule, file]), suspicious],
    [[["secret-value", "base/shop/configmap/a.yaml"]], null],
  );
  assert.match(refusals[0]?.remedy ?? "", ROTATE);
  assert.equal((refusals[0]?.remedy ?? "").includes(PASSWORD), false);
  assert.deepEqual(files, before.files);
});

test("each refusal says whether its file is on the branch as it is", () => {
  const old = configMap("a", { text: PASSWORD });
  const { files } = renderApplication(captureOf([namespace(), secret("db", { password: "another-password" }), old]));
  const objects = [namespace(), DB, old, configMap("b", { text: PASSWORD })];
  const { refusals } = renderApplication(captureOf(objects, { previous: readFolder(files) }));
  assert.deepEqual(
    refusals.map(({ object, remedy }) => [object?.name, ROTATE.test(remedy)]),
    [
      ["a", true],
      ["b", false],
    ],
  );
});

test("the index finds any of many texts", () => {
  const texts = fc.array(fc.string({ minLength: 6, maxLength: 12 }), { maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.string({ maxLength: 60 }), fc.nat(19), (needles, hay, pick) => {
      const chosen = needles[pick];
      const text = chosen === undefined ? hay : `${hay}${chosen}${hay}`;
      const found = findNeedle(text, indexNeedles(needles.map((needle) => ({ text: needle, label: "x" }))));
      assert.equal(
        found !== null,
        needles.some((needle) => text.includes(needle)),
      );
    }),
  );
});
