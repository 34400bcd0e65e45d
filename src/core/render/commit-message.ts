import { counted } from "../model/counted.ts";
import { asString } from "../model/fields.ts";
import type { KubeObject } from "../model/kube-object.ts";

const TRANSITION_TRAILER = "Drover-Transition";
/** Every commit that Drover makes on a DR branch has it, and no other one. */
export const VERSION_TRAILER = "Drover-Version";

export interface RenderCommit {
  readonly application: string;
  readonly sourceCluster: string;
  /** Commit of the protected branch that asked for this render. */
  readonly desiredCommit: string;
  readonly version: string;
  readonly objects: number;
  /** True when the branch held nothing for the application. */
  readonly first: boolean;
  /** Highest resourceVersion that was captured; null or absent when it is not known. */
  readonly resourceVersion?: string | null;
}

/** One move of an application, as a trailer on the DR branch proves it. */
export interface TransitionTrailer {
  readonly application: string;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Commit of the protected branch whose document authorises the move. */
  readonly commit: string;
}

export interface ActivationCommit extends TransitionTrailer {
  readonly version: string;
}

/** Message of a commit that brings an application's folder up to date. */
export function renderMessage(commit: RenderCommit): string {
  const application = line(commit.application);
  const what = commit.first ? "first capture" : "captured again";
  const resourceVersion = commit.resourceVersion ?? null;
  return message(
    `Render ${application} from ${line(commit.sourceCluster)}`,
    [`${sentence(what)}: ${counted(commit.objects, "object")}, standing by at zero replicas.`],
    [
      ["Drover-Application", application],
      ["Drover-Source-Cluster", commit.sourceCluster],
      ["Drover-Desired-Commit", commit.desiredCommit],
      ...(resourceVersion === null ? [] : ([["Drover-Resource-Version", resourceVersion]] as const)),
      [VERSION_TRAILER, commit.version],
    ],
  );
}

/** Message of the commit that lists the active component: from here on the application may run on `to`. */
export function activationMessage(commit: ActivationCommit): string {
  const { application, id, from, to } = commit;
  return message(
    `Activate ${line(application)} on ${line(to)}`,
    [`Transition ${line(id)} moves it from ${line(from)}; the active component restores the recorded replica counts.`],
    [
      ["Drover-Application", application],
      ["Drover-Desired-Commit", commit.commit],
      [TRANSITION_TRAILER, formatTransition(commit)],
      [VERSION_TRAILER, commit.version],
    ],
  );
}

/** Value of the trailer `Drover-Transition`: application, id, from, to and commit with single spaces between. */
export function formatTransition(trailer: TransitionTrailer): string {
  const { application, id, from, to, commit } = trailer;
  return [application, id, from, to, commit].map((word) => line(word).replaceAll(" ", "")).join(" ");
}

const NAME = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
const TRANSITION = new RegExp(`^(${NAME}) ([a-z0-9-]{4,40}) (${NAME}) (${NAME}) ([0-9a-f]{40}|[0-9a-f]{64})$`);

/** Reads a trailer's value; null for anything that Drover would not have written. */
export function parseTransition(value: string): TransitionTrailer | null {
  const [, application, id, from, to, commit] = TRANSITION.exec(value) ?? [];
  if (application === undefined || id === undefined || from === undefined) return null;
  return to === undefined || commit === undefined ? null : { application, id, from, to, commit };
}

/** The moves that a commit's trailers record, in their order; other and malformed trailers are passed over. */
export function transitionsIn(
  trailers: readonly { readonly key: string; readonly value: string }[],
): readonly TransitionTrailer[] {
  return trailers
    .filter(({ key }) => key.toLowerCase() === TRANSITION_TRAILER.toLowerCase())
    .map(({ value }) => parseTransition(value.trim()))
    .filter((trailer) => trailer !== null);
}

/** The highest resourceVersion of the objects, compared as numbers; null when none is one. */
export function highWaterMark(objects: readonly KubeObject[]): string | null {
  return objects
    .map((object) => asString(object.metadata.resourceVersion) ?? "")
    .filter((version) => /^\d{1,20}$/.test(version))
    .reduce<string | null>((best, version) => (best === null || BigInt(version) > BigInt(best) ? version : best), null);
}

function message(subject: string, body: readonly string[], trailers: readonly (readonly [string, string])[]): string {
  const lines = trailers.map(([key, value]) => `${key}: ${line(value)}`);
  return `${subject}\n\n${body.join("\n")}\n\n${lines.join("\n")}\n`;
}

/** Text that can't begin a new line, and so can't forge a trailer. */
function line(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
