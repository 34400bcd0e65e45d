import { z } from "zod";
import { apiVersion } from "./schema-parts.ts";

/** The `Benchmark` document. */
export const benchmarkSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Benchmark"),
    results: z.array(
      z.strictObject({
        name: z.string(),
        against: z.string().meta({ description: "The floor that it is compared with." }),
        ratio: z.number().positive().meta({ description: "Median of the ratios of pairs." }),
        bound: z.number().positive().meta({ description: "At most this." }),
        samples: z.int().positive(),
        machine: z.strictObject({ cores: z.int().positive(), memoryBytes: z.int().positive(), node: z.string() }),
      }),
    ),
  })
  .meta({ description: "What `npm run bench -- -o json` prints." });
