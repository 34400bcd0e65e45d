import type { ProtectedApplication } from "../core/desired/protected-application.ts";
import { refKey } from "../core/model/kube-object.ts";
import { type ApplicationContext, contextFor, pairOf } from "../core/plan/application-context.ts";
import { captureInput, sealedKey } from "../core/plan/capture.ts";
import type { PlanInput } from "../core/plan/plan-input.ts";
import { type SealedFolder, type SealedObject, readSeals } from "../core/render/sealed-objects.ts";
import { type Sealable, prepareSealing } from "../core/sops/prepare-sealing.ts";
import {
  type Fingerprinted,
  type SealingRules,
  fingerprinted,
  removedRecipients,
  sealedObject,
} from "../core/sops/reuse-sealed.ts";
import { sealDocument } from "../core/sops/seal-document.ts";
import { ClusterFault, type ClusterPort } from "../ports/cluster.ts";
import { SealFault, type SealerPort } from "../ports/sealer.ts";
import { inParallel } from "./in-parallel.ts";
import { type SealKey, ensureSealKey, readSealKey } from "./seal-key.ts";

/** Documents that are encrypted at a time. */
const AT_A_TIME = 16;

export interface Sealing {
  readonly sealer: SealerPort;
  /** Connections of this pass, by cluster. */
  readonly clusters: ReadonlyMap<string, ClusterPort>;
  /**
   * Whether the key of the fingerprints may be made where there is none. A preview writes nothing: it seals under a key
   * that nobody keeps, and its files are thrown away with it.
   */
  readonly createKey: boolean;
}

/**
 * Encrypts what the applications with `secrets: sops` have on their active cluster, for their standby. It happens before
 * anything is planned, because encryption is random and the plan of one state must always be the same. Values that did not
 * change keep their committed files.
 */
export async function sealSecrets(input: PlanInput, sealing: Sealing): Promise<PlanInput["sealed"]> {
  const sealed = new Map<string, SealedFolder>();
  for (const document of input.desired.state.applications.values()) {
    const context = document.render.secrets === "sops" ? activeContext(input, document) : null;
    if (context === null || context.source.application === null) continue;
    sealed.set(sealedKey(document.name, context.target.name), await sealFolder(context, sealing));
  }
  return sealed;
}

/** From where the application is recorded to be active, else from where its document says, to the other cluster. */
function activeContext(input: PlanInput, document: ProtectedApplication): ApplicationContext | null {
  const recorded = input.recorded.get(document.name);
  const source = recorded?.state === "known" ? recorded.cluster : document.placement.activeCluster;
  const policy = input.desired.state.policies.get(document.policies[0] ?? "");
  const target = (policy === undefined ? null : pairOf(policy))?.find((name) => name !== source);
  return target === undefined ? null : contextFor(input, document, { source, target });
}

async function sealFolder(context: ApplicationContext, sealing: Sealing): Promise<SealedFolder> {
  const { source, target, document, input } = context;
  const recipients = target.spec.secrets.age;
  const previous = target.branch.folders.get(document.name) ?? new Map<string, string>();
  const folder = {
    delivery: target.spec.delivery.type,
    objects: new Map<string, SealedObject>(),
    removedRecipients: removedRecipients(previous, recipients),
  };
  // Nothing there decrypts: the renderer refuses it in words.
  if (folder.delivery === "direct") return { ...folder, problem: null };
  if (recipients.length === 0) return { ...folder, problem: nobody(target.name) };
  const { sealable, refusals } = prepareSealing(captureInput(context));
  if (refusals[0] !== undefined) return { ...folder, problem: refusals[0] };
  if (sealable.length === 0) return { ...folder, problem: null };
  const key = await keyOf(source.name, sealing);
  if (key.state === "unreadable") return { ...folder, problem: noKey(source.name, key.why) };
  const secret = key.state === "read" ? key.key : sealing.sealer.fingerprintKey();
  const fingerprint = (text: string): string => sealing.sealer.fingerprint(secret, text);
  try {
    const rules = { recipients, fingerprint, previous, seals: readSeals(previous) };
    const objects = await sealAll(sealable, rules, { ...sealing, now: input.now });
    return { ...folder, objects: new Map(objects.map((object) => [refKey(object.ref), object])), problem: null };
  } catch (error) {
    if (!(error instanceof SealFault)) throw error;
    return { ...folder, problem: { message: `${error.message}.`, remedy: recipientRemedy(target.name) } };
  }
}

async function sealAll(
  sealable: readonly Sealable[],
  rules: SealingRules,
  how: { readonly sealer: SealerPort; readonly now: number },
): Promise<readonly SealedObject[]> {
  const found = sealable.map((each) => fingerprinted(each, rules));
  return inParallel(found, AT_A_TIME, (one) => sealOne(one, rules, how));
}

async function sealOne(
  one: Fingerprinted,
  rules: SealingRules,
  { sealer, now }: { readonly sealer: SealerPort; readonly now: number },
): Promise<SealedObject> {
  if (one.committed !== null) return sealedObject(one, one.committed, rules);
  const cipher = await sealer.documentKey(rules.recipients);
  return sealedObject(one, sealDocument(one.object, { selector: one.source.selector, now, cipher }), rules);
}

async function keyOf(cluster: string, { clusters, sealer, createKey }: Sealing): Promise<SealKey> {
  const port = clusters.get(cluster);
  if (port === undefined) return { state: "unreadable", why: "it can't be reached" };
  try {
    return createKey ? await ensureSealKey(port, sealer.fingerprintKey) : await readSealKey(port);
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error;
    return { state: "unreadable", why: error.message };
  }
}

function noKey(cluster: string, why: string): SealedFolder["problem"] {
  return {
    message: `the key that tells changed Secrets from unchanged ones can't be had from ${cluster}: ${why}.`,
    remedy: `Give Drover get and create on Secrets in drover-system of ${cluster}; if drover-seal is broken there, delete it: all Secrets are then encrypted anew once.`,
  };
}

/** A file that nobody can open would look like a backup. */
function nobody(cluster: string): SealedFolder["problem"] {
  return { message: `${cluster} names no age recipient.`, remedy: `Add spec.secrets.age to ${cluster}.` };
}

function recipientRemedy(cluster: string): string {
  return `Correct spec.secrets.age of ${cluster}: the line that begins with age1 in the output of age-keygen.`;
}
