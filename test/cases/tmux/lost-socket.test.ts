import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { unwrapped } from "../../support/fleet/saving.ts";
import { linesOf } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const command = "echo up; while :; do date +%T; sleep 1; done";

describe("A lost tmux socket file, removed by a cleaner of /tmp,", () => {
  const box = useSandbox();
  let folder: string;
  beforeAll(async () => {
    folder = `/tmp/tmux-${box.uid}`;
    await declare(box, agents());
    await apply(box);
  });
  beforeEach(async () => {
    await declare(box, agents());
    await apply(box, "--now");
  });

  const agents = (a: object = {}) => ({
    defaults: { onChange: "restart" },
    agents: { a: { command, ...a }, b: { command } },
  });
  const pids = async (): Promise<readonly string[]> =>
    linesOf(await tmux(box, "list-panes", "-a", "-F", "#{pid} #{session_name} #{pane_pid}"));
  const take = () => box.sh(`rm ${folder}/mosaic-factory`);

  it("is detected by a plan, which changes nothing, and fixed by an apply, which then does the rest", async () => {
    const before = await pids();
    await take();
    await declare(box, agents({ env: { V: "2" } }));
    const planned = await plan(box);
    expect(planned.actions).toMatchObject([{ kind: "recreate-socket", reason: "socket-gone", cost: "none" }]);
    expect(planned.notes.join()).toContain("The file of tmux socket mosaic-factory is gone");
    expect((await fleet(box, "status")).stdout).toContain("The file of tmux socket mosaic-factory is gone");
    expect(await box.sh(`ls ${folder}`)).toBe("");
    const ran = await fleet(box, "apply", "--yes", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    // One object, as ever: the object of the plan for the agents.
    expect(JSON.parse(ran.stdout)).toMatchObject({ plan: { summary: { restart: 1 } } });
    const after = await pids();
    expect(after.filter((line) => line.includes(" b "))).toEqual(
      before.filter((line) => line.includes(" b ")),
    );
    expect((await plan(box)).actions).toEqual([]);
  });

  it("makes no command about a session take a running agent for a stopped one", async () => {
    await take();
    // A terminal of unknown size has 0 columns.
    const attach = ["script", "-qec", "fleet attach a", "/dev/null"];
    for (const words of [["send", "a", "hi"], ["keys", "a", "C-l"], ["exec", "a", "true"], attach]) {
      const ran = words === attach ? await box.run(attach) : await fleet(box, ...words);
      expect([ran.code, ran.stdout + ran.stderr]).toEqual([
        6,
        expect.stringMatching(/the session of a cannot be reached[^]*no tmux server answers on socket/),
      ]);
    }
    const { stderr } = await fleet(box, "logs", "a");
    expect(stderr).toContain("The screen of a cannot be read. Its unit runs, but");
  });

  it("prevents no restart and no stop, even if the folder is gone too", async () => {
    await box.sh(`rm -r ${folder}`);
    const restarted = await fleet(box, "restart", "--yes", "a");
    expect(restarted.code, restarted.stdout + restarted.stderr).toBe(0);
    expect(restarted.stdout).toContain("tmux server: the file of its socket will be made again");
    expect(restarted.stdout).toContain("1 restarted");
    await take();
    expect((await fleet(box, "stop", "--yes", "a")).code).toBe(0);
    expect((await pids()).map((line) => line.split(" ")[1])).toEqual(["b"]);
  });

  it("is fixed by a watch, which says so once and restarts the agents that crashed in the meantime", async () => {
    const state = async () => (await box.sh("systemctl --user show -P ActiveState mosaic-agent@b")).trim();
    await take();
    await box.sh("kill -9 $(cat $XDG_RUNTIME_DIR/mosaic-agent/b/pid)");
    // Before the watch can make it good: five starts in a row find no socket.
    await until("b has failed for good", async () => (await state()) === "failed", 60_000);
    const watch = await startWatch(box, ["--resync", "20s"]);
    await until("b runs again", async () => (await state()) === "active" && (await pids()).length === 2);
    const notes = (await watch.told()).filter(
      ({ event, text }) => event === "note" && String(text).includes("socket"),
    );
    expect(notes).toHaveLength(1);
    await watch.stop();
  });

  it("is left alone if something else has the path of the socket", async () => {
    await take();
    await box.write(`${folder}/mosaic-factory`, "mine\n");
    const ran = await fleet(box, "apply", "--yes", "--now");
    expect([0, 1, 6], ran.stdout + ran.stderr).toContain(ran.code);
    expect(ran.stdout).not.toContain("will be made again");
    expect(await box.read(`${folder}/mosaic-factory`)).toBe("mine\n");
    await take();
    expect(unwrapped((await fleet(box, "apply", "--yes")).stdout)).toContain("will be made again");
  });
});
