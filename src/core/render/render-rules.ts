/**
 * The catalogue of rules that leave out, change or refuse what was captured. Names are stable: they stand in reports and
 * in `record.json`; the sentence is what `drover render --explain` prints.
 */

export const OMIT_RULES = {
  "recorded-namespace": "Namespaces are created by Drover from the record before anything is delivered into them.",
  "recorded-claim": "Replication delivers claims; they are in the record and checked before any pod starts.",
  "recorded-volume": "Replication delivers volumes; they are in the record.",
  "secret-external":
    "Secrets are provided on the standby by other means; name, type and keys are listed as requirements.",
  "secret-omitted": "The application's settings leave Secrets out.",
  "kind-not-rendered": "A kind of Kubernetes or OpenShift itself, or a version of one, that has no rule.",
  "controller-owned":
    "A controller made the object from another one and will make it again; drover.dev/keep says that it is wanted all the same.",
  "pod-owned": "The object belongs to one pod or node and goes with it.",
  "runtime-state": "State of a running cluster that its controllers write: pods, endpoints, events, leases, metrics.",
  "generated-config-map": "The platform publishes this ConfigMap in every namespace.",
  "generated-service-account": "The platform creates this ServiceAccount in every namespace, and nobody added to it.",
  "generated-secret":
    "The platform made this Secret for a service account, a certificate or a registry of this cluster.",
  "generated-rbac": "The platform creates this role or binding in every namespace.",
  "generated-quota": "The cluster's provider creates this quota in every namespace.",
  "made-by-operator": "An operator makes the object from another one that is captured, and will make it again.",
  "copied-object": "A copy that a tool keeps of an object in another namespace.",
  "finished-run": "A Job that has ended; delivered again it would run again.",
  "derived-object": "What an operator derives from other objects, or the record of one run.",
  "delivery-machinery": "Instructions of this cluster's GitOps controllers, which the standby's would follow.",
  "helm-release": "Helm's release journal contains every manifest, Secrets included.",
  "leader-election": "A lock of running processes.",
  "argocd-hook": "A hook of Argo CD runs during its syncs and is not part of the application.",
  "duplicate-view": "The same object served again under a legacy or virtual API group.",
  "extension-api":
    "An extension API server answers for it, and whether it stores anything is unknown; drover.dev/keep on the object says that it is wanted.",
  "replication-machinery": "Objects of replication and backup tools describe this site, not the application.",
  "not-selected": "The application's selector does not match it and nothing selected refers to it.",
  "foreign-namespace": "It stands in a namespace that is not the application's.",
  "opt-out": "The object carries a mark that excludes it: drover.dev/exclude, or that of another tool.",
  excluded: "A rule in the application's render.exclude matches it.",
  deleting: "The object is being deleted.",
} as const satisfies Record<string, string>;

export type OmitRule = keyof typeof OMIT_RULES;

export const CHANGE_RULES = {
  "server-metadata": "Fields of metadata that the API server fills.",
  "owner-references": "Owners have other UIDs on the standby; a dangling reference deletes the object there.",
  finalizers: "A finalizer whose controller is not on the standby blocks every later deletion.",
  status: "The status is what a controller observed here.",
  "null-field": "A null means the same as an absent field.",
  "empty-struct": "An empty struct that means the same as an absent field.",
  "controller-field": "A field that only controllers of this cluster own (managedFields).",
  "server-default": "A value that every supported API server fills in again.",
  "annotation-last-applied": "kubectl's copy of an applied object; it may contain what must not be in git.",
  "annotation-controller": "State that a controller keeps in annotations.",
  "annotation-delivery": "Bookkeeping of Argo CD, Flux, Helm, kapp and other delivery tools of this cluster.",
  "annotation-platform": "State of OpenShift, OLM, Rancher or the network of this cluster.",
  "secret-checksum": "A checksum over a Secret, with which guesses at its values can be tested.",
  "annotation-protection": "Bookkeeping of backup and migration tools.",
  "annotation-drover": "Drover's own marks; the renderer writes its own.",
  "label-controller": "Labels that controllers put on what they make.",
  "label-tool": "Labels of delivery, backup and migration tools of this cluster.",
  "service-allocation": "Addresses and node ports that this cluster's allocator chose.",
  "service-load-balancer": "Addresses of this site's load balancer.",
  "route-generated-host": "A host that the router of this cluster made up.",
  "route-inline-certificate": "Private keys never enter git; the certificate goes with its key and is a requirement.",
  "service-account-generated": "References to Secrets that the platform generates.",
  "pull-secret-generated": "References to registry credentials that the platform generates.",
  "pod-placement": "Names of a node, zone or scheduler that exist on this cluster.",
  "pod-admission": "What admission adds to every pod: tokens, tolerations, priorities.",
  "job-selector": "A Job's generated selector names a UID of this cluster, which the API refuses elsewhere.",
  "job-suspended": 'Delivered again a Job would run again; drover.dev/job-idempotent: "true" on it says that it may.',
  "service-account-token": "The standby's token controller fills in the token of an account.",
  "aggregated-rules": "A controller gathers the rules of an aggregated ClusterRole from others.",
  "foreign-subject": "Users and groups that don't belong to the application's namespaces.",
  "image-trigger-state": "Digests and counters of this cluster's image triggers and imports.",
  "build-webhook-secret": "A webhook whose secret stands in the object itself; with secretReference it is kept.",
  "legacy-reference": "An older spelling that the current version of the API writes in another way.",
  "injected-ca": "A certificate bundle that the platform injects.",
  "target-image": "An image, by the application's mapping for the standby.",
  "target-host": "A host name, by the application's mapping for the standby.",
  "target-ingress-class": "An ingress or gateway class, by the application's mapping for the standby.",
  "target-storage-class": "A storage class, by the application's mapping for the standby.",
  "target-priority-class": "A priority class, by the application's mapping for the standby.",
  "target-cidr": "An address range, by the application's mapping for the standby.",
  "shared-kept":
    "Other applications may use it as well, so no delivery tool removes it together with this one (annotations of Argo CD and Flux).",
  "user-rule": "A rule in the application's render.rules.",
  "standby-replicas": "Zero replicas in the base; the active component restores the count.",
  "standby-suspend": "Suspended in the base; the active component restores the setting.",
  "standby-node-selector": "A node selector that no node has, in the base; the active component restores the old one.",
  "standby-paused": "Paused in the base; the active component takes the pause away.",
  "standby-stopped": "Stopped in the base; the active component restores how it runs.",
  "standby-idle": "The field that keeps the operator idle, in the base; the active component restores it.",
  "standby-absent": "Can't idle, or does harm where nothing runs: only the active component has it.",
} as const satisfies Record<string, string>;

export type ChangeRule = keyof typeof CHANGE_RULES;

export const REFUSAL_RULES = {
  "secret-mode": "This way of treating Secrets is not available.",
  "secret-value": "A value of a captured Secret stands in something that would be committed.",
  "secret-private-key": "A private key in clear.",
  "secret-token": "An access token or cloud key in clear.",
  "secret-registry-auth": "Registry credentials in clear.",
  "secret-url-password": "A URL with a password in it.",
  "secret-literal": "A password, token or key written literally where its name says what it is.",
  "namespace-missing": "A protected namespace does not exist or is being deleted.",
  "not-portable": "A value that not every YAML reader of the DR branch would read back identically.",
  "user-rule": "A rule in the application's render.rules does not fit an object, or changes what no rule may change.",
  "folder-unreadable": "What the branch holds is not what Drover writes, so removals can't be judged.",
} as const satisfies Record<string, string>;

export type RefusalRule = keyof typeof REFUSAL_RULES;
