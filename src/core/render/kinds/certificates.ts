import { draftAt } from "../draft.ts";
import { type KindRule, type Sanitizer, clean, kindsOf, same } from "./kind-rule.ts";
import { mapHost, mapHosts } from "./map-values.ts";

const sanitizeCertificate: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  mapHosts(spec, "dnsNames", context);
  mapHost(spec, "commonName", context);
};

const CLEAN = { versions: null, sanitize: clean, standby: same } as const;

/** What makes Secrets elsewhere: certificates that are issued again, stores that are asked again, sealed values. */
export const CERTIFICATES: readonly KindRule[] = [
  { group: "cert-manager.io", kind: "Certificate", versions: null, sanitize: sanitizeCertificate, standby: same },
  ...kindsOf("cert-manager.io", ["Issuer", "ClusterIssuer"], CLEAN),
  ...kindsOf("external-secrets.io", ["ExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret"], CLEAN),
  { group: "bitnami.com", kind: "SealedSecret", ...CLEAN },
  { group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass", ...CLEAN },
];
