import { expect, it } from "vitest";
import { expandTabs } from "../../../src/drivers/tmux/format/expand-tabs.ts";

const e = "\u001B";

it.each([
  ["a\tb\tc\n", "a       b       c\n"],
  ["12345678\tb", "12345678        b"],
  ["\tone\n\ttwo", "        one\n        two"],
  [`${e}[41ma${e}[49m\t${e}[41mb`, `${e}[41ma${e}[49m       ${e}[41mb`],
  [`${e}]8;;https://a.b${e}\\a${e}]8;;${e}\\\tb`, `${e}]8;;https://a.b${e}\\a${e}]8;;${e}\\       b`],
  ["\u000Elq\u000F\tb", "\u000Elq\u000F      b"],
  ["é👍\tb", "é👍      b"],
  ["no tab", "no tab"],
])("expands the tabs of %j, with sequences that take no column", (captured, expanded) => {
  expect(expandTabs(captured)).toBe(expanded);
});
