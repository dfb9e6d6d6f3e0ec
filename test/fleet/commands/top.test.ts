import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { openTerminal, type Terminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

/** The process of the view alone, for pgrep. */
const itself = "^[^ ]*node [^ ]* top$";
const restored = "shell again";
/** Shows the state of the terminal behind the view. */
const thenShell = [
  "sh",
  "-c",
  `"$@"; code=$?; stty -a | grep -o ' icanon'; echo "${restored} $code"; exit $code`,
  "sh",
];

describe("fleet top", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        coder: { command: `echo a line of it; ${waits}`, replicas: 12, labels: { team: "core" } },
        other: { command: waits },
      },
    });
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
  });

  const open = async (size: { columns: number; rows: number }): Promise<Terminal> => {
    const terminal = await openTerminal(box, [...thenShell, "fleet", "top"], size);
    await terminal.waitFor(/^> /m);
    return terminal;
  };

  it("goes on after Ctrl-Z if it is the terminal's own program, which no shell could continue", async () => {
    const terminal = await openTerminal(box, ["fleet", "top"]);
    await terminal.waitFor(/^> /m);
    await terminal.press("C-z");
    await terminal.press("?");
    await terminal.waitFor("Any key closes this help");
    await terminal.close();
  });

  it("scrolls and searches in 60 columns and 10 lines, and leaves no remains in a larger terminal", async () => {
    const terminal = await open({ columns: 60, rows: 10 });
    await terminal.press("End");
    await terminal.waitFor(/> other /);
    await terminal.type("/r-1");
    await terminal.press("Enter");
    const found = await terminal.waitFor(/> coder-12 /);
    expect(found).not.toContain("other");
    await terminal.resize(200, 20);
    const wide = await terminal.waitFor("LAST LINE");
    expect(wide.match(/AGENT/g)).toHaveLength(1);
    expect(wide.match(/coder-12 /g)).toHaveLength(1);
    await terminal.press("q");
    const end = await terminal.waitFor(`${restored} 0`);
    expect(end).toContain("icanon");
    expect(end).not.toContain("AGENT");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
  });

  it("attaches with Enter, and comes back after a detach", async () => {
    const terminal = await open({ columns: 100, rows: 20 });
    await terminal.press("Enter");
    await terminal.waitFor(/\[coder-1\]/);
    await terminal.press("C-b", "d");
    await terminal.waitFor(/> coder-1 /);
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
  });

  it("runs the commands of an agent, with their questions", async () => {
    const terminal = await open({ columns: 100, rows: 20 });
    await terminal.press("w");
    await terminal.waitFor(/action +nothing to do[^]*Press Enter/);
    await terminal.press("Enter");
    await terminal.waitFor(/> coder-1 /);
    await terminal.press("x");
    await terminal.waitFor("[y/N]");
    await terminal.press("n", "Enter");
    await terminal.waitFor("Nothing was changed.");
    await terminal.press("Enter");
    await terminal.waitFor(/> coder-1 +running/);
    await terminal.press("r");
    await terminal.waitFor("[y/N]");
    await terminal.press("y", "Enter");
    await terminal.waitFor("complete");
    await terminal.press("Enter");
    await terminal.waitFor(/> coder-1 +running/);
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
    await terminal.close();
  });

  it("shows what others do, and gives the terminal back at SIGTERM", async () => {
    const terminal = await open({ columns: 100, rows: 20 });
    expect((await fleet(box, "stop", "other", "--yes")).code).toBe(0);
    await terminal.waitFor(/other +stopped/);
    await box.run(["pkill", "-TERM", "-f", itself]);
    await terminal.waitFor("icanon");
    await terminal.close();
  });

  it("ends with its terminal", async () => {
    const terminal = await open({ columns: 100, rows: 20 });
    await terminal.close();
    await until("it is gone", async () => (await box.run(["pgrep", "-f", itself])).code !== 0);
  });

  it("needs a terminal, and says what does not", async () => {
    const ran = await fleet(box, "top");
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain("fleet top needs a terminal");
    expect(ran.stderr).toContain("fleet status --watch");
  });
});

describe("fleet status --watch", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, { agents: { coder: { command: waits }, other: { command: waits } } });
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
  });

  it("redraws in place on a terminal, and leaves the last status behind", async () => {
    const terminal = await openTerminal(box, ["fleet", "status", "-w"], { columns: 80, rows: 20 });
    await terminal.waitFor(/other +running/);
    await fleet(box, "stop", "other", "--yes");
    const screen = await terminal.waitFor(/other +stopped/);
    expect(screen.match(/AGENT/g)).toHaveLength(1);
    // Too few rows for all lines: the summary is the last one.
    await terminal.resize(60, 6);
    await terminal.waitFor(
      / more lines: fleet top scrolls\n2 agents, 1 running, 1 with something pending: see fleet pl…$/,
    );
    await terminal.resize(80, 20);
    await terminal.waitFor(/other +stopped/);
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(0);
    expect(await terminal.screen()).toMatch(/other +stopped/);
    await terminal.close();
  });

  it("prints again after each change without a terminal", async () => {
    await fleet(box, "start", "other", "--yes");
    const script = "fleet status -w >out 2>&1 & echo $! >pid; wait; echo ended >>out";
    const running = box.sh(`cd ~/work && { ${script}; }`);
    await until("it has printed", async () =>
      ((await box.read(`${box.home}/work/out`)) ?? "").includes("AGENT"),
    );
    await fleet(box, "stop", "other", "--yes");
    await until("it has printed again", async () =>
      /other +stopped/.test((await box.read(`${box.home}/work/out`)) ?? ""),
    );
    await box.sh("kill $(cat ~/work/pid)");
    await running;
  });
});
