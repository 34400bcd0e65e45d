import { SimulatorFault } from "./simulator-fault.ts";
import type { ApiRequest, ApiResponse, Transport } from "./transport.ts";

/** Answers without a network, by an API server in this process. */
export function inProcessTransport(handle: (request: ApiRequest) => Promise<ApiResponse>): Transport {
  return (request) => handle(request);
}

/** The same way, as long as the link is whole; otherwise nobody answers. */
export function gatedTransport(transport: Transport, isOpen: () => boolean, where: string): Transport {
  return (request) =>
    isOpen()
      ? transport(request)
      : Promise.reject(new SimulatorFault("unreachable", `${request.method} ${where}: no answer`));
}
