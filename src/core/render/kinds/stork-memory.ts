/**
 * What Stork remembers of a custom resource that it suspended: `<current>,<off value>` under the field's path (Stork 24.3,
 * application registrations). Undefined: nothing.
 */
export function storkMemory(path: string): (annotations: Readonly<Record<string, string>>) => unknown {
  const key = `stork.libopenstorage.org/${path}`;
  return (annotations) => {
    const text = Object.hasOwn(annotations, key) ? (annotations[key] ?? "") : "";
    const comma = text.lastIndexOf(",");
    return comma < 0 ? undefined : scalar(text.slice(0, comma));
  };
}

function scalar(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}
