import { counted } from "../model/counted.ts";
import { type KubeObject, describeRef, refOf } from "../model/kube-object.ts";
import type { CaptureInput } from "./capture-input.ts";
import type { RenderRefusal } from "./render-result.ts";

/** Why `secrets: sops` can't be done; empty when it was, or is not asked for. `missing`: what should be sealed and isn't. */
export function checkSealing(input: CaptureInput, missing: readonly KubeObject[]): readonly RenderRefusal[] {
  if (input.render.secrets !== "sops") return [];
  const { application, standbyCluster, sealed } = input;
  const refusal = (message: string, remedy: string): RenderRefusal => {
    return { rule: "secret-mode", file: null, object: null, message: `${application}: ${message}`, remedy };
  };
  const problem = sealed?.problem ?? null;
  if (problem !== null) return [refusal(problem.message, problem.remedy)];
  if (sealed?.delivery === "direct") {
    const message = `secrets: sops needs something on ${standbyCluster} that decrypts, and delivery direct applies files as they are.`;
    return [
      refusal(message, `Set spec.delivery.type of ${standbyCluster} to flux or argocd, or render.secrets to external.`),
    ];
  }
  const [first] = missing;
  if (first === undefined) return [];
  const message = `${counted(missing.length, "object was", "objects were")} not encrypted, the first is ${describeRef(refOf(first))}.`;
  return [refusal(message, "Read the cluster again; if it stays, report it: nothing was written.")];
}
