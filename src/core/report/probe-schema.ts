import { z } from "zod";
import type { ProbeResult } from "./probe-views.ts";
import { type Each, apiVersion } from "./schema-parts.ts";

const state = z.enum({
  ok: "ok",
  missing: "missing",
  mismatch: "mismatch",
  unreachable: "unreachable",
} satisfies Each<ProbeResult["state"]>);

/** The `ProbeReport` document. */
export const probeReportSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("ProbeReport"),
    clusters: z.array(
      z.strictObject({
        cluster: z.string(),
        state: state.meta({ description: "missing: the repository does not say which cluster it must be." }),
        version: z.string().nullable().meta({ description: "Of Kubernetes." }),
        identity: z.string().nullable().meta({ description: "UID of the namespace kube-system." }),
        expected: z.string().nullable(),
        why: z.string().nullable(),
      }),
    ),
  })
  .meta({ description: "What `drover probe -o json` prints." });
