import { beforeAll, describe, expect, it } from "vitest";
import type { LogLineJson } from "../../../src/report/logs/log-output.ts";
import { declare, fleet, tmux } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { misfits } from "../../support/report/schema.ts";

/** Prints the lines of a file that others append to. */
const echoes = (file: string): string => `touch ${file}; exec tail -n +1 -f ${file}`;

describe("fleet logs", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      agents: {
        talker: { command: echoes("~/talk") },
        other: { command: echoes("~/other"), labels: { team: "core" } },
        painted: { command: String.raw`printf '\033[31mred\033[0m plain\n\n  indented\n'; exec sleep 1000` },
        broken: { command: "echo last words; exit 3", restart: { policy: "no" } },
        hider: {
          command: String.raw`if [ -e ~/again ]; then printf '\033[?1049h\033[Hclean\n'; exec sleep 1000; fi; touch ~/again; seq 3; echo famous last words; sleep 0.2; exit 3`,
          restart: { delay: "100ms" },
        },
        pager: { command: "seq 500 > ~/numbers; exec less ~/numbers" },
      },
    });
    await fleet(box, "apply", "--yes");
    await box.sh("echo one >> ~/talk; echo two >> ~/talk; echo uno >> ~/other");
    await until("all have printed", async () => {
      const { stdout } = await fleet(box, "logs", "--pane");
      return ["two", "uno", "indented", "Pane is dead", "numbers", "clean"].every((text) =>
        stdout.includes(text),
      );
    });
  });

  it("prints what one agent printed, and changes nothing", async () => {
    const before = await machineState(box);
    expect(await fleet(box, "logs", "--pane", "talker")).toMatchObject({
      code: 0,
      stdout: "one\ntwo\n",
      stderr: "",
    });
    expect(await fleet(box, "logs", "--pane", "-n", "1", "talker")).toMatchObject({ stdout: "two\n" });
    expect(await fleet(box, "logs", "--pane", "-n", "0", "talker")).toMatchObject({ stdout: "" });
    expect(await machineState(box)).toEqual(before);
  });

  it("keeps empty lines, indents and, on request, colours", async () => {
    expect((await fleet(box, "logs", "--pane", "painted")).stdout).toBe("red plain\n\n  indented\n");
    const colored = await box.fleet(["logs", "--pane", "painted"], { env: { FORCE_COLOR: "1" } });
    expect(colored.stdout).toContain("\u001B[31mred\u001B[39m plain");
  });

  it("keeps the screen of an agent that failed, with what its unit said", async () => {
    const { stdout } = await fleet(box, "logs", "broken");
    expect(stdout).toMatch(
      /pane \| last words\n[^]*pane \| Pane is dead .*\nunit \| agent broken: command failed/,
    );
    const timed = await fleet(box, "logs", "--pane", "-t", "broken");
    expect(timed.stdout).toMatch(/^-\s+last words\n[^]*^\d{4}-\S+Z Pane is dead/m);
    await fleet(box, "start", "--yes", "broken");
    await until("both runs have ended", async () => {
      const shown = await fleet(box, "logs", "--pane", "broken");
      return shown.stdout.match(/^last words\n[^]*?^Pane is dead/gm)?.length === 2;
    });
  });

  it("tells whole lines of several agents apart, by names, patterns and labels", async () => {
    expect((await fleet(box, "logs", "--pane", "talker", "other")).stdout).toBe(
      "other  | uno\ntalker | one\ntalker | two\n",
    );
    expect((await fleet(box, "logs", "--pane", "-l", "team=core")).stdout).toBe("uno\n");
    expect((await fleet(box, "logs", "--pane", "t*")).stdout).toBe("one\ntwo\n");
    const unknown = await fleet(box, "logs", "nobody");
    expect(unknown).toMatchObject({ code: 64, stdout: "" });
    expect(unknown.stderr).toContain("nobody");
  });

  it("prints the screen of a program that uses all of it, and says so", async () => {
    const { stdout, stderr } = await fleet(box, "logs", "--pane", "pager");
    expect(stdout).toContain("numbers");
    expect(stderr).toContain("uses the whole screen");
  });

  it("says that a fleet has no agents, and follows nothing", async () => {
    await box.write("~/work/none.yaml", "version: 1\nname: none\nagents: {}\n");
    for (const flags of [[], ["-f"]]) {
      const ran = await fleet(box, "logs", "--file", "none.yaml", ...flags);
      expect([flags, ran]).toEqual([flags, { code: 0, stdout: "", stderr: "No agents.\n" }]);
    }
  });

  it("prints one object a line with --json", async () => {
    const { stdout } = await fleet(box, "logs", "--json", "--pane", "talker", "painted");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as LogLineJson);
    expect(lines.flatMap((line) => misfits("logs", line))).toEqual([]);
    expect(lines.slice(0, 1)).toEqual([{ agent: "painted", source: "pane", text: "red plain", time: null }]);
    expect(lines.at(-1)).toEqual({ agent: "talker", source: "pane", text: "two", time: null });
  });

  it("shows the runs that began after --since, leaves out lines of unknown age, and refuses what is no time", async () => {
    const whole = await fleet(box, "logs", "--pane", "talker", "broken");
    expect(await fleet(box, "logs", "--pane", "--since", "1h", "talker", "broken")).toEqual(whole);
    const later = new Date(Date.now() + 60_000).toTimeString().slice(0, 8);
    const since = await fleet(box, "logs", "--since", later, "talker", "broken");
    expect(since.stdout).toBe("");
    expect(since.stderr).toContain("Left out: what talker printed. tmux keeps no times of lines");
    expect(await fleet(box, "logs", "--since", "nonsense", "broken")).toMatchObject({ code: 64, stdout: "" });
  });

  it("prints the end of a failed run that the next one hides, and on request the last one", async () => {
    await until("it runs again", async () => (await fleet(box, "logs", "hider")).stdout.includes("clean"));
    const { stdout } = await fleet(box, "logs", "--pane", "hider");
    expect(stdout).toMatch(
      /famous last words\n[^]*--- run 1 ended with exit status 3 at \S+Z ---\n[^]*clean\n/,
    );
    expect(stdout.match(/famous last words/g)).toHaveLength(1);
    const previous = await fleet(box, "logs", "-p", "hider");
    expect(previous.stdout).toMatch(
      /^1\n2\n3\nfamous last words\n[^]*--- run 1 ended with exit status 3 at \S+Z ---\n$/,
    );
    const json = await fleet(box, "logs", "--previous", "--json", "hider");
    const lines = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as LogLineJson);
    expect(lines.flatMap((line) => misfits("logs", line))).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ source: "run", agent: "hider", time: expect.any(String) });
    expect((await fleet(box, "logs", "-p", "--unit", "hider")).code).toBe(64);
    await fleet(box, "stop", "--yes", "hider");
    expect((await fleet(box, "logs", "--pane", "hider")).stderr).toContain("fleet logs -p hider");
  });

  describe("with -f", () => {
    /** Follows in the background, into a file. */
    const follow = async (args: string): Promise<string> => {
      const pid = await box.sh(`fleet logs ${args} > ~/followed 2> ~/remarks & echo $!`, {
        cwd: "work",
        isReal: true,
      });
      return pid.trim();
    };
    const followed = (): Promise<string> => box.read("~/followed");
    const has = (text: string): Promise<unknown> =>
      until(`${text} is followed`, async () => (await followed()).includes(text));
    /** Interrupts it, and waits for its end. */
    const end = async (pid: string): Promise<void> => {
      await box.sh(`kill -INT ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
    };

    it("prints each new line once, through a restart of the agent, and ends with Ctrl-C", async () => {
      const pid = await follow("-f -n 1 --pane talker");
      await has("two\n");
      await box.sh("for i in $(seq 200); do echo more $i; done >> ~/talk");
      await has("more 200\n");
      await box.sh(": > ~/talk");
      await fleet(box, "restart", "--yes", "--now", "talker");
      await box.sh("echo again >> ~/talk");
      await has("again\n");
      await end(pid);
      const lines = (await followed()).trim().split("\n");
      const numbers = lines.filter((line) => line.startsWith("more"));
      expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => `more ${index + 1}`));
      expect(lines[0]).toBe("two");
      expect(lines.filter((line) => line === "again")).toHaveLength(1);
    });

    it("waits for agents without a session, and continues with a new tmux server", async () => {
      await fleet(box, "stop", "--yes", "other");
      const pid = await follow("-f --pane other");
      await until("it waits", async () => (await box.read("~/remarks")).includes("waiting"));
      await box.sh(": > ~/other");
      await fleet(box, "start", "--yes", "other");
      await box.sh("echo first >> ~/other");
      await has("first\n");
      const seen = () => tmux(box, "display-message", "-pt", "=other:", "#{pid} #{pane_dead}");
      const before = await seen();
      await tmux(box, "kill-server").catch(() => "");
      await until("a new server runs it", async () => {
        const now = await seen();
        return now !== before && now.endsWith(" 0\n");
      });
      await box.sh("echo second >> ~/other");
      await has("second\n");
      await end(pid);
    });

    it("knows a cleared screen from a program that moves the cursor", async () => {
      const pid = await follow("-f -n 1 --pane talker other");
      await has("talker | ");
      await box.sh("seq -f 'before %g' 20 >> ~/talk");
      await has("before 20\n");
      await box.sh(String.raw`printf '\033[H\033[2Jafter the clear\nfixed\nx\n' >> ~/talk`);
      await has("| x\n");
      await box.sh(String.raw`printf '\033[2A' >> ~/talk; echo a look >> ~/other`);
      await has("a look\n");
      await box.sh(String.raw`printf '\033[2Bthe end\n' >> ~/talk; echo another >> ~/other`);
      await has("the end\n");
      await end(pid);
      const lines = (await followed()).split("\n").filter((line) => line.startsWith("talker"));
      expect(lines.slice(-4)).toEqual(
        ["after the clear", "fixed", "x", "the end"].map((text) => `talker | ${text}`),
      );
    });
  });
});
