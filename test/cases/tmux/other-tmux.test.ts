import { beforeAll, describe, expect, it } from "vitest";
import { unwrapped } from "../../support/fleet/saving.ts";
import { apply, declare, tmux, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

const texts = [
  "protocol version mismatch (client 9, server 8)",
  "server version is too old for client",
  "open terminal failed: not a terminal",
];

describe("A tmux that was upgraded while its server runs", () => {
  const box = useSandbox();
  let path: string;
  beforeAll(async () => {
    path = (await box.sh("echo $PATH")).trim();
    await declare(box, { agents: { a: { command: waits }, b: { command: waits } } });
    await apply(box);
  });

  /** Replaces tmux by a client that the server does not understand. */
  async function upgrade(text: string): Promise<void> {
    const script = `#!/bin/sh\n[ "$1" = -V ] && { echo tmux 3.9; exit; }\necho "${text}" >&2\nexit 1\n`;
    await box.write("~/new/tmux", script, 0o755);
  }
  const upgraded = (...args: readonly string[]): Promise<Ran> =>
    box.run(["fleet", ...args], { env: { PATH: `${box.home}/new:${path}` } });

  it.each(texts)(
    "is recognised by its message, reported with a way out, and changes nothing: %s",
    async (text) => {
      await upgrade(text);
      const before = await machineState(box);
      for (const args of [["plan"], ["status"], ["apply", "--yes"], ["restart", "--yes", "a"]]) {
        const ran = await upgraded(...args);
        expect(ran.code, ran.stdout + ran.stderr).toBe(1);
        expect(unwrapped(ran.stderr)).toContain(
          "Error: tmux was upgraded, and the fleet's tmux server is still the old one",
        );
        expect(ran.stderr).toContain(text);
        expect(unwrapped(ran.stderr)).toContain("systemctl --user restart mosaic-tmux-holder.service");
        expect(ran.stderr.match(/Error:/g)).toHaveLength(1);
      }
      expect(await machineState(box)).toEqual(before);
    },
  );

  it("leaves a way into the sessions, through the program of the old server, even if that is deleted", async () => {
    await upgrade(texts[0] ?? "");
    const { stderr } = await upgraded("plan");
    const client = /`(\/proc\/\d+\/exe -L mosaic-factory) attach/.exec(unwrapped(stderr))?.[1] ?? "";
    expect(await box.sh(`${client} ls -F '#{session_name}'`)).toBe("a\nb\n");
    await box.sh(`cp "$(command -v tmux)" ~/gone && ~/gone -L other -f /dev/null new-session -d -s kept`);
    const pid = (await box.sh("tmux -L other display-message -p '#{pid}'")).trim();
    await box.sh("rm ~/gone");
    expect(await box.sh(`/proc/${pid}/exe -L other ls -F '#{session_name}'; tmux -L other kill-server`)).toBe(
      "kept\n",
    );
  });

  it("is reported once by a watch, which resumes with a new server", async () => {
    await upgrade(texts[1] ?? "");
    await box.write(
      "~/bin/tmux",
      `#!/bin/sh\n[ -e ~/new/on ] && exec ~/new/tmux "$@"\nexec /usr/bin/tmux "$@"\n`,
      0o755,
    );
    const watch = await startWatch(box, ["--resync", "1s"], { env: { PATH: `${box.home}/bin:${path}` } });
    await box.sh("touch ~/new/on");
    await watch.waitFor("it tells of the upgrade", ({ event }) => event === "problem");
    await watch.signal("HUP");
    await box.sh("rm ~/new/on");
    await watch.waitFor("it goes on", ({ event }) => event === "problem-over");
    expect((await watch.told()).filter(({ event }) => event === "problem")).toHaveLength(1);
    await watch.stop();
    expect(await tmux(box, "ls", "-F", "#{session_name}")).toBe("a\nb\n");
  });
});
