import type { Ports } from "../../src/app/ports.ts";

/** The process died here. No code under test may catch it: it is none of the ports' faults. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Counts every API request and git operation; at the given one, and at all that follow, the process is dead. */
export interface Mortality {
  /** Calls made so far. */
  calls: number;
  /** Call at which the process dies; null: it lives. */
  readonly dieAt: number | null;
  /** Or: the call after the first one of this name. */
  readonly dieAfter: RegExp | null;
  dead: boolean;
  /** What was called, for messages about a kill point. */
  last: string;
}

export function mortal(dieAt: number | null): Mortality {
  return { calls: 0, dieAt, dieAfter: null, dead: false, last: "" };
}

/** Dies at the call that follows the first one of this name, e.g. `west.create`. */
export function dieAfter(call: RegExp): Mortality {
  return { ...mortal(null), dieAfter: call };
}

/** Wraps the ports so that each call counts, and so that none is answered after death. */
export function withMortality(ports: Ports, life: Mortality): Ports {
  return {
    ...ports,
    git: wrap("git", ports.git, life),
    forge: ports.forge === null ? null : wrap("forge", ports.forge, life),
    cluster: async (spec) => {
      const connection = await ports.cluster(spec);
      return connection.state === "ready"
        ? { state: "ready", port: wrap(spec.name, connection.port, life) }
        : connection;
    },
  };
}

function wrap<T extends object>(name: string, port: T, life: Mortality): T {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return (...parameters: readonly unknown[]) => {
        count(life, `${name}.${String(key)}`);
        return Reflect.apply(member, target, parameters) as unknown;
      };
    },
  });
}

function count(life: Mortality, what: string): void {
  if (!life.dead) {
    life.calls += 1;
    life.dead = life.calls === life.dieAt || (life.dieAfter?.test(life.last) ?? false);
    life.last = what;
  }
  if (life.dead) throw new Killed(`killed at call ${life.calls}: ${life.last}`);
}
