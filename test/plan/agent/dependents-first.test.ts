import { expect, it } from "vitest";
import { restartAction, startAction, stopAction } from "../../../src/plan/actions.ts";
import { dependentsFirst } from "../../../src/plan/agent/dependents-first.ts";
import type { Action } from "../../../src/plan/types.ts";

const after: Readonly<Record<string, string>> = { b: "a", c: "b", d: "a c" };
const dropInOf = ({ agent = "" }: Action) => {
  const content = `[Unit]\nAfter=${after[agent] ?? ""}\n`;
  return after[agent] === undefined
    ? undefined
    : ({ kind: "file", content, mode: 0o644, modifiedMs: 0 } as const);
};
const cause = (agent: string) => ({ agent, reason: "requested", timeoutMs: 1, cost: "none" }) as const;
const order = (actions: readonly Action[]) =>
  dependentsFirst(actions, dropInOf).map(({ kind, target }) => `${kind} ${target}`);

it("Agents end behind those that depend on them", () => {
  expect(order(["a", "b", "c", "d", "holder"].map((unit) => stopAction(unit, cause(unit))))).toEqual([
    "stop d",
    "stop c",
    "stop b",
    "stop a",
    "stop holder",
  ]);
});

it("Starts keep their places, and so do agents without dependents", () => {
  expect(
    order([
      stopAction("a", cause("a")),
      stopAction("e", cause("e")),
      startAction("x", cause("x")),
      restartAction("b", cause("b")),
      restartAction("c", cause("c")),
    ]),
  ).toEqual(["stop a", "stop e", "start x", "restart c", "restart b"]);
});
