import type { Provider } from "../core/provider.ts";
import { portworx } from "./portworx-stork/provider.ts";

/** Every data mover by the name that documents use. Reached with `Object.hasOwn`, names come from people. */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.freeze({ portworx });
