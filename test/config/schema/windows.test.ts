import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseFleet } from "../../../src/config/parse.ts";
import { configOf } from "../../support/plan/resolved.ts";

const windowsOf = (windows: unknown): unknown =>
  configOf({ agents: { core: { command: "x", windows } } }).agents["core"]?.windows;

const problemsOf = (windows: unknown): readonly string[] => {
  const text = stringify({ version: 1, agents: { core: { command: "x", windows } } });
  const parsed = parseFleet(text, "fleet.yaml");
  return parsed.ok ? [] : parsed.diagnostics.map(({ summary }) => summary);
};

describe("The windows of an agent", () => {
  it("are commands, maps, lists of panes, or nothing for a shell", () => {
    expect(windowsOf({ logs: "tail -F log", shell: null })).toEqual({
      logs: { focus: false, panes: [{ command: "tail -F log" }], isBare: false },
      shell: { focus: false, panes: [{}], isBare: true },
    });
    expect(
      windowsOf({
        tests: {
          layout: { name: "main-vertical", main: "60%" },
          focus: true,
          workdir: "/srv",
          env: { A: "1", B: "1" },
          panes: [null, "top", { command: ["npm", "test"], env: { B: "2" }, size: 12, restart: true }],
        },
      }),
    ).toMatchObject({
      tests: {
        layout: "main-vertical",
        mainSize: "60%",
        focus: true,
        panes: [
          { workdir: "/srv", env: { A: "1", B: "1" } },
          { command: "top", workdir: "/srv", env: { A: "1", B: "1" } },
          { command: ["npm", "test"], env: { A: "1", B: "2" }, size: "12", restart: true },
        ],
      },
    });
  });

  it.each([
    ["a name with a format", { "#{x}": "top" }, /"#\{x\}" in windows/],
    ["a number", { logs: 1 }, /windows\.logs in agent "core" must be a command, a map/],
    ["a command next to panes", { logs: { command: "x", panes: ["y"] } }, /either command or panes/],
    ["an unknown layout", { logs: { layout: "wide" } }, /must be a layout of tmux/],
    ["a wrong checksum", { logs: { layout: "0000,80x24,0,0,1" } }, /must be a layout of tmux/],
    ["no panes", { logs: { panes: [] } }, /a list of 1 to 50 panes/],
    ["a size of nothing", { logs: { panes: [{ size: "0%" }] } }, /rows or columns/],
    ["an unknown key of a window", { logs: { shell_command: "x" } }, /unknown key "shell_command"/],
    [
      "an unknown key of a pane",
      { logs: { panes: [{ start_directory: "/" }] } },
      /unknown key "start_directory"/,
    ],
    [
      "an unknown key of a layout",
      { logs: { layout: { name: "main-vertical", width: 1 } } },
      /unknown key "width"/,
    ],
  ])("are refused with %s", (_, windows, summary) => {
    expect(problemsOf(windows).join("\n")).toMatch(summary);
  });

  it("need a layout string with a place for each pane, and for the agent in main", () => {
    const two = "8205,80x24,0,0{40x24,0,0,0,39x24,41,0,1}";
    expect(problemsOf({ logs: { layout: two, panes: ["a", "b"] } })).toEqual([]);
    expect(problemsOf({ main: { layout: two, panes: ["a"] } })).toEqual([]);
    for (const [name, panes] of [
      ["logs", ["a", "b", "c"]],
      ["main", ["a", "b"]],
    ] as const) {
      expect(problemsOf({ [name]: { layout: two, panes } }).join()).toContain(
        "a layout with a place for each pane",
      );
    }
  });
});
