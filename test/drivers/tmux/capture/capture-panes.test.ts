import { describe, expect, it } from "vitest";
import { capturePanes } from "../../../../src/drivers/tmux/capture/capture-panes.ts";
import type { Command } from "../../../../src/system/command.ts";
import type { Exec } from "../../../../src/system/exec.ts";
import { answering } from "../../../support/drivers/fake-exec.ts";

/** Returns a tmux whose panes show these screens, by id. */
function showing(screens: Readonly<Record<string, string>>): { exec: Exec; commands: Command[] } {
  const commands: Command[] = [];
  const exec: Exec = async (command) => {
    commands.push(command);
    const boundary = command.args[command.args.indexOf("-p") + 1];
    const ids = command.args.flatMap((arg) => /^capture-pane .* -t (%\d+)$/.exec(arg)?.[1] ?? []);
    const stdout = ids.map((id) => screens[id] ?? "").join(`${boundary}\n`);
    return { kind: "exited", code: 0, stdout, stderr: "" };
  };
  return { exec, commands };
}

describe("tmux capture-pane", () => {
  it("is read as the last lines with text, pane by pane, in one call", async () => {
    const { exec, commands } = showing({
      "%1": "one\n\ntwo  \nthree\n\n\nPane is dead (status 3, Mon Nov 23 01:16:52 2026)\n\n",
      "%2": "",
      "%3": "other\n",
    });
    expect(await capturePanes(exec, "sock", ["%1", "%2", "%3"], 2)).toEqual(
      new Map([
        ["%1", ["two", "three"]],
        ["%2", []],
        ["%3", ["other"]],
      ]),
    );
    expect(commands).toHaveLength(1);
  });

  it("omits the screen of an earlier run, which is above", async () => {
    const { exec } = showing({
      "%1": "old\nPane is dead (status 3, Mon)\nnew\n\nPane is dead (status 4, Mon)\n",
      "%2": "old\nPane is dead (status 3, Mon)\n",
      "%3": "old\nPane is dead\n\nnew\n",
    });
    expect(await capturePanes(exec, "sock", ["%1", "%2", "%3"], 5)).toEqual(
      new Map([
        ["%1", ["new"]],
        ["%2", ["old"]],
        ["%3", ["new"]],
      ]),
    );
  });

  it("contributes nothing if it fails, because nothing depends on it", async () => {
    const { exec } = answering({ kind: "timed-out", timeoutMs: 1, stderr: "" });
    expect(await capturePanes(exec, "sock", ["%1"], 2)).toEqual(new Map([["%1", []]]));
    expect(await capturePanes(exec, "sock", [], 2)).toEqual(new Map());
  });
});
