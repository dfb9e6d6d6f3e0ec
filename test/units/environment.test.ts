import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/rig/until.ts";
import { declare, exists, property, sessions, systemctl, unitOf } from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

const nasty: Readonly<Record<string, string>> = {
  QUOTES: `"double" 'single' \`ticks\` "'"'"`,
  SPACES: "  two before, tab\t, two after  ",
  DOLLAR: "$HOME ${PATH} $(touch ~/ran) $$ $",
  PERCENT: "%i %n %% 100% #{pane_id} #(touch ~/ran)",
  BACKSLASHES: "\\ \\\\ \\n \\$ ends with \\",
  LINES: "first\n second\n\nlast\n",
  HASH: "# not a comment",
  SEMICOLON: "; and; more;",
  TILDE: "~/x",
  UNICODE: "āÁ\u0081 日本語 🦊 e\u0301",
  GLOB: "* ? [a-z] {a,b} !x",
  CONTROL: "\u0001\u001b[31mred\u001b[0m\u007f",
  EQUALS: "=a=b=",
  DASH: "-n -e",
  EMPTY: "",
  LONG: "x".repeat(60_000),
  // Names that are also variables of the script.
  name: "not the agent's",
  status: "13",
  unit: "u",
  group: "g",
  directory: "/nowhere",
  fifo: "/nowhere",
  socket: "nowhere",
  jobs: " mosaic-agent@all.service stop ",
  pid: "1",
  line: "l",
  who: "w",
  tool: "t",
  target: "t",
};

/** Variables with a meaning for programs that the script runs, or for the shell itself. */
const meaning: Readonly<Record<string, string>> = {
  PATH: "/run/home/no tools here",
  HOME: "/run/home/other home",
  SHELL: "/bin/false",
  TMUX_TMPDIR: "/run/home/own-tmux",
  XDG_RUNTIME_DIR: "/run/home/nowhere",
  DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/home/nowhere/bus",
  ENV: "/run/home/rc",
  BASH_ENV: "/run/home/rc",
  CDPATH: "/usr:/etc",
  LC_ALL: "C",
  POSIXLY_CORRECT: "1",
  COLUMNS: "7",
  SYSTEMD_COLORS: "1",
  COLORTERM: "24bit",
};

describe("the environment of an agent", () => {
  const box = useUnits();
  beforeAll(async () => {
    await box.write("~/rc", "touch /run/home/ran; exit 1\n");
    await box.sh("mkdir -p 'no tools here' 'other home' own-tmux", { cwd: "/run/home" });
  });

  /** Runs an agent that writes down its environment, and returns it. */
  async function environmentOf(
    agent: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, string>> {
    const file = `/run/home/${agent}.environment`;
    await declare(box, agent, {
      MOSAIC_AGENT_COMMAND: `/bin/cat /proc/self/environ >${file}.new && /bin/mv ${file}.new ${file}; exec /bin/sleep infinity`,
      ...variables,
    });
    await systemctl(box, "restart", unitOf(agent));
    const text = await until("the agent has written it down", () => box.read(file));
    await box.sh(`rm ${file}`);
    return new Map(
      text
        .split("\0")
        .filter(Boolean)
        .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
  }

  it("has every value exactly as declared", async () => {
    const seen = await environmentOf("nasty", nasty);
    for (const [name, value] of Object.entries(nasty)) expect([name, seen.get(name)]).toEqual([name, value]);
    expect(await exists(box, "~/ran")).toBe(false);
  });

  it("has them on a restart too, in an old pane", async () => {
    const seen = await environmentOf("nasty", { ...nasty, EMPTY: "no more", DASH: "-n" });
    expect([seen.get("EMPTY"), seen.get("DASH"), seen.get("LINES")]).toEqual([
      "no more",
      "-n",
      nasty["LINES"],
    ]);
  });

  it("may hide tmux and everything else from the agent, but not from the script", async () => {
    const seen = await environmentOf("meaning", meaning);
    for (const [name, value] of Object.entries(meaning))
      expect([name, seen.get(name)]).toEqual([name, value]);
    expect(await exists(box, "~/ran")).toBe(false);
    await systemctl(box, "restart", unitOf("meaning"));
    await systemctl(box, "stop", unitOf("meaning"));
    expect(
      (await box.run(["tmux", "-N", "-L", "mosaic-factory", "has-session", "-t", "=meaning:"])).code,
    ).toBe(1);
  });

  it("no longer hides them if the holder is from a version that did not report their paths", async () => {
    await box.sh("rm $XDG_RUNTIME_DIR/mosaic-tmux-holder/path");
    const seen = await environmentOf("meaning", meaning);
    expect(seen.get("PATH")).toBe(meaning["PATH"]);
    await systemctl(box, "restart", "mosaic-tmux-holder.service");
  });

  it("has tmux's terminal, with any terminal in the unit's environment", async () => {
    const seen = await environmentOf("terminal", { TERM: "dumb", TERM_PROGRAM: "vscode" });
    expect(seen.get("TERM")).toMatch(/^(tmux|screen)/);
    expect([seen.get("TERM_PROGRAM"), seen.get("COLORTERM")]).toEqual(["tmux", "truecolor"]);
  });

  it("reveals neither the fleet's tmux server nor the unit's internals", async () => {
    const seen = await environmentOf("inner", {
      MOSAIC_AGENT_CONFIG: "mosaic 12 a=b",
      TMUX: "x",
      TMUX_PANE: "y",
    });
    const inner = [...seen.keys()].filter((name) =>
      /^(MOSAIC|TMUX|.*DIRECTORY|INVOC|JOURNAL|PIDFILE|NOTIFY)/.test(name),
    );
    expect(inner.toSorted()).toEqual([
      "MOSAIC_AGENT_ACTIVITY",
      "MOSAIC_AGENT_BUSY",
      "MOSAIC_AGENT_COMMAND",
      "MOSAIC_AGENT_CONVERSATION",
      "MOSAIC_AGENT_NAME",
      "MOSAIC_AGENT_PANE",
      "MOSAIC_AGENT_TOOLS",
      "MOSAIC_TMUX_SOCKET",
      "TMUX_TMPDIR",
    ]);
    expect(seen.get("MOSAIC_AGENT_NAME")).toBe("inner");
    expect(seen.get("TMUX_TMPDIR")).toBe(`/run/user/${box.uid}/mosaic-agent/inner/tmux`);
  });

  it("lets the agent use tmux for itself, away from the fleet's and the user's own server", async () => {
    await box.sh("tmux new-session -d -s of-the-user");
    await declare(box, "nested", {
      MOSAIC_AGENT_COMMAND:
        "tmux new-session -d sleep 1000; tmux kill-server && touch ~/killed; exec sleep infinity",
    });
    await systemctl(box, "start", unitOf("nested"));
    await until("it has killed its server", () => box.read("~/killed"));
    expect(await box.sh("tmux list-sessions -F '#{session_name}'")).toBe("of-the-user\n");
    expect(await sessions(box)).toContain("nested");
  });

  it("is in no process's arguments, and in no readable file", async () => {
    await declare(box, "secret", { TOKEN: "tok-5ecret", MOSAIC_AGENT_COMMAND: "exec sleep infinity" });
    await systemctl(box, "start", unitOf("secret"));
    expect((await box.run(["bash", "-c", "ps -eo args= | grep [t]ok-5ecret"])).code).toBe(1);
    expect(
      (await box.run(["grep", "-rl", "tok-5ecret", `/run/user/${box.uid}/mosaic-agent`, "/tmp"])).stdout,
    ).toBe("");
    expect(
      (
        await box.run([
          "bash",
          "-c",
          "tmux -L mosaic-factory show-environment -g; tmux -L mosaic-factory show-environment -t =secret:",
        ])
      ).stdout,
    ).not.toContain("tok-5ecret");
  });

  it("has the unit's limit of open files, not the tmux server's", async () => {
    await declare(box, "limits", { MOSAIC_AGENT_COMMAND: "ulimit -n >~/limit; exec sleep infinity" });
    await systemctl(box, "start", unitOf("limits"));
    const limit = await until(
      "the agent has written it down",
      async () => (await box.read("~/limit")) || false,
    );
    expect(limit.trim()).toBe(await property(box, "limits", "LimitNOFILESoft"));
    const server = await systemctl(
      box,
      "show",
      "--property=LimitNOFILESoft",
      "--value",
      "mosaic-tmux-holder.service",
    );
    expect(Number(server)).toBeGreaterThan(Number(limit));
  });
});
