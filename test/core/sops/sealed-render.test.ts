import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { createSealer } from "../../../src/adapters/sops/create-sealer.ts";
import type { KubeObject } from "../../../src/core/model/kube-object.ts";
import { buildFolder } from "../../../src/core/render/build-folder.ts";
import { readFolder } from "../../../src/core/render/read-folder.ts";
import { renderApplication } from "../../../src/core/render/render-application.ts";
import { isSealedPath } from "../../../src/core/render/sealed-objects.ts";
import { CONTENT_HMAC, removedRecipients } from "../../../src/core/sops/reuse-sealed.ts";
import { recipientsOf } from "../../../src/core/sops/sealed-file.ts";
import type { SealerPort } from "../../../src/ports/sealer.ts";
import { renderSealed } from "../../builders/sealed-capture.ts";
import { readSops } from "../../builders/sops-reader.ts";
import { captureOf, configMap, route, secret, serverMeta, shop } from "../render/live-objects.ts";

const identity = await generateX25519Identity();
const other = await generateX25519Identity();
const [mine, theirs] = [await identityToRecipient(identity), await identityToRecipient(other)];
const PATH = "secrets/shop/secret/db.sops.yaml";
const PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
const PUBLIC = "-----BEGIN CERTIFICATE-----\nMIIDdzCC\n-----END CERTIFICATE-----\n";

/** A sealer that counts the documents it was asked to seal. */
function counting(): SealerPort & { readonly sealed: { count: number } } {
  const sealer = createSealer();
  const sealed = { count: 0 };
  return {
    ...sealer,
    sealed,
    documentKey: (recipients) => {
      sealed.count += 1;
      return sealer.documentKey(recipients);
    },
  };
}

function sealedFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => isSealedPath(path)));
}

function textOf(files: ReadonlyMap<string, string>, path: string): string {
  const text = files.get(path);
  assert.ok(text !== undefined, `${path} is missing among ${[...files.keys()].join(", ")}`);
  return text;
}

async function renderedShop(...more: readonly KubeObject[]): Promise<ReadonlyMap<string, string>> {
  const { files, refusals } = await renderSealed(captureOf([...shop(), ...more]), {
    sealer: createSealer(),
    recipients: [mine],
  });
  assert.deepEqual(refusals, []);
  return files;
}

describe("what secrets: sops writes", () => {
  test("acceptance 4: for Flux: encrypted files that an independent reader decrypts, MAC included, as resources", async () => {
    const files = await renderedShop();
    assert.match(textOf(files, "kustomization.yaml"), /resources:\n- base\n- secrets\n/);
    assert.match(textOf(files, "secrets/kustomization.yaml"), /resources:\n- shop\/secret\/db\.sops\.yaml\n$/);
    const read = await readSops(textOf(files, PATH), identity);
    const annotations = { [CONTENT_HMAC]: String(Object(read["metadata"]).annotations[CONTENT_HMAC]) };
    assert.deepEqual(read, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "db", namespace: "shop", annotations },
      data: { password: Buffer.from("correct-horse-battery").toString("base64") },
    });
    await assert.rejects(readSops(textOf(files, PATH), other), /no key/);
    const built = buildFolder(files).filter(({ kind }) => kind === "Secret");
    assert.match(String(Object(built[0]?.["data"]).password), /^ENC\[AES256_GCM,/);
  });

  test("for Argo CD: the same files behind a KSOPS generator", async () => {
    const how = { sealer: createSealer(), recipients: [mine], delivery: "argocd" } as const;
    const { files, refusals } = await renderSealed(captureOf(shop()), how);
    assert.deepEqual(refusals, []);
    assert.match(textOf(files, "secrets/kustomization.yaml"), /kind: Kustomization\ngenerators:\n- ksops\.yaml\n$/);
    assert.equal(
      textOf(files, "secrets/ksops.yaml"),
      `apiVersion: viaduct.ai/v1
kind: ksops
metadata:
  name: secrets
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: ksops
files:
- shop/secret/db.sops.yaml
`,
    );
    assert.equal(
      buildFolder(files).some(({ kind }) => kind === "Secret"),
      false,
    );
    assert.equal(readFolder(files)?.problem, null);
  });

  test("for direct delivery: nothing, since nothing there would decrypt", async () => {
    const how = { sealer: createSealer(), recipients: [mine], delivery: "direct" } as const;
    const { files, refusals } = await renderSealed(captureOf(shop()), how);
    assert.equal(files.size, 0);
    assert.deepEqual(
      refusals.map(({ rule }) => rule),
      ["secret-mode"],
    );
    assert.match(refusals[0]?.remedy ?? "", /flux or argocd/);
  });

  test("a Route with an inline key is encrypted as a whole document, certificates readable", async () => {
    const tls = { termination: "edge", key: PRIVATE, certificate: PUBLIC };
    const files = await renderedShop(route("secure", { tls, host: "shop.example.com" }));
    const text = textOf(files, "secrets/shop/route.route.openshift.io/secure.sops.yaml");
    assert.ok(text.includes('encrypted_regex: "^key$"') && text.includes("MIIDdzCC") && !text.includes("MIIEvQ"));
    assert.deepEqual(Object((await readSops(text, identity))["spec"]).tls, tls);
    assert.equal(
      [...files.keys()].some((path) => path.startsWith("base/") && path.includes("secure")),
      false,
    );
    const { requirements } = renderApplication(captureOf(shop())).report;
    assert.ok(
      requirements.some(({ kind }) => kind === "Secret"),
      "external lists what sops brings along",
    );
  });

  test("neither what the platform makes again nor what is excluded", async () => {
    const token = secret(
      "default-token-x7k2p",
      { token: "abc" },
      {
        type: "kubernetes.io/service-account-token",
        metadata: serverMeta("default-token-x7k2p", {
          annotations: { "kubernetes.io/service-account.name": "default" },
        }),
      },
    );
    const capture = captureOf([...shop(), token, secret("private", { a: "b" })], {
      render: { exclude: [{ group: null, kind: "Secret", namespace: null, name: "private", matchLabels: null }] },
    });
    const { files, report } = await renderSealed(capture, { sealer: createSealer(), recipients: [mine] });
    assert.deepEqual([...sealedFiles(files).keys()], [PATH]);
    assert.equal(report.omitted.filter(({ object }) => object.kind === "Secret").length, 2);
  });

  test("stringData is never written", async () => {
    const files = await renderedShop(secret("typed", { a: "1" }, { stringData: { b: "zwei", a: "ü" } }));
    const { data, stringData } = await readSops(textOf(files, "secrets/shop/secret/typed.sops.yaml"), identity);
    assert.deepEqual([data, stringData], [{ a: "w7w=", b: "endlaQ==" }, undefined]);
  });
});

describe("what is still refused", () => {
  test("a Secret's value elsewhere: in a ConfigMap, in the Secret's own label", async () => {
    const sealer = createSealer();
    const leak = configMap("leak", { url: "correct-horse-battery" });
    const inConfig = await renderSealed(captureOf([...shop(), leak]), { sealer, recipients: [mine] });
    assert.deepEqual(
      inConfig.refusals.map(({ rule, object }) => [rule, object?.name]),
      [["secret-value", "leak"]],
    );
    const labels = { hint: "correct-horse-battery" };
    const labelled = secret("labelled", { password: "x" }, { metadata: serverMeta("labelled", { labels }) });
    const inLabel = await renderSealed(captureOf([...shop(), labelled]), { sealer, recipients: [mine] });
    assert.deepEqual(
      inLabel.refusals.map(({ rule, object }) => [rule, object?.name]),
      [["secret-value", "labelled"]],
    );
    assert.equal(inConfig.files.size + inLabel.files.size, 0);
  });

  test("the disappearance of most Secrets looks like an accident; another mode by document does not", async () => {
    const many = Array.from({ length: 10 }, (_, index) => secret(`s${index}`, { a: "b" }));
    const previous = await renderedShop(...many);
    const how = { sealer: createSealer(), recipients: [mine], previous };
    const gone = await renderSealed(captureOf(shop()), how);
    assert.equal(gone.suspicious?.items.length, 10);
    const external = renderApplication(captureOf(shop(), { previous: readFolder(previous) }));
    assert.deepEqual([external.suspicious, external.refusals, sealedFiles(external.files).size], [null, [], 0]);
  });
});

describe("stable ciphertext", () => {
  test("nothing changed: every byte stays, and nothing is encrypted", async () => {
    const previous = await renderedShop(secret("two", { a: "b" }));
    const sealer = counting();
    const capture = captureOf([...shop(), secret("two", { a: "b" })]);
    const again = await renderSealed(capture, { sealer, recipients: [mine], previous, now: Date.now() });
    assert.deepEqual([again.files, sealer.sealed.count], [previous, 0]);
  });

  test("one value changed: one file changes", async () => {
    const previous = await renderedShop(secret("two", { a: "b" }));
    const sealer = counting();
    const capture = captureOf([...shop(), secret("two", { a: "c" })]);
    const { files } = await renderSealed(capture, { sealer, recipients: [mine], previous });
    const changed = [...files].filter(([path, text]) => previous.get(path) !== text).map(([path]) => path);
    assert.deepEqual([changed, sealer.sealed.count], [["secrets/seals.json", "secrets/shop/secret/two.sops.yaml"], 1]);
  });

  const rotations: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["added", [mine], [mine, theirs]],
    ["removed", [mine, theirs], [mine]],
    ["reordered", [mine, theirs], [theirs, mine]],
  ];
  for (const [what, before, after] of rotations) {
    test(`a recipient ${what}: everything is sealed under new data keys`, async () => {
      const first = await renderSealed(captureOf(shop()), { sealer: createSealer(), recipients: before });
      const second = await renderSealed(captureOf(shop()), {
        sealer: createSealer(),
        recipients: after,
        previous: first.files,
      });
      const [old, fresh] = [textOf(first.files, PATH), textOf(second.files, PATH)];
      assert.deepEqual(recipientsOf(fresh), after);
      assert.notEqual(/password: .*/.exec(old)?.[0], /password: .*/.exec(fresh)?.[0]);
      assert.deepEqual(
        removedRecipients(first.files, after),
        before.filter((each) => !after.includes(each)),
      );
    });
  }

  const edits: readonly (readonly [string, (text: string) => string])[] = [
    ["a name", (text) => text.replace("  name: db", "  name: dc")],
    ["a value in clear", (text) => text.replace(/password: .*/, 'password: "aGVsbG8="')],
    ["a value added", (text) => text.replace("data:\n", 'data:\n  added: "aGVsbG8="\n')],
    ["another recipient", (text) => text.replaceAll(mine, theirs)],
    ["another byte of a value", (text) => text.replace(/(password: "ENC\[AES256_GCM,data:)..../, "$1AAAA")],
    ["another MAC", (text) => text.replace(/( {2}mac: "ENC\[AES256_GCM,data:)..../, "$1AAAA")],
    ["another wrapped key", (text) => text.replace(/(AGE ENCRYPTED FILE-----\n *)..../, "$1AAAA")],
    ["a line of whitespace", (text) => `${text}\n`],
    ["the fingerprint", (text) => text.replace(/(content-hmac: )"?[0-9a-f]{8}/, "$100000000")],
    ["no MAC", (text) => text.replace(/ {2}mac: .*\n/, "")],
    ["no metadata", (text) => text.replace(/sops:\n[^]*/, "")],
    ["nothing at all", () => ""],
  ];
  for (const [what, edit] of edits) {
    test(`a committed file with ${what} is not kept`, async () => {
      const files = await renderedShop();
      const previous = new Map([...files, [PATH, edit(textOf(files, PATH))]]);
      assert.notEqual(previous.get(PATH), files.get(PATH));
      const sealer = counting();
      const capture = captureOf(shop(), { render: { accept: [] } });
      const again = await renderSealed(capture, { sealer, recipients: [mine], previous });
      assert.equal(sealer.sealed.count, 1);
      if (again.files.get(PATH) !== previous.get(PATH)) await readSops(textOf(again.files, PATH), identity);
    });
  }

  test("encrypted values that change places, in a file or between files, are not kept, whoever signed the commit", async () => {
    const other = "secrets/shop/secret/other.sops.yaml";
    const both = secret("other", { password: "x", user: "y" });
    const files = await renderedShop(both);
    const value = (path: string, key: string): string =>
      new RegExp(`^  ${key}: (.*)`, "m").exec(textOf(files, path))?.[1] ?? assert.fail(key);
    const exchange = (path: string, [one, two]: readonly [string, string]): string =>
      textOf(files, path).replaceAll(one, "\0").replaceAll(two, one).replaceAll("\0", two);
    const inside = [value(other, "password"), value(other, "user")] as const;
    const between = [value(PATH, "password"), value(other, "password")] as const;
    for (const [pair, paths] of [
      [inside, [other]],
      [between, [PATH, other]],
    ] as const) {
      const edited = paths.map((path) => [path, exchange(path, pair)] as const);
      const sealer = counting();
      const previous = new Map([...files, ...edited]);
      const again = await renderSealed(captureOf([...shop(), both]), { sealer, recipients: [mine], previous });
      assert.equal(sealer.sealed.count, paths.length);
      for (const path of paths) await readSops(textOf(again.files, path), identity);
    }
  });

  test("a folder without a list of what was written is sealed once anew; the list names no value and no plain hash", async () => {
    const files = await renderedShop();
    const { "secrets/seals.json": list = "", ...rest } = Object.fromEntries(files);
    assert.deepEqual(Object.keys(Object(JSON.parse(list))), [PATH]);
    assert.ok(!list.includes(createHash("sha256").update(textOf(files, PATH)).digest("hex")));
    const sealer = counting();
    const previous = new Map(Object.entries(rest));
    const again = await renderSealed(captureOf(shop()), { sealer, recipients: [mine], previous });
    assert.deepEqual([sealer.sealed.count, again.files.has("secrets/seals.json")], [1, true]);
    const forged = new Map([...files, ["secrets/seals.json", JSON.stringify({ [PATH]: "0".repeat(64) })]]);
    await renderSealed(captureOf(shop()), { sealer, recipients: [mine], previous: forged });
    assert.equal(sealer.sealed.count, 2);
  });

  test("the fingerprint is keyed: another cluster's key gives another one", async () => {
    const how = { sealer: createSealer(), recipients: [mine] };
    const hmac = async (fill: number): Promise<string | undefined> => {
      const { files } = await renderSealed(captureOf(shop()), {
        ...how,
        key: Buffer.alloc(32, fill).toString("base64"),
      });
      return /content-hmac: .*/.exec(textOf(files, PATH))?.[0];
    };
    assert.notEqual(await hmac(1), await hmac(2));
    assert.equal(await hmac(1), await hmac(1));
  });
});

test("acceptance 3: with sops: no part of a secret value is in anything that leaves, whatever the value", async () => {
  const sealer = createSealer();
  const cipher = await sealer.documentKey([mine]);
  const cheap: SealerPort = { ...sealer, documentKey: async () => Promise.resolve(cipher) };
  const value = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 8, maxLength: 60 }),
    fc.uint8Array({ minLength: 8, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.stringMatching(/^[A-Za-z0-9]{12,40}$/),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), async (values) => {
      const unique = values.map((text, index) => `${text}#${index}`);
      const data = Object.fromEntries(unique.map((text, index) => [`k${index}`, text]));
      const capture = captureOf([...shop(), secret("any", data)]);
      const result = await renderSealed(capture, { sealer: cheap, recipients: [mine] });
      assert.deepEqual(result.refusals, []);
      const output = JSON.stringify([[...result.files], result.report, result.record, result.refusals]);
      for (const text of unique) {
        const forms = [text, Buffer.from(text).toString("base64"), JSON.stringify(text).slice(1, -1)];
        for (const form of forms) assert.equal(output.includes(form), false, form);
      }
    }),
    { numRuns: 40 },
  );
});
