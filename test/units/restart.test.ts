import { describe, expect, it } from "vitest";
import { openTerminal } from "../support/rig/terminal.ts";
import { until } from "../support/rig/until.ts";
import {
  dropIn,
  pane,
  property,
  scrollback,
  start,
  systemctl,
  tmux,
  unitOf,
  untilShown,
  untilState,
} from "../support/units/fleet.ts";
import { useUnits } from "../support/units/use-units.ts";

describe("a restart", () => {
  const box = useUnits();

  const attach = (agent: string) =>
    openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", `=${agent}`]);
  const counting = `echo x >>~/runs; echo "run $(wc -l <~/runs)"; seq 100; echo last; exec sleep infinity`;

  it("keeps people attached, and their whole scrollback", async () => {
    await start(box, "canary", counting);
    const terminal = await attach("canary");
    await terminal.waitFor("last");
    const session = await pane(box, "=canary:", "#{session_id} #{pane_id}");
    await systemctl(box, "restart", unitOf("canary"));
    await untilShown(box, "canary", "run 2");
    expect(await pane(box, "=canary:", "#{session_id} #{pane_id} #{session_attached}")).toBe(`${session} 1`);
    const shown = (await scrollback(box, "canary")).split("\n");
    const numbers = Array.from({ length: 100 }, (_, index) => String(index + 1));
    // tmux writes "Pane is dead" when it has seen the death, which may be after the pane is in use again.
    const kept = shown.slice(0, shown.indexOf("run 2")).filter((line) => !/^\s*$|Pane is dead/.test(line));
    expect(kept).toEqual(["run 1", ...numbers, "last", "Terminated"]); // by the shell, of the command
    await terminal.close();
  });

  it("after a crash does so too", async () => {
    await start(
      box,
      "crash",
      "echo before; if [ -e ~/crashed ]; then exec sleep infinity; fi; read -r _; touch ~/crashed; exit 2",
    );
    const terminal = await attach("crash");
    await terminal.waitFor("before");
    await terminal.press("Enter");
    await until("it was restarted", async () => (await property(box, "crash", "NRestarts")) === "1");
    await untilState(box, "crash", "active");
    expect((await scrollback(box, "crash")).match(/before/g)).toHaveLength(2);
    expect(await pane(box, "=crash:", "#{session_attached}")).toBe("1");
    await terminal.close();
  });

  it("keeps the windows and panes that people have opened, and finds its own among them", async () => {
    await start(box, "shared", "echo agent; exec sleep infinity");
    const own = await pane(box, "=shared:", "#{pane_id}");
    const split = (
      await tmux(
        box,
        "split-window",
        "-t",
        "=shared:",
        "-P",
        "-F",
        "#{pane_id} #{pane_pid}",
        "sleep",
        "infinity",
      )
    ).trim();
    const window = (
      await tmux(
        box,
        "new-window",
        "-t",
        "=shared:",
        "-P",
        "-F",
        "#{pane_id} #{pane_pid}",
        "sleep",
        "infinity",
      )
    ).trim();
    await tmux(box, "move-pane", "-s", own, "-t", split.split(" ")[0] ?? "");
    await systemctl(box, "restart", unitOf("shared"));
    const panes = (await tmux(box, "list-panes", "-s", "-t", "=shared:", "-F", "#{pane_id} #{pane_pid}"))
      .trim()
      .split("\n");
    expect(panes).toHaveLength(3);
    expect(panes).toContain(split);
    expect(panes).toContain(window);
    expect(
      await tmux(box, "list-panes", "-s", "-t", "=shared:", "-F", "#{pane_id} #{pane_dead} #{@mosaic_agent}"),
    ).toContain(`${own} 0 shared\n`);
  });

  it("gives the agent a new window if a person has closed its pane next to others", async () => {
    await start(box, "closed", "exec sleep infinity");
    const own = await pane(box, "=closed:", "#{pane_id}");
    await tmux(box, "split-window", "-t", "=closed:", "sleep", "infinity");
    await tmux(box, "kill-pane", "-t", own);
    await until("it was restarted", async () => (await property(box, "closed", "NRestarts")) === "1");
    await untilState(box, "closed", "active");
    const marks = await tmux(
      box,
      "list-panes",
      "-s",
      "-t",
      "=closed:",
      "-F",
      "[#{@mosaic_agent}] #{pane_dead}",
    );
    expect(marks.trim().split("\n").toSorted()).toEqual(["[] 0", "[closed] 0"]);
  });

  it("passes on the current text of its env file, also to the marks", async () => {
    await box.write(
      "~/.config/mosaic/fleet/agents/marked.env",
      "MOSAIC_AGENT_COMMAND=exec sleep infinity\nMOSAIC_AGENT_CONFIG=mosaic 1a2b command=x\n",
    );
    await dropIn(box, "marked", "[Service]\nEnvironment=MOSAIC_AGENT_UNITS=9f\n");
    await systemctl(box, "start", unitOf("marked"));
    expect(await pane(box, "=marked:", "#{@mosaic_config}|#{@mosaic_units}")).toBe(
      "mosaic 1a2b command=x|9f",
    );
    await box.write("~/.config/mosaic/fleet/agents/marked.env", "MOSAIC_AGENT_COMMAND=exec sleep infinity\n");
    await systemctl(box, "restart", unitOf("marked"));
    expect(await pane(box, "=marked:", "#{@mosaic_config}|#{@mosaic_units}|#{pane_dead}")).toBe("|9f|0");
  });

  it("waits for an agent with a slow end", async () => {
    await start(
      box,
      "slow",
      "trap 'sleep 1; echo ended >>~/slow; exit' TERM HUP; echo begun >>~/slow; while :; do sleep 0.1; done",
    );
    await until("it runs", async () => (await box.read("~/slow")) === "begun\n");
    await systemctl(box, "restart", unitOf("slow"));
    await until("it runs again", async () => (await box.read("~/slow")).split("\n").length === 4);
    expect(await box.read("~/slow")).toBe("begun\nended\nbegun\n");
  });

  it("replaces the hooks of an earlier version, and puts back removed ones", async () => {
    await start(box, "guarded", "exec sleep infinity");
    const hooks = async () => {
      const all = `${await tmux(box, "show-hooks", "-g")}\n${await tmux(box, "show-hooks", "-g", "-w")}`;
      return [...new Set(all.split("\n").filter((line) => line.includes("[3776]")))].sort();
    };
    const first = await hooks();
    expect(first.map((line) => line.split("[")[0])).toEqual([
      "after-set-option",
      "client-detached",
      "client-session-changed",
      "pane-died",
    ]);
    await tmux(box, "set-hook", "-g", "pane-died[3776]", "set-option -g @earlier 1");
    await tmux(box, "set-option", "-t", "=guarded:", "@mosaic_size", "90x30");
    await systemctl(box, "restart", unitOf("guarded"));
    expect(await hooks()).toEqual(first);
    expect(await tmux(box, "show-options", "-q", "-t", "=guarded:", "@mosaic_size")).toBe("");
    await tmux(box, "set-hook", "-g", "client-detached", "set-option -g @mine 1");
    expect(await hooks()).not.toEqual(first);
    await systemctl(box, "restart", unitOf("guarded"));
    expect(await hooks()).toEqual(first);
    expect(await tmux(box, "show-hooks", "-g")).toContain("client-detached[0] set-option -g @mine 1");
    await systemctl(box, "stop", unitOf("guarded"));
  });
});
