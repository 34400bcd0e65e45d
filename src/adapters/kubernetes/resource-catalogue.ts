import type { KindRef } from "../../core/model/kube-object.ts";
import type { ApiResource, Discovery } from "../../core/model/api-resource.ts";

import { preferredResources, readServedApis } from "./discovery.ts";
import type { ServedApis } from "./discovery.ts";
import type { Exchange } from "./exchange.ts";
import { fault } from "./status-fault.ts";
import type { Asked } from "./status-fault.ts";

/** Knows the path of each kind. Discovery is read at first need and kept for the life of the port. */
export interface ResourceCatalogue {
  /** Everything served, read afresh, and the group versions that did not answer. */
  readonly discover: () => Promise<Discovery>;
  /** `not-found` when the kind is not served, also not after reading once more (it may just have been installed). */
  readonly find: (kind: KindRef, asked: Asked) => Promise<ApiResource>;
}

export function createResourceCatalogue(exchange: Exchange): ResourceCatalogue {
  let known: Promise<ServedApis> | null = null;

  const refresh = (): Promise<ServedApis> => {
    const reading = readServedApis(exchange);
    known = reading;
    reading.catch(() => {
      if (known === reading) known = null; // a failed read is not remembered
    });
    return reading;
  };

  return {
    discover: async () => {
      const apis = await refresh();
      const stale = apis.filter((version) => !version.answered).map((version) => version.apiVersion);
      return { resources: preferredResources(apis), stale };
    },
    find: async (kind, asked) => {
      const before = known;
      const found = before === null ? null : lookUp(await before, kind);
      if (found !== null) return found;
      // Others may have refreshed while we waited: their answer is as good as ours.
      const apis = await (known !== null && known !== before ? known : refresh());
      return lookUp(apis, kind) ?? refuse(apis, kind, asked);
    },
  };
}

function lookUp(apis: ServedApis, kind: KindRef): ApiResource | null {
  const version = apis.find((served) => served.apiVersion === kind.apiVersion);
  return version?.resources.find((resource) => resource.kind === kind.kind) ?? null;
}

function refuse(apis: ServedApis, kind: KindRef, asked: Asked): never {
  const version = apis.find((served) => served.apiVersion === kind.apiVersion);
  if (version?.answered === false) throw fault("server-error", asked, `the API ${kind.apiVersion} does not answer`);
  throw fault("not-found", asked, `the cluster does not serve ${kind.kind} of ${kind.apiVersion}`);
}
