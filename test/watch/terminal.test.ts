import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { declare, waits, type FleetFile } from "../support/fleet/fleet.ts";
import { machineState, unitState } from "../support/fleet/state.ts";
import { openTerminal, type Terminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

const fleetWith = (model: string, more: object = {}): FleetFile => ({
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet", onChange: "restart" },
  agents: { first: { env: { MODEL: model } }, second: {}, third: {}, ...more },
});

/** All three run, and the watch waits for something to happen. */
const calm = /watching, next look in .*\n(?:.*\n)+3 agents, 3 running, nothing pending\./;

describe("fleet watch on a terminal", () => {
  const box = useSandbox();
  let shell: Terminal;
  beforeEach(async () => {
    await declare(box, fleetWith("opus"));
    shell = await openTerminal(box, ["bash", "--norc"]);
    await enter("PS1='$ '");
  });
  // A watch that a failed test has left would hold up the next one.
  afterEach(async () => {
    await shell.close();
    await untilGone();
  });
  const untilGone = (): Promise<true> =>
    until(
      "the watch is gone",
      async () => (await box.run(["pgrep", "-f", "^node .*fleet watch"])).code === 1,
    );

  async function enter(line: string): Promise<void> {
    await shell.type(line);
    await shell.press("Enter");
  }

  /** Enters a line on an empty screen. */
  async function enterAlone(line: string): Promise<void> {
    await enter("clear");
    await shell.waitFor(/^\$$/);
    await enter(line);
  }

  /** Starts a watch on an empty screen, and waits until it shows that all is well. */
  async function watch(model: string): Promise<void> {
    await declare(box, fleetWith(model));
    await enterAlone("fleet watch");
    await shell.waitFor(calm);
  }

  /** Presses a key that ends it, and expects a clean end. */
  async function endWith(key: string): Promise<void> {
    await shell.press(key);
    expect(await shell.waitFor(/no longer watching\. The agents go on\.\n\$$/)).not.toContain("q quit");
    await enter("echo code $?");
    await shell.waitFor(/^code 0$/m);
  }

  const agents = (): Promise<readonly string[]> => unitState(box, "mosaic-*");
  const timesIn = (screen: string, text: string): number => screen.split(text).length - 1;

  it("shows the agents, and the events above them", async () => {
    await watch("opus");
    await declare(box, fleetWith("sonnet"));
    // After two seconds, a slow restart is awaited next to other work, and told by itself.
    const events = /(?=[^]*-\/\+ first restarted: env\.MODEL changed\n)(?=[^]*edit: [23] actions done)/;
    const view = /[^]*\n\nFleet mosaic · fleet\.yaml · /;
    const screen = await shell.waitFor(new RegExp(events.source + view.source + calm.source));
    expect(screen).toMatch(/^AGENT +STATE +SINCE +RESTARTS +PENDING\nfirst +running +\d+ s +0 +-$/m);
    expect(timesIn(screen, "q quit · r reconcile now · p pause")).toBe(1);
    await endWith("q");
  });

  it("is redrawn, and only once, when the terminal becomes narrower or wider", async () => {
    await watch("sonnet");
    await shell.resize(40, 30);
    expect(timesIn(await shell.waitFor(/^Fleet mosaic · fleet\.yaml · .{0,15}…$/m), "Fleet mosaic")).toBe(1);
    await shell.resize(100, 40);
    const wide = await shell.waitFor(/^Fleet mosaic · fleet\.yaml · watching, next look in \d+ /m);
    expect(timesIn(wide, "Fleet mosaic")).toBe(1);
    expect(wide).toContain("No changes. The fleet matches fleet.yaml.");
    await shell.resize(120, 40);
    await endWith("q");
  });

  it("changes nothing during a pause with p, and catches up when it resumes", async () => {
    await watch("haiku");
    await shell.press("p");
    const paused = await shell.waitFor("fleet.yaml · paused");
    expect(paused).toContain("Paused: nothing is changed until it resumes.");
    expect(paused).toContain("p go on");
    const before = await agents();
    await declare(box, fleetWith("opus"));
    // It runs with another model since the beginning of this test, and the view counts its seconds.
    const seconds = (screen: string): number => Number(/^first +running +(\d+) s /m.exec(screen)?.[1]);
    const enough = seconds(paused) + 2;
    const later = await until("the view has counted two seconds more", async () => {
      const screen = await shell.screen();
      return seconds(screen) >= enough && screen;
    });
    expect(later.slice(later.indexOf("Paused"))).not.toContain("first restarted");
    expect(await agents()).toEqual(before);
    // It goes on to look: an agent stopped in between is not shown as running.
    await box.sh("systemctl --user stop mosaic-agent@third.service");
    await shell.waitFor(/^third +stopped/m);
    expect(await shell.screen()).toMatch(/^3 agents, 2 running, /m);
    await shell.press("p");
    await shell.waitFor(/Resumed\.\n(?:.*\n)*.*first restarted: env\.MODEL changed/);
    await endWith("q");
  });

  it("reconciles at once with r, including an agent that keeps failing", async () => {
    const bad = { command: "echo no luck; exit 3", restart: { limit: 1 } };
    await watch("haiku");
    await declare(box, fleetWith("haiku", { bad }));
    // Long enough for the key, before the watch tries again by itself.
    await shell.waitFor(
      /x bad failed \(exit status 3\); next try in (?:[4-9]|\d\d) s\n(?:.*\n)*? +\| no luck/,
    );
    await shell.press("r");
    await shell.waitFor(/(?=[^]*~ bad started: it failed )(?=[^]*asked: [12] actions? done)/);
    const screen = await shell.waitFor(/^bad +failed \(3\) +- +0 +start: it failed \(exit status 3\)$/m);
    expect(screen).toMatch(/^4 agents, 3 running, 1 with something pending/m);
    await declare(box, fleetWith("haiku"));
    await shell.waitFor(calm);
    await endWith("q");
  });

  it.each(["q", "C-c", "C-d"])("ends with %s, touches no agent and restores the terminal", async (key) => {
    await enterAlone("stty -g >/tmp/before");
    await watch("haiku");
    const before = await machineState(box);
    await endWith(key);
    expect(await machineState(box)).toEqual(before);
    await enter("stty -g >/tmp/after; echo us'able'");
    expect(await shell.waitFor(/^usable$/m)).toContain("echo us'able'");
    expect(await box.read("/tmp/after")).toBe(await box.read("/tmp/before"));
  });

  it("is stopped with Ctrl-Z, which gives the shell a usable terminal, and continues with fg", async () => {
    await watch("haiku");
    await shell.press("C-z");
    expect(await shell.waitFor(/Stopped +fleet watch\n\$$/)).not.toContain("q quit");
    const before = await agents();
    await declare(box, fleetWith("opus"));
    await enter("echo us'able'");
    expect(await shell.waitFor(/^usable$/m)).toContain("$ echo us'able'");
    expect(await agents()).toEqual(before);
    await enter("fg");
    const screen = await shell.waitFor(/first restarted: env\.MODEL changed\n(?:.*\n)*Fleet mosaic/);
    expect(timesIn(screen, "q quit")).toBe(1);
    await endWith("C-c");
  });

  it("goes on after Ctrl-Z if it is the terminal's own program, which no shell could continue", async () => {
    await declare(box, fleetWith("opus"));
    const own = await openTerminal(box, ["fleet", "watch"]);
    await own.waitFor(calm);
    await own.press("C-z");
    await declare(box, fleetWith("haiku"));
    await own.waitFor(/first restarted: env\.MODEL changed\n(?:.*\n)*.*q quit/);
    await own.press("q");
    await untilGone();
    await own.close();
  });

  it("ends when its terminal is gone, touches no agent, and lets another watch begin", async () => {
    await declare(box, fleetWith("opus"));
    const lost = await openTerminal(box, ["fleet", "watch"]);
    await lost.waitFor(calm);
    const before = await agents();
    await lost.close();
    await untilGone();
    expect(await agents()).toEqual(before);
    await watch("opus");
    await endWith("q");
  });

  it("is in colour unless NO_COLOR is set", async () => {
    const recorded = async (env: string): Promise<string> => {
      await enterAlone(`${env} script -qefc 'fleet watch' /tmp/recorded`);
      await shell.waitFor(calm);
      await endWith("q");
      return box.read("/tmp/recorded");
    };
    // oxlint-disable-next-line no-control-regex
    const colour = /\u001B\[\d+m/;
    expect(await recorded("")).toMatch(colour);
    const plain = await recorded("NO_COLOR=1");
    expect(plain).toContain("q quit");
    expect(plain).not.toMatch(colour);
  });

  it.each([
    ["TERM=dumb", "TERM=dumb fleet watch"],
    ["a pipe behind it", "fleet watch | cat"],
    ["no terminal to listen to", "fleet watch </dev/null"],
    ["-v", "fleet watch -v"],
  ])("with %s prints the events in lines", async (_, command) => {
    await declare(box, fleetWith("opus"));
    await enterAlone(command);
    const screen = await shell.waitFor(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d No changes\. The fleet matches/m);
    expect(screen).toMatch(
      /^[\d-]+ [\d:]+ Watching fleet\.yaml, fleet mosaic; full reconcile every 1 min\.$/m,
    );
    expect(screen).not.toContain("q quit");
    await shell.press("C-c");
    await enter("echo code ${PIPESTATUS[0]}");
    await shell.waitFor(/^code (?:0|130)$/m);
    await until(
      "it has ended",
      async () => (await box.run(["pgrep", "-fx", "node .*fleet watch.*"])).code === 1,
    );
  });

  it("with -q prints the problems in lines, and nothing else", async () => {
    await declare(box, fleetWith("opus"));
    await enterAlone("fleet watch -q");
    await declare(box, "version: 1\nagents: [\n");
    const screen = await shell.waitFor(/The fleet follows|Nothing is changed until/);
    expect(screen).toMatch(/^\$ fleet watch -q\n[\d-]+ [\d:]+ Error: /m);
    await shell.press("C-c");
    await shell.waitFor(/\n\^C\$$/);
  });
});
