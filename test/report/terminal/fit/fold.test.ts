import { describe, expect, it } from "vitest";
import { foldProse } from "../../../../src/report/terminal/fit/fold.ts";

describe("The lines of a report on a narrow terminal", () => {
  it.each([
    [
      "  ! agent core is blocked: workdir /home/ada does not exist",
      ["  ! agent core is blocked: workdir", "      /home/ada does not exist"],
    ],
    [
      "      interrupts its work: nobody attached, last output 4 s ago",
      ["      interrupts its work: nobody", "        attached, last output 4 s", "        ago"],
    ],
    [
      "Plan: 1 to add, 0 to change, 0 to restart, 0 to remove.",
      ["Plan: 1 to add, 0 to change, 0 to", "  restart, 0 to remove."],
    ],
    [
      "  declared    fleet.yaml:3: core: { command: cat }",
      ["  declared    fleet.yaml:3: core: {", "              command: cat }"],
    ],
    [
      "\u001B[33m!\u001B[39m lingering: All agents end when you log out.",
      ["\u001B[33m!\u001B[39m lingering: All agents end when you", "    log out."],
    ],
  ])("are folded at words below their text: %s", (line, parts) => {
    expect(foldProse([line], 36)).toEqual(parts);
  });

  it.each([
    '    -MOSAIC_AGENT_COMMAND="a long command that somebody copies"',
    "      fleet.yaml:3: mkdir -p /run/home/src/app/does/not/exist",
    "    $ du -xah /run/home/.local/state | sort -h | tail",
    "  + agent core will be added",
  ])("stay whole if people copy them, or if they fit: %s", (line) => {
    expect(foldProse([line], 36)).toEqual([line]);
  });

  it("stay whole on a terminal without room for a word", () => {
    expect(foldProse(["  declared    fleet.yaml:3: core: { command: cat }"], 30)).toHaveLength(1);
  });
});
