import assert from "node:assert/strict";
import { test } from "node:test";
import { type MoveRequest, chooseMoves } from "../../src/app/choose-moves.ts";
import type { PlanInput } from "../../src/core/plan/plan-input.ts";
import { world } from "../builders/plan-world.ts";

const REQUEST: MoveRequest = {
  type: "Relocate",
  applications: ["shop"],
  fromSite: null,
  select: {},
  to: null,
  protectedBranch: "main",
};

/** `shop` with a second policy between the same clusters. */
function pairedTwice(): PlanInput {
  const input = world({});
  const { state } = input.desired;
  const shop = state.applications.get("shop") ?? assert.fail();
  const metro = state.policies.get(shop.policies[0] ?? "") ?? assert.fail();
  return {
    ...input,
    desired: {
      ...input.desired,
      state: {
        ...state,
        policies: new Map([...state.policies, ["second", { ...metro, name: "second" }]]),
        applications: new Map([["shop", { ...shop, policies: [...shop.policies, "second"] }]]),
      },
    },
  };
}

test("two policies between the same clusters leave one place to go, and nobody is asked which", () => {
  const { moves, problems } = chooseMoves(pairedTwice(), REQUEST);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    moves.map(({ from, to }) => [from, to]),
    [["east", "west"]],
  );
});
