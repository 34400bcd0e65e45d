import type { ApiContext } from "../api-context.ts";
import { pathNotFound } from "../api-error.ts";
import type { ApiResponse } from "../api-request.ts";

export function handleScale(_context: ApiContext, _incoming: unknown, _name: string): ApiResponse {
  throw pathNotFound();
}
