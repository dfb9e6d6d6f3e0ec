import { describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux } from "../../support/fleet/fleet.ts";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const waiting = { command: "stty size; exec sleep 1000" };
const agentsOf = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, waiting]));

describe("the size of a pane", () => {
  const box = useSandbox();

  const sizeOf = async (agent: string): Promise<string> =>
    (await tmux(box, "display-message", "-p", "-t", `=${agent}:`, "#{window_width}x#{window_height}")).trim();
  const mainPid = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show -P MainPID mosaic-agent@${agent}`);

  it("is 200x50 next to a client of one column, from the start of the command", async () => {
    await declare(box, { agents: agentsOf("first") });
    await apply(box);
    const tiny = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=first"], {
      columns: 1,
      rows: 2,
    });
    await until("the client has made its window small", async () => (await sizeOf("first")) === "1x1");
    await declare(box, { agents: agentsOf("first", "second") });
    await apply(box);
    expect(await sizeOf("second")).toBe("200x50");
    await until("the command sees that size", async () =>
      (await tmux(box, "capture-pane", "-p", "-t", "=second:")).includes("50 200"),
    );
    // tmux keeps the size of the last client. Nobody is attached to it now.
    await tiny.close();
    await until(
      "the window that the client left is large again",
      async () => (await sizeOf("first")) === "200x50",
    );
  });

  it("is repaired by a restart", async () => {
    await tmux(box, "resize-window", "-t", "=second:", "-x", "5", "-y", "3");
    expect((await fleet(box, "restart", "--yes", "second")).code).toBe(0);
    expect(await sizeOf("second")).toBe("200x50");
  });

  it("follows tmux.size from the next start, without a restart", async () => {
    const before = await mainPid("first");
    await declare(box, { tmux: { size: "120x40" }, agents: agentsOf("first", "second") });
    const planned = await plan(box);
    expect(planned.summary).toMatchObject({ restart: 0, pending: 0 });
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await mainPid("first")).toBe(before);
    await fleet(box, "restart", "--yes", "second");
    expect([await sizeOf("first"), await sizeOf("second")]).toEqual(["200x50", "120x40"]);
  });

  it("survives window-size manual, set in the running server", async () => {
    const [server, first] = [await tmux(box, "display-message", "-p", "#{pid}"), await mainPid("first")];
    // No hook can catch set-window-option, but the start of an agent does. Nor may the option of a window hide the
    // global one.
    for (const agent of ["first", "second"])
      await tmux(box, "set-option", "-w", "-t", `=${agent}:`, "window-size", "largest");
    await tmux(box, "set-window-option", "-g", "window-size", "manual");
    await declare(box, { agents: agentsOf("first", "second", "third") });
    await apply(box);
    await tmux(box, "set-option", "-g", "window-size", "manual", ";", "new-window", "-d", "-t", "=third:");
    expect(await tmux(box, "display-message", "-p", "#{pid}")).toBe(server);
    expect(await mainPid("first")).toBe(first);
    expect(await sizeOf("third")).toBe("200x50");
  });

  it("survives window-size manual in the user's tmux.conf, and takes its default-size", async () => {
    await fleet(box, "destroy", "--yes");
    await box.write("~/.tmux.conf", "set -g window-size manual\nset -g default-size 100x30\n");
    await apply(box);
    expect([await sizeOf("first"), await sizeOf("third")]).toEqual(["100x30", "100x30"]);
  });
});
