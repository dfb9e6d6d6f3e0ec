import { describe, expect, it } from "vitest";
import { dropInPath } from "../../../src/desired/layout.ts";
import { keptWorktreeNotes } from "../../../src/plan/notes/worktree-notes.ts";
import type { Action } from "../../../src/plan/types.ts";
import type { AgentView } from "../../../src/plan/view/agent-view.ts";
import { desiredOf } from "../../support/plan/resolved.ts";

describe("The worktree of a removed agent", () => {
  const { agents, layout } = desiredOf({
    agents: {
      odd: { command: "x", worktree: { repo: "/r", path: '/wt/100% "of" b\\c' } },
      none: { command: "x", restart: { delay: "9s" } },
    },
  });
  const contents = new Map(agents.map(({ name, dropIn }) => [name, dropIn?.content]));
  const notesOf = (kind: string, target: (agent: string) => string) =>
    keptWorktreeNotes(
      [...contents.keys()].map((agent) => ({ kind, agent, target: target(agent) }) as unknown as Action),
      layout,
      (agent) => ({ dropIn: { kind: "file", content: contents.get(agent) } }) as unknown as AgentView,
      { isDestroy: true },
    );

  it("is found in the drop-in, as systemd reads it", () => {
    expect(notesOf("remove-file", (agent) => dropInPath(layout, agent))).toEqual([
      { kind: "worktrees-stay", worktrees: [{ agent: "odd", path: '/wt/100% "of" b\\c' }], isDestroy: true },
    ]);
  });

  it("is of no interest to other actions", () => {
    expect(notesOf("write-file", (agent) => dropInPath(layout, agent))).toEqual([]);
    expect(notesOf("remove-file", () => "/elsewhere")).toEqual([]);
  });
});
