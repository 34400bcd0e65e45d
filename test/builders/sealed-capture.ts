import type { CaptureInput } from "../../src/core/render/capture-input.ts";
import { refKey } from "../../src/core/model/kube-object.ts";
import { readFolder } from "../../src/core/render/read-folder.ts";
import { renderApplication } from "../../src/core/render/render-application.ts";
import type { RenderResult } from "../../src/core/render/render-result.ts";
import { type SealedFolder, type SealedObject, readSeals } from "../../src/core/render/sealed-objects.ts";
import { prepareSealing } from "../../src/core/sops/prepare-sealing.ts";
import { fingerprinted, sealedObject } from "../../src/core/sops/reuse-sealed.ts";
import { sealDocument } from "../../src/core/sops/seal-document.ts";
import type { SealerPort } from "../../src/ports/sealer.ts";

export interface SealedCapture {
  readonly sealer: SealerPort;
  readonly recipients: readonly string[];
  readonly delivery?: SealedFolder["delivery"];
  /** Base64 of 32 bytes. */
  readonly key?: string;
  /** Files on the branch. */
  readonly previous?: ReadonlyMap<string, string>;
  readonly now?: number;
}

const KEY = Buffer.alloc(32, 7).toString("base64");
const NOW = Date.parse("2026-01-02T03:04:05Z");

/** A capture rendered as a pass does it: sealed first, against what the branch holds. */
export async function renderSealed(capture: CaptureInput, how: SealedCapture): Promise<RenderResult> {
  const previous = how.previous ?? new Map<string, string>();
  const input: CaptureInput = {
    ...capture,
    previous: readFolder(previous),
    render: { ...capture.render, secrets: "sops" },
  };
  const { sealer, recipients, key = KEY, now = NOW } = how;
  const fingerprint = (text: string): string => sealer.fingerprint(key, text);
  const rules = { recipients, fingerprint, previous, seals: readSeals(previous) };
  const objects: SealedObject[] = [];
  for (const source of prepareSealing(input).sealable) {
    const one = fingerprinted(source, rules);
    const cipher = one.committed === null ? await sealer.documentKey(recipients) : null;
    const { selector } = source;
    const text = cipher === null ? (one.committed ?? "") : sealDocument(one.object, { selector, now, cipher });
    objects.push(sealedObject(one, text, rules));
  }
  const byKey = new Map(objects.map((object) => [refKey(object.ref), object]));
  return renderApplication({
    ...input,
    sealed: { delivery: how.delivery ?? "flux", objects: byKey, removedRecipients: [], problem: null },
  });
}
