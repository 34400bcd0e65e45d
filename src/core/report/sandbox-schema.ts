import { z } from "zod";
import { apiVersion } from "./schema-parts.ts";

/** The `Sandbox` document. */
export const sandboxSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Sandbox"),
    directory: z.string(),
    kubeconfig: z.string(),
    clusters: z.array(z.strictObject({ name: z.string(), context: z.string(), server: z.string() })),
    repository: z.strictObject({
      path: z.string().meta({ description: "A checkout." }),
      url: z.string().meta({ description: "Where git clones it from." }),
    }),
    forge: z.strictObject({
      apiUrl: z.string(),
      tokenEnv: z.string().meta({ description: "Name of the variable that holds the token." }),
    }),
    environmentFile: z.string().meta({ description: "To be sourced by a shell; readable by its owner only." }),
  })
  .meta({ description: "What `drover sandbox -o json` prints when it is ready." });
