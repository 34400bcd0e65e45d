/**
 * An image reference with its path prefix replaced: the longest key that equals the leading components of the name wins
 * (a prefix of characters would also hit `registry.example.com.evil`). Tag and digest stay.
 */
export function mapImage(image: string, mappings: Readonly<Record<string, string>>): string {
  if (Object.keys(mappings).length === 0) return image;
  const { name, rest } = splitImage(image);
  const components = name.split("/");
  for (let length = components.length; length > 0; length -= 1) {
    const prefix = components.slice(0, length).join("/");
    const mapped = Object.hasOwn(mappings, prefix) ? mappings[prefix] : undefined;
    if (mapped !== undefined) return [mapped, ...components.slice(length)].join("/") + rest;
  }
  return image;
}

/** The pull policy that Kubernetes fills in (core/v1 defaults): `Always` for the tag `latest`, given or implied. */
export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  const { rest } = splitImage(image);
  const tag = /^:([^@]*)/.exec(rest)?.[1];
  return tag === "latest" || rest === "" ? "Always" : "IfNotPresent";
}

/** Name without tag and digest, and what follows it. A colon before the last slash belongs to the registry's port. */
export function splitImage(image: string): { readonly name: string; readonly rest: string } {
  const digest = image.indexOf("@");
  const end = digest < 0 ? image.length : digest;
  const slash = image.lastIndexOf("/", end);
  const colon = image.indexOf(":", slash + 1);
  const cut = colon >= 0 && colon < end ? colon : end;
  return { name: image.slice(0, cut), rest: image.slice(cut) };
}
