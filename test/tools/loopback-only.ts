/**
 * Preloaded into every test process: a connection to anything but this machine fails the test that made it, so that
 * `npm test` needs no network and can't leak anything into one.
 */
import { isIP, Socket } from "node:net";

const connect = Reflect.get(Socket.prototype, "connect") as (...args: unknown[]) => Socket;

Reflect.set(Socket.prototype, "connect", function guarded(this: Socket, ...args: unknown[]): Socket {
  const host = hostOf(args);
  if (host !== null && !isLoopback(host)) {
    throw new Error(`A test connects to ${host}. Tests may connect to the loopback interface only.`);
  }
  return connect.apply(this, args);
});

/** null: a path (a socket in the file system), or no host at all, which means localhost. */
function hostOf(args: readonly unknown[]): string | null {
  // Node normalises `net.connect(port, host)` into one array argument before it calls this method.
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  if (typeof first === "object" && first !== null) {
    const { path, host } = first as { readonly path?: unknown; readonly host?: unknown };
    return typeof path === "string" || typeof host !== "string" ? null : host;
  }
  return typeof args[1] === "string" ? args[1] : null;
}

function isLoopback(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost") || host === "") return true;
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) === 4) return bare.startsWith("127.");
  return isIP(bare) === 6 && (bare === "::1" || bare.toLowerCase().startsWith("::ffff:127."));
}
