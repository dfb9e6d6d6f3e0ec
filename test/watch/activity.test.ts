import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare } from "../support/fleet/fleet.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { startWatch, type RunningWatch, type Told } from "../support/watch/watcher.ts";

/** A program that reports each line typed into it. */
const talker = `stty -echo; while read -r line; do eval "set -- $line"; "$MOSAIC_AGENT_TOOLS/mosaic-activity" "$@"; done`;

/** A stand-in for notify-send: there is no desktop here. */
const notifySend = `#!/bin/sh
[ -z "$DBUS_SESSION_BUS_ADDRESS" ] || exit 9
printf '%s\\n' "$*" >>~/desktop
`;

describe("A watch of fifty agents that tell what they do", () => {
  const box = useSandbox();
  let watch: RunningWatch;
  const many = Array.from({ length: 50 }, (_, index) => `talker-${index + 1}`);
  const textOf = async (path: string): Promise<string> => box.read(path).catch(() => "");
  const linesIn = async (path: string): Promise<readonly string[]> =>
    (await textOf(path)).split("\n").filter((line) => line !== "");
  const activities = async (since = 0): Promise<readonly string[]> =>
    (await watch.told())
      .slice(since)
      .flatMap(({ event, agent, state, reason }) =>
        event === "activity"
          ? [`${agent} ${state as string}${reason === null ? "" : `: ${reason as string}`}`]
          : [],
      );
  const isAbout = (agent: string, state: string) => (told: Told) =>
    told.event === "activity" && told.agent === agent && told["state"] === state;

  /** Lets agents report. */
  async function say(agents: readonly string[], line: string): Promise<void> {
    const commands = agents.map(
      (name) => `send-keys -l -t =${name}: '${line}' ; send-keys -t =${name}: Enter`,
    );
    await box.run(["tmux", "-N", "-L", "mosaic-factory", "source-file", "-"], { input: commands.join("\n") });
  }

  let marks = 0;
  /** Lets agents report, and waits until the watch has read it: until it has told a later question of another agent. */
  async function saySeen(agents: readonly string[], line: string): Promise<void> {
    const [state = ""] = line.split(" ");
    await say(agents, line);
    for (const name of agents)
      await until(`${name} has reported`, async () => (await reportOf(name)).startsWith(`${state} `));
    marks += 1;
    await say(["marker"], `waiting "mark ${marks}"`);
    await watch.waitFor(
      "the mark",
      ({ event, reason }) => event === "activity" && reason === `mark ${marks}`,
    );
  }
  const reportOf = async (agent: string): Promise<string> =>
    box.sh(`cat "$XDG_RUNTIME_DIR/mosaic-agent-activity/${agent}" 2>/dev/null || :`);

  beforeAll(async () => {
    await box.write("~/bin/notify-send", notifySend);
    await box.sh("chmod +x ~/bin/notify-send; mkdir ~/desk");
    await declare(box, {
      runtimes: { talker: { preset: "shell", command: talker, resume: false } },
      defaults: { runtime: "talker" },
      agents: {
        talker: { replicas: 50 },
        asker: {
          workdir: "~/desk",
          env: { VALUE: "a b" },
          hooks: {
            onWaiting: ['echo "$MOSAIC_HOOK $MOSAIC_AGENT_NAME $VALUE $PWD: $MOSAIC_REASON" >>~/asked'],
          },
        },
        hanger: { hooks: { onWaiting: "sleep 1235", timeout: "1s" } },
        marker: {},
        wrong: { hooks: { onWaiting: "echo no display >&2; exit 7" } },
      },
      notify: [
        { on: ["waiting", "limited", "idle"], desktop: true, every: "2s" },
        { on: ["waiting"], command: ["sleep", "1236"], every: "0s" },
      ],
    });
    await apply(box);
    watch = await startWatch(box, ["--resync", "10m"], {
      env: { PATH: `/run/home/bin:${(await box.sh("echo $PATH")).trim()}`, DBUS_SESSION_BUS_ADDRESS: "" },
    });
    await watch.settled();
  });

  it("tells a burst of questions once each, in few messages, while another receiver hangs", async () => {
    await say(many, 'waiting "Bash(make)"');
    await until("all are told", async () => (await activities()).length >= 50);
    expect((await activities()).toSorted()).toEqual(
      many.map((name) => `${name} waiting: Bash(make)`).toSorted(),
    );
    const messages = await until("the desktop has all", async () => {
      const lines = await linesIn("~/desktop");
      const counted = lines.map((line) => {
        const title = / on \S+: (?:(\d+) agents wait|\S+ waits) for a person/.exec(line);
        return title === null ? 0 : Number(title[1] ?? 1);
      });
      return (
        counted.reduce((sum, one) => sum + one, 0) >= 50 &&
        lines.filter((line) => line.includes("--app-name"))
      );
    });
    expect(messages.length).toBeLessThanOrEqual(3);
    expect(await box.sh("pgrep -xfc 'sleep 1236' || :")).toBe("1\n");
  });

  it("tells the end of work and a limit, and the same activity only once", async () => {
    const { length } = await watch.told();
    await saySeen(["talker-1", "talker-2"], "working");
    await say(["talker-1"], "idle");
    await say(["talker-2"], 'limited "until 3pm"');
    await watch.waitFor("the end", isAbout("talker-1", "idle"), length);
    await watch.waitFor("the limit", isAbout("talker-2", "limited"), length);
    await say(["talker-1"], "idle");
    await say(["talker-3"], 'waiting "Bash(make)"');
    await say(["talker-1"], "waiting again");
    await watch.waitFor("another question", isAbout("talker-1", "waiting"), length);
    await watch.settled();
    expect((await activities(length)).filter((line) => !line.startsWith("marker")).toSorted()).toEqual([
      "talker-1 idle",
      "talker-1 waiting: again",
      "talker-2 limited: until 3pm",
    ]);
    const desktop = await until("the desktop has it", async () => {
      const text = await textOf("~/desktop");
      return text.includes("talker-1 is done") && text;
    });
    expect(desktop).toContain("talker-2 has reached its limit");
  });

  it("runs the hooks of those that wait in their surroundings, and ends one that hangs while it goes on", async () => {
    const { length } = await watch.told();
    await say(["asker", "hanger", "wrong"], 'waiting "which branch?"');
    await until("it hangs", async () => (await box.run(["pgrep", "-xf", "sleep 1235"])).code === 0);
    await box.sh("systemctl --user stop mosaic-agent@talker-50");
    const failed = (agent: string) => (told: Told) => told.event === "hook-failed" && told.agent === agent;
    expect(await watch.waitFor("a hook fails", failed("wrong"), length)).toMatchObject({
      hook: "onWaiting",
      why: "exit status 7: no display",
    });
    expect(await watch.waitFor("a hook is ended", failed("hanger"), length)).toMatchObject({
      why: "it has not ended within 1 s",
    });
    await watch.waitFor(
      "the drift is fixed",
      ({ event, agent }) => event === "changed" && agent === "talker-50",
    );
    await until("it is gone", async () => (await box.run(["pgrep", "-xf", "sleep 1235"])).code === 1);
    expect(await linesIn("~/asked")).toEqual(["onWaiting asker a b /run/home/desk: which branch?"]);
    await saySeen(["asker"], "working");
    await say(["asker"], "waiting next");
    await until("the next one is asked", async () => (await linesIn("~/asked")).length > 1);
    expect((await linesIn("~/asked")).slice(1)).toEqual(["onWaiting asker a b /run/home/desk: next"]);
  });

  it("does not tell that a restarted agent has nothing to do, and begins again with a new watch", async () => {
    await saySeen(["talker-4", "talker-5"], "working");
    const { length } = await watch.told();
    await box.sh("fleet restart --yes talker-4");
    await say(["talker-4"], "idle");
    await say(["talker-5"], "idle");
    await watch.waitFor("the end of another", isAbout("talker-5", "idle"), length);
    await watch.settled();
    expect(await activities(length)).toEqual(["talker-5 idle"]);
    await watch.stop();
    watch = await startWatch(box, ["--resync", "10m"]);
    await watch.settled();
    const told = await until("all that wait are told", async () => {
      const all = await activities();
      return all.length >= 50 && all;
    });
    expect(told.filter((line) => line.includes("idle"))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    await watch.stop();
  });
});
