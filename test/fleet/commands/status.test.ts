import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

describe("fleet status", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        coder: {
          command: `printf 'the first line\\n\\033[31mred and \\a last\\033[m\\n'; exec sleep 1000`,
          replicas: 2,
        },
        off: { command: waits, state: "stopped" },
        zbad: { command: "exit 3", restart: { policy: "no" } },
      },
    });
    await fleet(box, "apply", "--yes");
    await until("zbad has failed", async () => /^zbad +failed/m.test((await fleet(box, "status")).stdout));
  });

  const linesOf = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await fleet(box, "status", ...args)).stdout.split("\n");

  it("begins with the agents that need attention, and sorts as one asks", async () => {
    const order = async (...args: readonly string[]): Promise<readonly string[]> =>
      (await linesOf("--columns", "agent,state", ...args))
        .slice(2, 6)
        .map((line) => line.split(" ")[0] ?? "");
    expect(await order()).toEqual(["AGENT", "zbad", "coder-1", "coder-2"]);
    expect(await order("--sort", "name")).toEqual(["AGENT", "coder-1", "coder-2", "off"]);
  });

  it("prints names for scripts, and the same data as YAML and as JSON", async () => {
    expect(await linesOf("-o", "name")).toEqual(["coder-1", "coder-2", "off", "zbad", ""]);
    const [yaml, json] = [await fleet(box, "status", "-o", "yaml"), await fleet(box, "status", "-o", "json")];
    const names = (value: { readonly agents: readonly { readonly name: string }[] }): readonly string[] =>
      value.agents.map(({ name }) => name);
    expect(names(parse(yaml.stdout))).toEqual(["coder-1", "coder-2", "off", "zbad"]);
    expect(Object.keys(parse(yaml.stdout))).toEqual(Object.keys(JSON.parse(json.stdout)));
  });

  it("answers by its exit code alone with -q", async () => {
    expect(await fleet(box, "status", "-q")).toMatchObject({ code: 4, stdout: "", stderr: "" });
    const named = await fleet(box, "status", "-q", "-o", "name");
    expect(named).toMatchObject({ code: 4, stdout: "coder-1\ncoder-2\noff\nzbad\n", stderr: "" });
    expect(await fleet(box, "status", "-q", "coder", "off")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("takes name for the column of the agent, as --sort does", async () => {
    const { stdout } = await fleet(box, "status", "--columns", "name,state", "coder");
    expect(stdout).toMatch(/^AGENT +STATE$/m);
  });

  it("refuses an unknown column or order, and names the nearest", async () => {
    const column = await fleet(box, "status", "--columns", "agent,memry");
    expect(column.code).toBe(64);
    expect(column.stderr).toContain('there is no column "memry"');
    expect(column.stderr).toContain("did you mean memory?");
    const order = await fleet(box, "status", "--sort", "nam");
    expect(order).toMatchObject({ code: 64 });
    expect(order.stderr).toContain("did you mean name?");
  });

  it("shows the last line of each pane without control characters, and asks tmux once", async () => {
    const { stdout, stderr } = await fleet(box, "status", "--columns", "agent,last", "-v", "coder");
    expect(stdout).toMatch(/^coder-1 +red and +last$/m);
    expect(stderr.match(/capture-pane -pJ -S 0/g)?.length).toBe(2);
    expect(stderr.match(/^\$ tmux .*capture-pane/gm)?.length).toBe(1);
    expect((await fleet(box, "status", "-v")).stderr).not.toContain("capture-pane");
  });

  it("says why figures are missing, unless somebody has silenced that", async () => {
    const hasMemory = (await fleet(box, "status")).stdout.includes("MEMORY");
    const why = "No memory: systemd gives this account no controller for it";
    expect((await fleet(box, "status")).stdout.includes(why)).toBe(!hasMemory);
    await fleet(box, "doctor", "--ignore", "controllers");
    expect((await fleet(box, "status")).stdout).not.toContain(why);
    await fleet(box, "doctor", "--unignore", "controllers");
  });

  it("fits the terminal: cut at 60 columns, with the last lines at 200", async () => {
    for (const columns of [60, 200]) {
      const terminal = await openTerminal(box, ["fleet", "status"], { columns, rows: 30 });
      expect(await terminal.exitCode()).toBe(0);
      const screen = await terminal.screen();
      const table = screen.split("\n").filter((line) => /^(?:AGENT|coder|off|zbad)/.test(line));
      expect(table.length, screen).toBe(5);
      expect(screen.includes("LAST LINE")).toBe(columns === 200);
      expect(screen.includes("RESTARTS")).toBe(columns === 200);
      await terminal.close();
    }
  });
});
