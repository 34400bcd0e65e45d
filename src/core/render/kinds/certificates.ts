import { draftAt } from "../draft.ts";
import { type KindRule, type Sanitizer, clean, kindsOf, same } from "./kind-rule.ts";
import { mapHost, mapHosts, mapUrl } from "./map-values.ts";

const sanitizeCertificate: Sanitizer = (draft, context) => {
  const spec = draftAt(draft, "spec");
  mapHosts(spec, "dnsNames", context);
  mapHost(spec, "commonName", context);
};

/** Stores that are asked at an address of the site. */
const sanitizeStore: Sanitizer = (draft, context) => {
  mapUrl(draftAt(draft, "spec", "provider", "vault"), "server", context);
};

const CLEAN = { versions: null, sanitize: clean, standby: same } as const;

/** What makes Secrets elsewhere: certificates that are issued again, stores that are asked again, sealed values. */
export const CERTIFICATES: readonly KindRule[] = [
  { group: "cert-manager.io", kind: "Certificate", versions: null, sanitize: sanitizeCertificate, standby: same },
  ...kindsOf("cert-manager.io", ["Issuer", "ClusterIssuer"], CLEAN),
  ...kindsOf("external-secrets.io", ["ExternalSecret", "PushSecret"], CLEAN),
  ...kindsOf("external-secrets.io", ["SecretStore", "ClusterSecretStore"], { ...CLEAN, sanitize: sanitizeStore }),
  { group: "bitnami.com", kind: "SealedSecret", ...CLEAN },
  { group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass", ...CLEAN },
];
