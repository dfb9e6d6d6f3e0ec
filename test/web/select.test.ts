import { describe, expect, it } from "vitest";
import { matchingAgents } from "../../web/src/groups/select.ts";
import { ownName } from "../../web/src/words.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";

const agents = [
  uiAgentOf({ name: "coder-10" }),
  uiAgentOf({ name: "coder-2", labels: { team: "core" } }),
  uiAgentOf({ name: "build1/coder-2", host: "build1", state: "failed", attention: 3 }),
];

describe("the choice of agents on the page", () => {
  const chosen = (choice: Partial<Parameters<typeof matchingAgents>[1]>) =>
    matchingAgents(agents, { text: "", group: null, host: null, ...choice }, "desk").map(({ name }) => name);

  it("has those first that need somebody, and then a natural order", () => {
    expect(chosen({})).toEqual(["build1/coder-2", "coder-2", "coder-10"]);
  });

  it("takes words, groups and machines", () => {
    expect(chosen({ text: "team=core cod" })).toEqual(["coder-2"]);
    expect(chosen({ text: "build1" })).toEqual(["build1/coder-2"]);
    expect(chosen({ group: "failed" })).toEqual(["build1/coder-2"]);
    expect(chosen({ host: "desk" })).toEqual(["coder-2", "coder-10"]);
    expect(chosen({ host: "build1" })).toEqual(["build1/coder-2"]);
  });

  it("shows an agent of another machine by its own name", () => {
    expect(agents.map(ownName)).toEqual(["coder-10", "coder-2", "coder-2"]);
  });
});
