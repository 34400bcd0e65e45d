// The certificate library needs this polyfill to be loaded before it.
import "reflect-metadata";
import type { webcrypto } from "node:crypto";

import * as x509 from "@peculiar/x509";

/** A certificate authority of its own and one server certificate, all PEM texts. */
export interface ServerCertificates {
  readonly ca: string;
  readonly cert: string;
  /** Private key of the server certificate (PKCS #8). */
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 24 * 60 * 60 * 1000;
const validDays = 30;

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

/**
 * Makes a fresh authority and a certificate for `localhost`, `127.0.0.1` and `::1` signed by it. The authority's key is
 * thrown away: nothing else can be signed by it.
 *
 * @param now milliseconds since 1970; valid from a day before, for thirty days.
 */
export async function createCertificates(now: number): Promise<ServerCertificates> {
  const validity = { notBefore: new Date(now - day), notAfter: new Date(now + validDays * day) };
  const authorityKeys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=drover-sandbox-ca",
    ...validity,
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: "02",
    subject: "CN=drover-sandbox",
    issuer: authority.subject,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  return {
    ca: authority.toString("pem"),
    cert: certificate.toString("pem"),
    key: await privateKeyPem(keys.privateKey),
  };
}
