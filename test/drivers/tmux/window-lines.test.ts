import { describe, expect, it } from "vitest";
import { tmuxWord, windowLines, type MarkedPane } from "../../../src/drivers/tmux/windows/window-lines.ts";

const pane = (mark: string, more: Partial<MarkedPane> = {}): MarkedPane => ({
  words: ["/it's/s", "--side", mark],
  mark,
  title: "",
  focus: false,
  size: "",
  ...more,
});

const order = { pane: "%1", pid: 7, sessionId: "$1", windows: [], closes: [] };
const work = {
  name: "logs",
  title: "",
  layout: "tiled",
  main: "",
  isArranged: true,
  opens: [],
  restarts: [],
  keeps: [],
};

describe("The lines for the windows of an agent", () => {
  it("check the process of the agent in each line, so that none reaches a new server", () => {
    const lines = windowLines(
      {
        ...order,
        windows: [{ ...work, windowId: undefined, opens: [pane("a"), pane("b", { size: "-y 30%" })] }],
      },
      [],
    );
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines)
      expect(line).toMatch(/^if-shell -F -t '%1' '#\{==:#\{\?pane_pid,[^']*\},7\}' \{ .* \}$/);
    expect(lines[0]).toContain(`new-window -d -n 'mosaic-new-1' -t '$1:' '/it'\\''s/s' '--side' 'a'`);
    expect(lines.at(-1)).toContain("rename-window -t '$1:=mosaic-new-1' 'logs'");
  });

  it("apply tiled before each split, and the layout after all panes", () => {
    const windows = [
      {
        ...work,
        windowId: "@5",
        layout: "main-vertical",
        main: "main-pane-width 60%",
        opens: [pane("a"), pane("b")],
      },
    ];
    const commands = windowLines({ ...order, windows }, []).map(
      (line) => / \{ (\S+ .*) \}$/.exec(line)?.[1] ?? "",
    );
    expect(commands.map((command) => command.split(" ").slice(0, 4).join(" "))).toEqual([
      "select-layout -t '@5' tiled",
      "split-window -d -t '@5.{bottom-right}'",
      "select-layout -t '@5' tiled",
      "split-window -d -t '@5.{bottom-right}'",
      "set-option -w -t '@5'",
      "select-layout -t '@5' 'main-vertical'",
    ]);
  });

  it("check the process of each pane that they end, and pause it for clients in control mode", () => {
    const known = { id: "%3", processId: 33 };
    const windows = [{ ...work, windowId: "@5", isArranged: false, restarts: [{ ...pane("a"), ...known }] }];
    const lines = windowLines({ ...order, windows, closes: [{ id: "%4", processId: 44 }] }, ["client-9"]);
    expect(lines).toEqual([
      "refresh-client -t 'client-9' -A '%3:pause' ; refresh-client -t 'client-9' -A '%3:continue'",
      expect.stringMatching(
        /^if-shell -F -t %3 '#\{==:#\{\?pane_pid,[^']*\},33\}' \{ respawn-pane -k -t %3 /,
      ),
      expect.stringMatching(
        /^if-shell -F -t %4 '#\{==:#\{\?pane_pid,[^']*\},44\}' \{ .* kill-pane -t %4 \}$/,
      ),
    ]);
  });

  it("quote words for tmux", () => {
    expect(tmuxWord('it\'s $HOME "x" #{y}')).toBe(`'it'\\''s $HOME "x" #{y}'`);
  });
});
