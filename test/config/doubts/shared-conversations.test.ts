import { describe, expect, it } from "vitest";
import { sharedConversations } from "../../../src/config/doubts/shared-conversations.ts";
import { configOf, type FleetFile } from "../../support/plan/resolved.ts";

function sharing(fleet: FleetFile): readonly string[] {
  return sharedConversations(configOf(fleet)).map(
    ({ program, entries }) => `${program}: ${entries.join(" ")}`,
  );
}

const runtimes = { claude: { preset: "claude" }, codex: { preset: "codex" } };

describe("Agents that continue the last conversation of one folder", () => {
  it("are found by the words of their commands", () => {
    const one = { command: "claude --continue || claude", workdir: "/repo" };
    expect(sharing({ agents: { a: one, b: { ...one }, c: { ...one, workdir: "/other" } } })).toEqual([
      "claude: a b",
    ]);
    expect(sharing({ agents: { a: { ...one, replicas: 2 } } })).toEqual(["claude: a"]);
    expect(sharing({ agents: { a: { ...one, replicas: 2, workdir: "/wt/{name}" } } })).toEqual([]);
    expect(sharing({ agents: { a: { command: "claude" }, b: { command: "claude" } } })).toEqual([]);
    const { command } = one;
    expect(sharing({ agents: { a: { command, replicas: 2, worktree: "/repo" } } })).toEqual([]);
  });

  it("are found by their preset, which may give each a conversation of its own", () => {
    const seen = { codex: { preset: "codex", activity: "screen" } };
    expect(sharing({ runtimes: seen, agents: { a: { runtime: "codex" }, b: { runtime: "codex" } } })).toEqual(
      ["codex: a b"],
    );
    expect(sharing({ runtimes, agents: { a: { runtime: "codex", replicas: 3 } } })).toEqual([]);
    expect(sharing({ runtimes, agents: { a: { runtime: "claude", replicas: 3 } } })).toEqual([]);
    const fresh = { codex: { preset: "codex", activity: "screen", resume: false } };
    expect(sharing({ runtimes: fresh, agents: { a: { runtime: "codex", replicas: 2 } } })).toEqual([]);
  });
});
