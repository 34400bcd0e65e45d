/**
 * The catalogue of everything Drover can say about an input or a state. Codes are stable and machine-readable; the
 * sentence is what `README.md` and SARIF show as the rule's description. A house test compares code and use.
 */
export const FINDING_CODES = {
  "yaml-syntax": "The file is not valid YAML.",
  "yaml-duplicate-key": "A mapping has the same key twice.",
  "yaml-alias-limit": "The file expands to far more than it holds (an alias bomb).",
  "file-too-large": "The file is larger than the limit for documents.",
  "path-escape": "A path leaves the repository, or is a symbolic link out of it.",
  "unknown-kind": "The document's apiVersion or kind is not one of Drover's.",
  "unknown-field": "A field that the kind does not have.",
  "invalid-field": "A field has a value that its rule does not allow.",
  "missing-field": "A required field is absent.",
  "duplicate-name": "Two documents of one kind have the same name.",
  "settings-missing": "The repository has no drover.yaml with the Settings document.",
  "settings-misplaced": "Settings stands somewhere else than in drover.yaml, or more than once.",
  "unknown-reference": "A document names another one that does not exist.",
  "own-partner": "A policy pairs a cluster with itself.",
  "namespace-claimed-twice": "Two applications could protect the same object.",
  "objective-impossible": "The objectives contradict the replication mode or schedule.",
  "consistency-without-effect": "Consistency hooks have no effect with synchronous replication alone.",
  "delivery-not-supported": "This way of delivery is not available in this version.",
  "not-supported": "A documented field or mode that this version of Drover refuses to act on.",
} as const satisfies Record<string, string>;

export type FindingCode = keyof typeof FINDING_CODES;
