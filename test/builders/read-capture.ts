import { sha256 } from "../../src/adapters/node/system.ts";
import { NO_MAPPINGS } from "../../src/core/desired/protected-application.ts";
import type { ReachableCluster } from "../../src/core/observed/cluster-facts.ts";
import type { CaptureInput } from "../../src/core/render/capture-input.ts";

/** What the renderer is given of one application that was read, with nothing on its branch. */
export function captureInputOf(
  facts: ReachableCluster,
  application: { readonly name: string; readonly namespaces: readonly string[] },
): CaptureInput {
  const read = facts.applications.get(application.name)?.facts;
  if (read === undefined) throw new Error(`${application.name} was not read`);
  const { resources, companions } = facts.surroundings ?? { resources: [], companions: [] };
  return {
    application: application.name,
    sourceCluster: facts.name,
    standbyCluster: "elsewhere",
    namespaces: application.namespaces,
    selector: null,
    objects: read.objects,
    around: { resources, companions, unread: read.unread, owners: read.owners },
    render: {
      secrets: "external",
      target: NO_MAPPINGS,
      exclude: [],
      rules: [],
      compile: null,
      rulesFile: "",
      accept: [],
    },
    previous: null,
    startup: [],
    digest: sha256,
  };
}
