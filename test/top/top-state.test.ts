import { describe, expect, it } from "vitest";
import { keysOf } from "../../src/top/keys.ts";
import { beforeTop, stepTop, type TopEffect, type TopState } from "../../src/top/top-state.ts";

const names = Array.from({ length: 10 }, (_, index) => `a${index}`);
const full = [{ kind: "resized", room: 4 } as const, { kind: "names", names } as const].reduce<TopState>(
  (state, event) => stepTop(state, event).state,
  beforeTop,
);

/** Presses keys as a terminal sends them. */
function press(
  state: TopState,
  data: string,
): { readonly state: TopState; readonly effects: readonly TopEffect[] } {
  const effects: TopEffect[] = [];
  for (const key of keysOf(data)) {
    const next = stepTop(state, { kind: "key", key });
    ({ state } = next);
    effects.push(...next.effects);
  }
  return { state, effects };
}

const down = "\u001B[B";

describe("The cursor of the live view", () => {
  it("begins with the first agent, and scrolls when it leaves the screen", () => {
    expect(full).toMatchObject({ cursor: "a0", first: 0 });
    expect(press(full, down.repeat(3)).state).toMatchObject({ cursor: "a3", first: 0 });
    expect(press(full, down.repeat(4)).state).toMatchObject({ cursor: "a4", first: 1 });
    expect(press(full, `${down.repeat(4)}\u001B[A`).state).toMatchObject({ cursor: "a3", first: 1 });
  });

  it("goes by pages and to both ends, and no further", () => {
    expect(press(full, "\u001B[6~").state).toMatchObject({ cursor: "a4", first: 1 });
    expect(press(full, "\u001B[F").state).toMatchObject({ cursor: "a9", first: 6 });
    expect(press(full, `\u001B[F${down}j\u001B[H\u001B[5~k`).state).toMatchObject({ cursor: "a0", first: 0 });
  });

  it("stays on its agent when others come and go, and in its place when that one goes", () => {
    const { state } = press(full, down.repeat(4));
    expect(stepTop(state, { kind: "names", names: ["new", ...names] }).state.cursor).toBe("a4");
    const without = names.filter((name) => name !== "a4");
    expect(stepTop(state, { kind: "names", names: without }).state.cursor).toBe("a5");
    expect(stepTop(state, { kind: "names", names: [] }).state).toMatchObject({ cursor: undefined, first: 0 });
  });

  it("stays on the screen when the terminal changes its size", () => {
    const { state } = press(full, "\u001B[F");
    expect(stepTop(state, { kind: "resized", room: 2 }).state).toMatchObject({ cursor: "a9", first: 8 });
    expect(stepTop(state, { kind: "resized", room: 40 }).state).toMatchObject({ cursor: "a9", first: 0 });
  });
});

describe("The keys of the live view", () => {
  it.each([
    ["\r", "attach"],
    ["r", "restart"],
    ["x", "stop"],
    ["z", "suspend"],
    ["o", "logs"],
    ["w", "why"],
  ])("run the command of the chosen agent: %j is %s", (key, verb) => {
    expect(press(full, down + key).effects).toEqual([{ kind: "run", verb, agent: "a1" }]);
  });

  it("run nothing without an agent", () => {
    expect(press(beforeTop, "\rrxzow").effects).toEqual([]);
  });

  it("type a text after a slash, in which no letter is a command", () => {
    const typed = press(full, "/rxq\u007F1");
    expect(typed).toMatchObject({ effects: [], state: { search: "rx1", mode: { kind: "typing" } } });
    expect(press(typed.state, "\r").state).toMatchObject({ search: "rx1", mode: { kind: "list" } });
    expect(press(typed.state, "\u001B").state).toMatchObject({ search: "", mode: { kind: "list" } });
    expect(press(press(typed.state, "\r").state, "\u001B").state.search).toBe("");
  });

  it("quit at q, Ctrl-C and Ctrl-D, also from a text or the help", () => {
    expect(press(full, "q").effects).toEqual([{ kind: "quit" }]);
    expect(press(full, "/ab\u0003").effects).toEqual([{ kind: "quit" }]);
    expect(press(full, "?\u0004").effects).toEqual([{ kind: "quit" }]);
  });

  it("close the help and do nothing else", () => {
    expect(press(full, "?x")).toEqual({ state: full, effects: [] });
  });

  it("change the order and the columns", () => {
    expect(press(full, "ssc").state).toMatchObject({ order: 2, columns: 1 });
  });
});

describe("The keys of a terminal", () => {
  it("are read from its sequences, whole ones and unknown ones", () => {
    expect(keysOf("a\u001B[A\u001BOBé🚀\u001B[1;5D\u0001\r")).toEqual([
      "a",
      "up",
      "down",
      "é",
      "🚀",
      "enter",
    ]);
  });
});
