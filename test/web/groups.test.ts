import { describe, expect, it } from "vitest";
import { filterFor, groupingsOf, groupsBy } from "../../web/src/groups/groupings.ts";
import { countNeeds, sectionsBy } from "../../web/src/groups/sections.ts";
import { nextSort, sortingIn } from "../../web/src/groups/sorting.ts";
import { matchingAgents } from "../../web/src/groups/select.ts";
import { uiAgentOf } from "../support/ui/ui-agent.ts";
import { uiFleetOf } from "../support/ui/ui-fleet.ts";

const agents = [
  uiAgentOf({ name: "coder-10", labels: { team: "core" } }),
  uiAgentOf({ name: "coder-2", labels: { team: "core" }, state: "failed", attention: 3 }),
  uiAgentOf({ name: "docs", labels: { team: "web" } }),
  uiAgentOf({ name: "build1/coder-1", host: "build1" }),
];
const host = { name: "build1", state: "reached", seenAt: 1, problem: null } as const;

describe("the groups of the page", () => {
  const grouped = (id: string) =>
    groupsBy(id, agents, "desk").map(({ title, agents: own }) => [title, ...own.map(({ name }) => name)]);

  it("are those that tell the agents of this fleet apart", () => {
    const ids = (fleet: Parameters<typeof groupingsOf>[0]) => groupingsOf(fleet).map(({ id }) => id);
    expect(ids({ fleet: uiFleetOf({ host: "desk", hosts: [host] }), agents })).toEqual([
      "",
      "entry",
      "host",
      "label.team",
    ]);
    expect(ids({ fleet: uiFleetOf({}), agents: [uiAgentOf({ name: "docs" })] })).toEqual([""]);
  });

  it("have each agent once, in natural order, those without a value last", () => {
    expect(grouped("entry")).toEqual([
      ["coder", "coder-10", "coder-2", "build1/coder-1"],
      ["single agents", "docs"],
    ]);
    expect(grouped("label.team")).toEqual([
      ["core", "coder-10", "coder-2"],
      ["web", "docs"],
      ["without team", "build1/coder-1"],
    ]);
    expect(grouped("host")).toEqual([
      ["build1", "build1/coder-1"],
      ["desk", "coder-10", "coder-2", "docs"],
    ]);
  });

  it("are found by their filter", () => {
    const found = (id: string, value: string) =>
      matchingAgents(agents, { text: filterFor(id, value), group: null, host: null }, "desk").length;
    expect([found("entry", "coder"), found("label.team", "core")]).toEqual([3, 2]);
  });

  it("are the sections of the table, with the needs in each", () => {
    const [core] = sectionsBy("label.team", agents, "desk");
    expect(countNeeds(core?.agents ?? []).map(({ count, id }) => [id, count])).toEqual([
      ["failed", 1],
      ["running", 1],
    ]);
    expect(sectionsBy("", agents, "desk").map(({ id }) => id)).toEqual(["failed", "running"]);
  });

  it("keep the order of a column, which puts all agents in one section otherwise", () => {
    const some = [
      uiAgentOf({ name: "coder-10", memoryBytes: 3, labels: { team: "core" } }),
      uiAgentOf({ name: "coder-2", memoryBytes: 3, labels: { team: "core" } }),
      uiAgentOf({ name: "docs", memoryBytes: null }),
      uiAgentOf({ name: "tester", memoryBytes: 7, labels: { team: "core" } }),
    ];
    const names = (id: string, word: string) =>
      sectionsBy(id, some, "desk", sortingIn(word)).map(({ agents: own }) => own.map(({ name }) => name));
    expect(names("", "memory")).toEqual([["tester", "coder-2", "coder-10", "docs"]]);
    expect(names("", "-memory")).toEqual([["coder-2", "coder-10", "tester", "docs"]]);
    expect(names("", "-agent")).toEqual([["tester", "docs", "coder-10", "coder-2"]]);
    expect(names("label.team", "memory")).toEqual([["tester", "coder-2", "coder-10"], ["docs"]]);
    expect(names("", "nonsense")).toEqual([["coder-10", "coder-2", "docs", "tester"]]);
  });

  it("are ordered by clicks on a column: forth, back, and as before", () => {
    const words = ["quiet", "-quiet", undefined];
    let word: string | undefined;
    expect(words.map(() => (word = nextSort(sortingIn(word ?? null), "quiet")))).toEqual(words);
    expect(nextSort(sortingIn("-quiet"), "memory")).toBe("memory");
  });
});
