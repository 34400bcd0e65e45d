import type { KubeObject } from "../../../core/model/kube-object.ts";
import type { StatusCause } from "../api-error.ts";

/** What a kind refuses of a new object (`live` is null) or of an update. */
export type Rule = (object: KubeObject, live: KubeObject | null) => readonly StatusCause[];
