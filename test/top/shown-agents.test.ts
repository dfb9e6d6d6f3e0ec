import { describe, expect, it } from "vitest";
import { withAgents, withKnownFigures } from "../../src/commands/top/shown-agents.ts";
import type { StatusLook } from "../../src/commands/status/look.ts";
import { beforeTop } from "../../src/top/top-state.ts";

const row = (name: string, figures: object = {}) => ({ name, pid: 1, labels: { team: name[0] }, ...figures });
const lookAt = (...agents: readonly object[]): StatusLook =>
  ({ status: { agents } }) as unknown as StatusLook;
const look = lookAt(row("coder-1"), row("coder-2"), row("tester"));
const shown = (change: object): readonly (readonly string[] | string | undefined)[] => {
  const { names, message } = withAgents({ ...beforeTop, ...change }, look);
  return [names, message];
};

describe("The agents of fleet top", () => {
  it("are those that the search and the labels leave", () => {
    expect(shown({})[0]).toEqual(["coder-1", "coder-2", "tester"]);
    expect(shown({ search: "R-2" })[0]).toEqual(["coder-2"]);
    expect(shown({ labels: "team=t" })[0]).toEqual(["tester"]);
  });

  it("are all with a wrong selector, which is named once it is typed", () => {
    const all = ["coder-1", "coder-2", "tester"];
    expect(shown({ labels: "=t" })).toEqual([all, "No selector of labels: =t"]);
    const typing = { kind: "typing", field: "labels", before: "" };
    expect(shown({ labels: "=t", mode: typing })).toEqual([all, undefined]);
  });

  it("keep the figures of the last refresh, except in a new process", () => {
    const before = lookAt(row("a", { lastLine: "old" }), row("b", { lastLine: "old", pid: 2 }));
    const { status } = withKnownFigures(lookAt(row("a"), row("b"), row("c")), before);
    expect(status.agents.map(({ lastLine }) => lastLine)).toEqual(["old", undefined, undefined]);
  });
});
