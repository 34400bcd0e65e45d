import type { KubeObject } from "../../../core/model/kube-object.ts";
import { invalidValue, required } from "../api-error.ts";
import type { StatusCause } from "../api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelStart = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const pathSegment = /^(?!\.{1,2}$)[^/%]+$/;

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelStartRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

interface NameRule {
  readonly pattern: RegExp;
  readonly maximum: number;
  readonly text: string;
}

const subdomainName: NameRule = { pattern: subdomain, maximum: 253, text: subdomainRule };
const rbacName: NameRule = {
  pattern: pathSegment,
  maximum: 253,
  text: "may not be '.' or '..' and may not contain '/' or '%'",
};

const rules: Readonly<Record<string, NameRule>> = {
  namespaces: { pattern: label, maximum: 63, text: labelRule },
  services: { pattern: labelStart, maximum: 63, text: labelStartRule },
  "roles.rbac.authorization.k8s.io": rbacName,
  "rolebindings.rbac.authorization.k8s.io": rbacName,
  "clusterroles.rbac.authorization.k8s.io": rbacName,
  "clusterrolebindings.rbac.authorization.k8s.io": rbacName,
};

/** What is wrong with an object's name; `metadata.name` is checked at creation only. */
export function nameCauses(type: ResourceType, metadata: KubeObject["metadata"]): readonly StatusCause[] {
  const { name } = metadata;
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  const rule = rules[type.storageKey] ?? subdomainName;
  if (name.length > rule.maximum)
    return [invalidValue("metadata.name", name, `must be no more than ${rule.maximum} characters`)];
  return rule.pattern.test(name) ? [] : [invalidValue("metadata.name", name, rule.text)];
}
