import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fleet } from "../../support/fleet/fleet.ts";
import { openTerminal, type Terminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const agent = '#!/bin/sh\necho "I am claude in $PWD"\nexec cat\n';

describe("fleet init", () => {
  const box = useSandbox();
  const screenOf = (name: string, socket = "mosaic-factory"): Promise<string> =>
    box.sh(`tmux -L ${socket} capture-pane -p -t '=${name}:'`);

  beforeEach(async () => {
    await box.sh(
      "rm -rf ~/work ~/.local/bin ~/.nvm ~/.config; mkdir -p ~/work ~/.local/bin ~/.nvm/v20.1.0/bin",
    );
  });
  afterEach(async () => {
    await box.fleet(["destroy", "--yes"]);
  });

  it("writes a file for a program that only the shell finds, and it runs as it is", async () => {
    await box.write("~/.local/bin/claude", agent, 0o755);
    const made = await box.fleet(["init", "--agents", "planner,coder=2"], {
      env: { PATH: `${box.home}/.local/bin:/run/fleet/bin:/usr/bin:/bin` },
    });
    expect(made.code).toBe(0);
    expect(made.stderr).toContain("systemd units do not find /run/home/.local/bin/claude");
    expect(made.stdout).toContain("Wrote fleet.yaml: 3 agents with claude.");
    const next = [...made.stdout.matchAll(/^ {2}(fleet .*?) {2}/gm)].map(([, command]) => command);
    expect(next).toEqual(["fleet plan", "fleet apply", "fleet attach planner"]);
    expect(await box.read("~/work/fleet.yaml")).toMatch(/PATH: \/run\/home\/\.local\/bin:\/usr\//);
    expect(await box.sh("stat -c %a fleet.yaml")).toBe("644\n");
    expect(await box.sh("fleet validate")).toContain("fleet mosaic with 3 agents");
    await box.sh("fleet apply --yes");
    for (const name of ["planner", "coder-1", "coder-2"]) {
      await until(`${name} runs`, async () =>
        (await screenOf(name)).includes(`I am claude in ${box.home}/work`),
      );
    }
    expect(await box.sh("fleet plan")).toContain("No changes");
  });

  it("gives a script the folder of its interpreter as well", async () => {
    await box.write("~/.nvm/v20.1.0/bin/mynode", '#!/bin/sh\nexec node "$@"\n', 0o755);
    await box.write(
      "~/.local/bin/codex",
      '#!/usr/bin/env mynode\nconsole.log("I am codex"); setInterval(() => {}, 1000);\n',
      0o755,
    );
    await box.fleet(["init"], {
      env: { PATH: `${box.home}/.local/bin:${box.home}/.nvm/v20.1.0/bin:/run/fleet/bin:/usr/bin:/bin` },
    });
    expect(await box.read("~/work/fleet.yaml")).toContain(
      `PATH: ${box.home}/.local/bin:${box.home}/.nvm/v20.1.0/bin:`,
    );
    await box.sh("fleet apply --yes");
    await until("codex runs", async () => (await screenOf("coder")).includes("I am codex"));
  });

  it("declares a shell if no AI agent is installed, and says so", async () => {
    const made = await fleet(box, "init");
    expect(made.stderr).toContain("No AI agent was found on the PATH");
    await box.sh("fleet apply --yes");
    expect(await box.sh("fleet status --json")).toContain('"running"');
  });

  it("never overwrites a file, a folder or a dangling link", async () => {
    for (const make of ["echo mine >fleet.yaml", "mkdir fleet.yaml", "ln -s nowhere fleet.yaml"]) {
      await box.sh(`rm -rf fleet.yaml; ${make}`);
      const before = await box.sh("ls -ld --time-style=full-iso fleet.yaml");
      const ran = await fleet(box, "init", "--yes");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain("fleet.yaml exists already");
      expect(ran.stderr).toContain("hint: edit it, then run fleet plan");
      expect(await box.sh("ls -ld --time-style=full-iso fleet.yaml; ls")).toBe(`${before}fleet.yaml\n`);
    }
    const printed = await fleet(box, "init", "--print");
    expect(printed.stdout).toMatch(/^# yaml-language-server: \$schema=\S+\/fleet\.schema\.json\n/);
    await box.sh("rm -rf fleet.yaml");
  });

  it("names a second fleet after its folder, and takes paths from where it was called", async () => {
    await box.sh("fleet init && fleet apply --yes && mkdir -p ~/work/shop ~/work/tree");
    const second = await fleet(box, "init", "shop/fleet.yaml", "--workdir", "tree", "--runtime", "shell");
    expect(second.stderr).toContain("The fleet has the name shop.");
    const text = await box.read("~/work/shop/fleet.yaml");
    expect(text).toContain("\nname: shop\n");
    expect(text).toContain("\n  workdir: ~/work/tree\n");
    await box.sh("fleet apply --yes -f shop/fleet.yaml");
    expect(await box.sh("fleet plan")).toContain("No changes");
    await box.sh("fleet destroy --yes -f shop/fleet.yaml");
  });

  it.each([
    [["--runtime", "foo"], "Allowed choices are claude"],
    [["--runtime", "codex", "--command", "x"], "cannot be used with"],
    [["--agents", "a b=0"], '"b=0" has no number of replicas'],
    [["--workdir", "nowhere"], "mkdir -p"],
    [["--name", "a b"], '"a b" is no name of a fleet'],
  ])("refuses %j and writes nothing", async (flags, said) => {
    const ran = await fleet(box, "init", ...flags);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(said);
    expect(await box.sh("ls")).toBe("");
  });
});

describe("fleet init on a terminal", () => {
  const box = useSandbox();
  const open = async (columns: number, ...flags: readonly string[]): Promise<Terminal> => {
    await box.sh("rm -rf ~/work/fleet.yaml; mkdir -p ~/work/sub ~/.local/bin");
    await box.write("~/.local/bin/claude", agent, 0o755);
    const env = { PATH: `${box.home}/.local/bin:/run/fleet/bin:/usr/bin:/bin` };
    return openTerminal(box, ["fleet", "init", ...flags], { columns, rows: 30, env });
  };

  it.each([60, 120])("asks for the program, the names and the folder, with %d columns", async (columns) => {
    const terminal = await open(columns);
    const screen = await terminal.waitFor("Which program do the agents run?");
    expect(screen).toMatch(/● claude .*\n.*○ a shell/);
    await terminal.press("Enter");
    await terminal.waitFor("Names of the agents?");
    await terminal.type("planner,coder=0");
    await terminal.press("Enter");
    await terminal.waitFor('"coder=0" has no number of replicas');
    await terminal.press("BSpace", "2", "Enter");
    await terminal.waitFor("Folder in which they work?");
    await terminal.type("sub");
    await terminal.press("Enter");
    await terminal.waitFor("Wrote fleet.yaml: 3 agents with claude.");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
    const text = await box.read("~/work/fleet.yaml");
    expect(text).toContain("\n  workdir: sub\n");
    expect(text).toContain("\n  coder: { replicas: 2 }\n");
    expect(await box.sh("fleet validate")).toContain("fleet mosaic with 3 agents");
  });

  it("takes another command, and asks only for what the flags leave open", async () => {
    const terminal = await open(80, "--workdir", "sub");
    await terminal.waitFor("Which program");
    await terminal.press("Up", "Enter");
    await terminal.waitFor("Command, a line for sh?");
    await terminal.type("npm run agent");
    await terminal.press("Enter");
    await terminal.waitFor("Names of the agents?");
    await terminal.press("Enter");
    await terminal.waitFor("1 agent with npm.");
    await terminal.close();
    expect(await box.read("~/work/fleet.yaml")).toContain("npm: { command: npm run agent }");
  });

  it("writes nothing after Ctrl-C, and leaves the terminal as it was", async () => {
    const terminal = await open(80);
    await terminal.waitFor("Which program");
    await terminal.press("Enter");
    await terminal.waitFor("Names of the agents?");
    await terminal.press("C-c");
    await terminal.waitFor("Nothing was written.");
    expect(await terminal.exitCode()).toBe(130);
    await terminal.close();
    expect(await box.sh("ls")).toBe("sub\n");
  });

  it("asks nothing with --yes", async () => {
    const terminal = await open(80, "--yes");
    expect(await terminal.waitFor("Wrote fleet.yaml")).not.toContain("?");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
  });
});
