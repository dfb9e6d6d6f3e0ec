import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const names = ["one", "two", "three", "four", "five"];

describe("A tmux server that is killed", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, {
      defaults: { onChange: "restart" },
      agents: Object.fromEntries(names.map((name) => [name, { command: waits }])),
    });
    await apply(box);
  });

  it("is reported once by a watch and by status, and not for each of its agents", async () => {
    const watch = await startWatch(box);
    await watch.settled();
    const before = (await watch.told()).length;
    const killed = (await tmux(box, "display-message", "-p", "#{pid}")).trim();
    await box.sh(`kill -9 ${killed}`);
    await until("a new server has all agents", async () => {
      const pids = await tmux(box, "list-panes", "-a", "-F", "#{pid} #{pane_dead}");
      return pids.split("\n").filter((line) => /^\d+ 0$/.test(line) && !line.startsWith(killed)).length === 5;
    });
    const back =
      /^The tmux server ended and is back since \d\d:\d\d:\d\d\. All of its agents were started again\.$/;
    await watch.waitFor(
      "the server is back",
      ({ event, text }) => event === "note" && back.test(String(text)),
      before,
    );
    await watch.settled();
    const told = (await watch.told()).slice(before);
    expect(told.filter(({ event }) => event === "crashed" || event === "failed")).toEqual([]);
    expect(told.filter(({ event, text }) => event === "note" && back.test(String(text)))).toHaveLength(1);
    await watch.stop();

    const notes = (await fleet(box, "status")).stdout.match(/^Note: The tmux server .*$/gm);
    expect(notes).toEqual([expect.stringMatching(/ended and is back since/)]);
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
  });

  it("is reported once and first if it dies during an apply", async () => {
    // The session of a new agent ends the server. No known cause does so today.
    await tmux(box, "set-hook", "-g", "session-created", "kill-server");
    await declare(box, {
      agents: Object.fromEntries([...names, "six"].map((name) => [name, { command: waits }])),
    });
    const { stderr } = await fleet(box, "apply", "--yes");
    const errors = stderr.split("\n").filter((line) => /^(?:Error|Warning):/.test(line));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /^(Warning|Error): the tmux server (ended during the apply, and is back|does not run)/,
    );
  });
});
