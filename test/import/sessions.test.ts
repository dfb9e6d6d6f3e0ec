import { describe, expect, it } from "vitest";
import { parseWork } from "../../src/drivers/tmux/list-work.ts";
import { openLedger } from "../../src/import/form/ledger.ts";
import { readRunning } from "../../src/import/running/read-running.ts";
import { readSmug } from "../../src/import/smug.ts";
import { readUnit } from "../../src/import/running/read-unit.ts";

const world = { home: "/home/ada", user: "ada", shell: "bash" };

const line = (...fields: readonly string[]): string => fields.join("\u241F");

describe("fleet import of a session below a folder that only the tool knows", () => {
  it("guesses no folder", () => {
    const text =
      "session: s\nroot: ~/$PROJECT\nwindows:\n  - { name: a, root: api, commands: [claude] }\n" +
      "  - { name: b, root: /srv, commands: [claude, x] }\n  - { name: c, commands: [codex] }\n";
    const input = {
      path: "s.yml",
      name: "s.yml",
      folder: "/home/ada/app",
      text,
      companions: new Map<string, string>(),
    };
    const reading = readSmug(input, world, "window");
    if (!reading.ok) throw new Error("refused");
    expect(reading.value.agents.map(({ name, keys }) => [name, keys["workdir"]])).toEqual([
      ["a", undefined],
      ["b", "/srv"],
      ["c", undefined],
    ]);
    expect(reading.value.lost.map(({ code }) => code)).toEqual(["variable", "unknown-base"]);
  });
});

describe("fleet import --running", () => {
  it("reads the start commands of panes, and leaves out idle sessions", () => {
    const panes = parseWork(
      [
        line("work", "0", "code", "x", "", "nvim", "/home/ada/app", ""),
        line("work", "1", "ai", "x", '"claude --continue"', "node", "/home/ada/app", ""),
        line("tmp", "0", "bash", "x", "", "bash", "/tmp", ""),
      ].join("\n"),
    );
    const { agents, notes, lost } = readRunning(panes, world, "auto");
    expect(agents).toMatchObject([
      {
        name: "work",
        keys: { command: ["bash", "-li"], workdir: "/home/ada/app", restart: { policy: "no" } },
        wishes: {
          windows: new Map<string, unknown>([
            ["main", { title: "code" }],
            ["ai", { command: "claude --continue" }],
          ]),
        },
      },
    ]);
    expect(lost).toMatchObject([{ code: "typed-by-hand", subject: "nvim" }]);
    expect(notes.map(({ code }) => code)).toEqual(expect.arrayContaining(["idle-session", "start-command"]));
  });

  it("names an agent after its session if tmux has named the window", () => {
    const panes = parseWork(
      [
        line("api", "0", "node", "x", "claude", "node", "/srv/api", "", "1"),
        line("web", "0", "front", "x", "claude", "node", "/srv/web", "", "0"),
      ].join("\n"),
    );
    expect(readRunning(panes, world, "auto").agents.map(({ name }) => name)).toEqual(["api", "front"]);
  });

  it("reads units that run a known agent, also inside of tmux, and no others", () => {
    const ledger = openLedger("systemd");
    const unit = (text: string) =>
      readUnit({ name: "coder.service", path: "coder.service", text }, world, ledger);
    expect(unit("[Service]\nExecStart=/usr/bin/syncthing\n")).toBeUndefined();
    expect(
      unit(
        "[Unit]\nDescription=codes\n[Service]\nExecStart=%h/.local/bin/claude \\\n  --continue\nWorkingDirectory=%h/app\n" +
          'Environment=A=b "C=d e"\nRestart=always\nRestartSec=5\nMemoryMax=2G\n',
      ),
    ).toMatchObject({
      name: "coder",
      keys: {
        description: "codes",
        command: expect.stringMatching(/^\/home\/ada\/\.local\/bin\/claude +--continue$/) as unknown,
        workdir: "/home/ada/app",
        env: { A: "b", C: "d e" },
        restart: { policy: "always", delay: "5s" },
        resources: { memoryMax: "2G" },
      },
    });
    expect(
      unit("[Service]\nType=forking\nExecStart=/usr/bin/tmux new-session -d -s coder 'claude --continue'\n"),
    ).toMatchObject({
      keys: { command: "claude --continue", restart: { policy: "no" } },
    });
  });
});
