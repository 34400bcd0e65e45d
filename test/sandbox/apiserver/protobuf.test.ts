import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { ApiError } from "../../../src/sandbox/apiserver/api-error.ts";
import { decodeProtobuf } from "../../../src/sandbox/apiserver/protobuf/decode-message.ts";

/** Bodies that kubectl v1.36.3 sent: `create deployment web --image=nginx --replicas=2 --port=80` and others. */
const sent = {
  deployment:
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er8BCiYKA3dlYhIAGgdkZWZhdWx0IgAqADIAOABCAFoKCgNhcHASA3dlYhKGAQgCEgwKCgoDYXBwEgN3ZWIabAocCgASABoAIgAqADIAOABCAFoKCgNhcHASA3dlYhJMEi4KBW5naW54EgVuZ2lueCoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA",
  quota:
    "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI7ChgKAXESABoHZGVmYXVsdCIAKgAyADgAQgASHQoOCgNjcHUSBwoFMTUwMG0KCwoEcG9kcxIDCgEyGgAaACIA",
  secret: "azhzAAoMCgJ2MRIGU2VjcmV0EiQKGAoBcxIAGgdkZWZhdWx0IgAqADIAOABCABIGCgFhEgFiGgAaACIA",
  service:
    "azhzAAoNCgJ2MRIHU2VydmljZRJtCiIKAXMSABoHZGVmYXVsdCIAKgAyADgAQgBaCAoDYXBwEgFzEkMKHgoHODAtaHR0cBIDVENQGFAiCggBEAAaBGh0dHAoABIICgNhcHASAXMaACIJQ2x1c3RlcklQOgBCAFIAWgBgAGgAGgIKABoAIgA=",
};

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}

describe("protobuf bodies of typed clients", () => {
  it("read as the JSON that they stand for", () => {
    const deployment = decodeProtobuf(bytes(sent.deployment));
    assert.deepEqual(deployment["metadata"], { name: "web", namespace: "default", labels: { app: "web" } });
    assert.deepEqual(deployment["spec"], {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "nginx", image: "nginx", ports: [{ containerPort: 80 }], resources: {} }] },
      },
      strategy: {},
    });
  });

  it("hold quantities, bytes and ports by name", () => {
    assert.deepEqual(decodeProtobuf(bytes(sent.quota))["spec"], { hard: { cpu: "1500m", pods: "2" } });
    assert.deepEqual(decodeProtobuf(bytes(sent.secret))["data"], { a: "Yg==" });
    const { ports } = decodeProtobuf(bytes(sent.service))["spec"] as { ports: readonly unknown[] };
    assert.deepEqual(ports, [{ name: "80-http", protocol: "TCP", port: 80, targetPort: "http" }]);
  });

  it("are refused, not believed, when they are cut or changed", () => {
    const whole = bytes(sent.deployment);
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (at, byte, cut) => {
          const changed = cut
            ? whole.slice(0, at)
            : Uint8Array.from(whole, (value, index) => (index === at ? byte : value));
          try {
            decodeProtobuf(changed);
          } catch (error) {
            assert.ok(error instanceof ApiError, String(error));
          }
        },
      ),
    );
  });
});
