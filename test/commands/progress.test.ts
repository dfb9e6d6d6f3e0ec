import { expect, it } from "vitest";
import { progressReader, type Checked } from "../../src/commands/apply/progress.ts";
import { layoutOf } from "../../src/desired/layout.ts";
import { startAction } from "../../src/plan/actions.ts";
import type { Action } from "../../src/plan/types.ts";
import { account } from "../support/plan/resolved.ts";

const layout = layoutOf("web", "sock", { ...account, runtimeDir: "/nonexistent" });

it("The progress of an apply is about its starts first, and then about the agents that are not up yet", () => {
  const start = startAction("web-agent@a.service", { agent: "a", reason: "new" });
  const underWay = new Set<Action>([start]);
  const checked: Checked = { names: [], left: [] };
  const read = progressReader(underWay, layout, Date.now(), checked, new Set(["b"]));
  expect(read()).toMatchObject({ does: "start", all: 1, left: ["a"] });
  underWay.add(startAction("web-agent@t.timer", { agent: "t", reason: "new" }));
  expect(read()).toMatchObject({ does: "start", all: 1 });
  underWay.clear();
  expect(read()).toBeUndefined();
  Object.assign(checked, { names: ["a", "b", "c"], left: ["a", "b"] });
  expect(read()).toMatchObject({ does: "verify", all: 3, services: 1, left: ["a", "b"] });
});
