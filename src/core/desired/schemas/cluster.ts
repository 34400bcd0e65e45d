import { z } from "zod";
import type { ClusterSpec, Connection, RemoteConnection } from "../cluster.ts";
import type { Source } from "../source.ts";
import { ageRecipient, document, duration, name, rule, word } from "./fields.ts";

const context = word.meta({
  description: "Context in --kubeconfig, else in $KUBECONFIG (merged as kubectl does), else in the default file.",
});
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, {
    error: rule("is not the name of an environment variable", "Name the variable, never its value."),
  })
  .meta({ description: "Environment variable that holds a kubeconfig's path, or its content (with a newline)." });

const ONE_REMOTE = { oneOf: [{ required: ["context"] }, { required: ["env"] }] };

const connection = z
  .strictObject({
    context: context.optional(),
    env: variable.optional(),
    inCluster: z.literal(true).optional().meta({ description: "Where Drover runs inside this very cluster." }),
    elsewhere: z
      .strictObject({ context: context.optional(), env: variable.optional() })
      .meta({ ...ONE_REMOTE, description: "How the cluster is reached from outside; beside inCluster only." })
      .optional(),
  })
  .meta({
    oneOf: [...ONE_REMOTE.oneOf, { required: ["inCluster"] }],
    description: "Exactly one of context, env and inCluster. Plugins that run commands are refused.",
  });

export const clusterDocument = document(
  "Cluster",
  z.strictObject({
    connection,
    identity: z
      .string()
      .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, {
        error: rule(
          "is not a UUID",
          "Write the output of: kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'",
        ),
      })
      .optional()
      .meta({ description: "UID of the namespace kube-system, so that a swapped context is noticed." }),
    delivery: z.strictObject({
      type: z.enum(["argocd", "flux", "direct"]).meta({ description: "What brings the DR branch to this cluster." }),
      timeout: duration.prefault("20s").meta({ description: "After it an activation is applied directly." }),
    }),
    portworx: z
      .strictObject({
        clusterDomain: word.optional().meta({ description: "Required by a sync policy; differs within the pair." }),
        adminNamespace: name.optional().meta({
          description:
            "Where multi-namespace schedules live. Absent: what stork-controller-config says, else kube-system.",
        }),
      })
      .optional(),
    secrets: z
      .strictObject({
        age: z.array(ageRecipient).optional().meta({
          description: "age recipients of what this cluster receives; required when an application uses sops.",
        }),
      })
      .optional(),
  }),
).meta({ description: "One cluster: how it is reached, how it is recognised, what delivers to it." });

type Remote = { readonly context?: string | undefined; readonly env?: string | undefined };
type RawConnection = z.output<typeof connection>;

export function toCluster(value: z.output<typeof clusterDocument>, source: Source): ClusterSpec {
  const { spec } = value;
  return {
    name: value.metadata.name,
    source,
    connection: toConnection(spec.connection),
    identity: spec.identity?.toLowerCase() ?? null,
    delivery: spec.delivery,
    portworx: {
      clusterDomain: spec.portworx?.clusterDomain ?? null,
      adminNamespace: spec.portworx?.adminNamespace ?? null,
    },
    secrets: { age: spec.secrets?.age ?? [] },
  };
}

function toConnection(raw: RawConnection): Connection {
  const remote = toRemote(raw);
  if (remote !== null) return remote;
  return { type: "inCluster", elsewhere: raw.elsewhere === undefined ? null : toRemote(raw.elsewhere) };
}

function toRemote(raw: Remote): RemoteConnection | null {
  if (raw.context !== undefined) return { type: "context", context: raw.context };
  return raw.env === undefined ? null : { type: "env", variable: raw.env };
}
