import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { execProgram, signalIn, variablesScript } from "../../src/attach/exec-way.ts";

const order = {
  agent: "coder",
  group: "/sys/fs/cgroup/agents/coder.service",
  variables: "/run/user/1/mosaic-agent/coder/exec-7",
  workdir: "/work",
  words: ["printf", "%s", "${HOME}", "$1"],
};

describe("The program of fleet exec", () => {
  it("gets its words as they are from a process of the user manager", () => {
    const { file, args } = execProgram(order, { kind: "direct" });
    expect(file).toBe("env");
    expect(args.slice(-7)).toEqual([order.variables, order.group, "/work", ...order.words]);
  });

  const way = {
    kind: "unit",
    unit: "mosaic-exec-7.service",
    hasTerminal: true,
    endFile: "/run/end",
  } as const;

  it("is a unit for a login session, whose words systemd does not expand", () => {
    const { file, args } = execProgram(order, way);
    expect(file).toBe("systemd-run");
    expect(args).toContain("--pty");
    expect(args).not.toContain("--pipe");
    expect(args.slice(-2)).toEqual(["$${HOME}", "$$1"]);
    expect(execProgram(order, { ...way, hasTerminal: false }).args).toContain("--pipe");
  });

  it("enters the group of the agent only after systemd has answered: until then, systemd may put it back", () => {
    const folder = mkdtempSync(join(tmpdir(), "exec-way-"));
    const [group, variables, log] = [folder, join(folder, "variables"), join(folder, "log")];
    writeFileSync(join(folder, "systemctl"), `#!/bin/sh\necho asked for "$4" >>${log}\n`, { mode: 0o755 });
    writeFileSync(variables, `test ! -e ${group}/cgroup.procs && echo variables >>${log}\n`);
    const { args } = execProgram({ ...order, group, variables, workdir: "/", words: ["cat", log] }, way);
    const [program = "", ...words] = args
      .slice(args.indexOf("--") + 1)
      .map((each) => each.replaceAll("$$", "$"));
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    expect(execFileSync(program, words, { env, encoding: "utf8" })).toBe(
      `asked for ${way.unit}\nvariables\n`,
    );
    expect(readFileSync(join(group, "cgroup.procs"), "utf8")).toBe("0\n");
    rmSync(folder, { recursive: true });
  });
});

describe("The end of a program", () => {
  it.each([
    ["killed INT\n", "SIGINT"],
    ["dumped ABRT\n", "SIGABRT"],
    ["exited 7\n", undefined],
    ["", undefined],
  ])("is a signal or none: %j", (end, signal) => {
    expect(signalIn(end)).toBe(signal);
  });
});

describe("The variables of fleet exec", () => {
  it("arrive byte for byte, and those about the terminal are the caller's", () => {
    const folder = mkdtempSync(join(tmpdir(), "exec-way-"));
    const path = join(folder, "variables");
    const odd = Buffer.from([0x27, 0x0a, 0xff, 0x24, 0x48, 0x5c]).toString("latin1");
    const agents = new Map([
      ["ODD", odd],
      ["TERM", "tmux-256color"],
      ["TERM_PROGRAM", "tmux"],
      ["BASH_FUNC_x%%", "() { :; }"],
      ["UID", "7"],
    ]);
    writeFileSync(path, variablesScript(agents, { TERM: "xterm" }), "latin1");
    const print = `. "$1"; printf '%s|%s|%s' "$ODD" "$TERM" "$TERM_PROGRAM"`;
    const printed = execFileSync("sh", ["-c", print, "sh", path], { env: {} });
    expect(printed.toString("latin1")).toBe(`${odd}|xterm|`);
    rmSync(folder, { recursive: true });
  });
});
