import { asFields, asList, asString, at, isFields } from "../../../core/model/fields.ts";
import type { Fields } from "../../../core/model/fields.ts";
import { isEmptyMap } from "../json-value.ts";

export const templateGeneration = "deprecated.daemonset.template.generation";

/** A structure with the defaults that depend on its other fields; the same one when there are none. */
export type ComputedDefault = (value: Fields) => Fields;

/** The given fields where the value lacks them. */
export function filled(value: Fields, defaults: Fields): Fields {
  const missing = Object.entries(defaults).filter(([key, entry]) => value[key] === undefined && entry !== undefined);
  return missing.length === 0 ? value : { ...value, ...Object.fromEntries(missing) };
}

/** An untagged or `latest` image is pulled always, any other only when it is not there. */
function container(value: Fields): Fields {
  const image = asString(value["image"]) ?? "";
  const name = image.split("@")[0] ?? "";
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  const latest = !image.includes("@") && (tag === undefined || tag === "latest");
  return filled(value, { imagePullPolicy: latest ? "Always" : "IfNotPresent" });
}

/** What is limited is requested too, unless the request says otherwise. */
function resources(value: Fields): Fields {
  const limits = asFields(value["limits"]);
  if (isEmptyMap(limits)) return value;
  return { ...value, requests: filled(asFields(value["requests"]), limits) };
}

/** `serviceAccount` is the older name of `serviceAccountName`; both are always written. */
function podSpec(value: Fields): Fields {
  const account = value["serviceAccountName"] ?? value["serviceAccount"];
  return account === undefined ? value : { ...value, serviceAccountName: account, serviceAccount: account };
}

function pod(value: Fields): Fields {
  return { ...value, spec: filled(asFields(value["spec"]), { enableServiceLinks: true }) };
}

/** The name of a namespace is also one of its labels. */
function namespace(value: Fields): Fields {
  const metadata = asFields(value["metadata"]);
  const labels = { ...asFields(metadata["labels"]), "kubernetes.io/metadata.name": metadata["name"] };
  return { ...value, metadata: { ...metadata, labels } };
}

/** A number that older clients count template changes by. */
function daemonSet(value: Fields): Fields {
  const metadata = asFields(value["metadata"]);
  const annotations = filled(asFields(metadata["annotations"]), { [templateGeneration]: "1" });
  return { ...value, metadata: { ...metadata, annotations } };
}

function limitRangeItem(value: Fields): Fields {
  if (value["type"] !== "Container") return value;
  const limits = filled(asFields(value["default"]), asFields(value["max"]));
  const requests = filled(filled(asFields(value["defaultRequest"]), limits), asFields(value["min"]));
  return { ...value, default: limits, defaultRequest: requests };
}

/** Names that follow from the kind, and conversion that changes nothing. */
function definitionSpec(value: Fields): Fields {
  const names = asFields(value["names"]);
  const kind = asString(names["kind"]) ?? "";
  const complete = filled(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  return { ...filled(value, { conversion: { strategy: "None" } }), names: complete };
}

function volume(value: Fields): Fields {
  return Object.keys(value).every((key) => key === "name") ? { ...value, emptyDir: {} } : value;
}

function deploymentStrategy(value: Fields): Fields {
  if (value["type"] !== "RollingUpdate") return value;
  const rolling = filled(asFields(value["rollingUpdate"]), { maxUnavailable: "25%", maxSurge: "25%" });
  return { ...value, rollingUpdate: rolling };
}

function statefulSetStrategy(value: Fields): Fields {
  if (value["type"] !== "RollingUpdate") return value;
  return { ...value, rollingUpdate: filled(asFields(value["rollingUpdate"]), { partition: 0 }) };
}

function daemonSetStrategy(value: Fields): Fields {
  if (value["type"] !== "RollingUpdate") return value;
  return { ...value, rollingUpdate: filled(asFields(value["rollingUpdate"]), { maxUnavailable: 1, maxSurge: 0 }) };
}

/** Claim templates are whole objects, with the kind and the status that a claim begins with. */
function statefulSetSpec(value: Fields): Fields {
  if (!Array.isArray(value["volumeClaimTemplates"])) return value;
  const templates = value["volumeClaimTemplates"].map((template) => ({
    ...asFields(template),
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    status: filled(asFields(at(template, "status")), { phase: "Pending" }),
  }));
  return { ...value, volumeClaimTemplates: templates };
}

function job(value: Fields): Fields {
  const spec = asFields(value["spec"]);
  const counts = spec["completions"] === undefined && spec["parallelism"] === undefined ? { completions: 1 } : {};
  const defaults = {
    ...counts,
    parallelism: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec["podFailurePolicy"] === undefined ? "TerminatingOrFailed" : "Failed",
  };
  return { ...value, spec: filled(spec, defaults) };
}

function servicePort(value: Fields): Fields {
  return filled(value, { targetPort: value["port"] });
}

function serviceSpec(value: Fields): Fields {
  const external = value["type"] === "NodePort" || value["type"] === "LoadBalancer";
  return filled(value, {
    ...(external ? { externalTrafficPolicy: "Cluster" } : {}),
    ...(value["type"] === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
    ...(value["type"] === "ExternalName" ? {} : { internalTrafficPolicy: "Cluster" }),
    ...(value["sessionAffinity"] === "ClientIP"
      ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }
      : {}),
  });
}

function networkPolicySpec(value: Fields): Fields {
  return filled(value, { policyTypes: ["Ingress", ...(asList(value["egress"]).length > 0 ? ["Egress"] : [])] });
}

function subject(value: Fields): Fields {
  const named = value["kind"] === "User" || value["kind"] === "Group";
  return named ? filled(value, { apiGroup: "rbac.authorization.k8s.io" }) : value;
}

/** `stringData` is for writing only: it ends up in `data`. */
function secret(value: Fields): Fields {
  const plain = value["stringData"];
  if (!isFields(plain)) return value;
  const { stringData: _, ...rest } = value;
  const encoded = Object.entries(plain).map(([key, text]) => [
    key,
    Buffer.from(asString(text) ?? "").toString("base64"),
  ]);
  return { ...rest, data: { ...asFields(value["data"]), ...Object.fromEntries(encoded) } };
}

function autoscalerSpec(value: Fields): Fields {
  const metrics = [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
  ];
  return filled(value, { metrics });
}

/** By definition; applied to a structure after its fields have their own defaults. */
export const computedDefaults: Readonly<Record<string, ComputedDefault>> = {
  "io.k8s.api.core.v1.Pod": pod,
  "io.k8s.api.core.v1.Namespace": namespace,
  "io.k8s.api.core.v1.LimitRangeItem": limitRangeItem,
  "io.k8s.api.apps.v1.DaemonSet": daemonSet,
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec": definitionSpec,
  "io.k8s.api.core.v1.Container": container,
  "io.k8s.api.core.v1.ResourceRequirements": resources,
  "io.k8s.api.core.v1.PodSpec": podSpec,
  "io.k8s.api.core.v1.Volume": volume,
  "io.k8s.api.core.v1.Secret": secret,
  "io.k8s.api.core.v1.ServicePort": servicePort,
  "io.k8s.api.core.v1.ServiceSpec": serviceSpec,
  "io.k8s.api.apps.v1.DeploymentStrategy": deploymentStrategy,
  "io.k8s.api.apps.v1.StatefulSetUpdateStrategy": statefulSetStrategy,
  "io.k8s.api.apps.v1.DaemonSetUpdateStrategy": daemonSetStrategy,
  "io.k8s.api.apps.v1.StatefulSetSpec": statefulSetSpec,
  "io.k8s.api.batch.v1.Job": job,
  "io.k8s.api.networking.v1.NetworkPolicySpec": networkPolicySpec,
  "io.k8s.api.rbac.v1.Subject": subject,
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec": autoscalerSpec,
};
