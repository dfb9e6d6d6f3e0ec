import { beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const runtimes = { quiet: { command: waits } };
const defaults = { runtime: "quiet", onChange: "restart" };

describe("a machine that cannot be read", () => {
  const box = useSandbox();
  let before: readonly string[];

  beforeAll(async () => {
    await declare(box, { runtimes, defaults, agents: { first: {}, second: {} } });
    await apply(box);
    await declare(box, { runtimes, defaults, agents: { first: { env: { TURN: "2" } }, third: {} } });
    // All programs but one: fleet must do without it.
    await box.sh(`
      for missing in tmux systemctl flock; do
        mkdir /tmp/no-$missing
        find /usr/bin -mindepth 1 -maxdepth 1 ! -name $missing -print0 | xargs -0 ln -s -t /tmp/no-$missing
      done
      mkdir /tmp/empty`);
    await place("old/tmux", oldTmux);
    await place("garbage/systemctl", "echo 'mosaic-agent@first.service loaded active'");
    await place("hung/systemctl", "exec sleep 1000");
    await place("hung/tmux", "exec sleep 1000");
    await place("crashing/systemctl", "kill -SEGV $$");
    await place("full/tmux", "echo 'server exited unexpectedly' >&2; exit 1");
    await place("newer/tmux", "echo 'protocol version mismatch (client 8, server 7)' >&2; exit 1");
    before = await machineState(box);
  });

  /** Writes a program to a folder. It hides the real one if the folder is first in PATH. */
  async function place(path: string, script: string): Promise<void> {
    await box.write(`/tmp/${path}`, `#!/bin/sh\n${script}\n`, 0o755);
  }

  /** Runs `fleet` with a folder of /tmp in front of PATH, or with only this folder and fleet itself on it. */
  async function fleetWith(folder: string, command: string): Promise<Ran> {
    const path = folder.startsWith("no-") ? "/run/fleet/bin" : "/run/fleet/bin:/usr/bin:/bin";
    const env = { PATH: `/tmp/${folder}:${path}` };
    return box.fleet(command.split(" "), { env, timeoutMs: 40_000 });
  }

  /** Runs every command that reads the machine, the two writers one after the other. */
  async function runs(run: (command: string) => Promise<Ran>): Promise<readonly Ran[]> {
    const writers = async (): Promise<readonly Ran[]> => [
      await run("apply --yes"),
      await run("destroy --yes"),
    ];
    return (await Promise.all([run("plan"), run("status"), writers()])).flat();
  }

  /** Expects the text in all outputs. Lines of a message may be folded anywhere. */
  function expectTold(all: readonly Ran[], said: string): void {
    const unfolded = all.map((ran) => ({
      ...ran,
      stderr: ran.stderr
        .replaceAll(/\n {4}/g, " ")
        .replace(/\/proc\/\d+\//, "/proc/PID/")
        .replace("connect to user scope bus via local transport", "connect to bus"), // systemd 257
    }));
    expect(unfolded).toEqual(all.map(() => ({ code: 1, stdout: "", stderr: said })));
  }

  it.each([
    [
      "no tmux",
      "no-tmux",
      "Error: tmux was not found\n  = hint: install tmux 3.2 or newer: `sudo apt install tmux`\n",
    ],
    [
      "a tmux that is too old",
      "old",
      "Error: tmux is too old: it does not know the option -N\n" +
        "  = hint: install tmux 3.2 or newer; `tmux -V` shows the version\n",
    ],
    [
      "a tmux of another version than its server",
      "newer",
      "Error: tmux was upgraded, and the fleet's tmux server is still the old one\n" +
        "  = tmux says: protocol version mismatch (client 8, server 7). The agents go on, and nothing was changed.\n" +
        "  = hint: the old tmux still works: finish the work in the sessions with `/proc/PID/exe -L mosaic-factory attach -t =AGENT`. " +
        "Then `systemctl --user restart mosaic-tmux-holder.service` ends every session, and starts all agents in a new server\n",
    ],
    [
      "a tmux that fails",
      "full",
      "Error: tmux display-message failed with exit status 1\n  = server exited unexpectedly\n",
    ],
    [
      "no systemctl",
      "no-systemctl",
      "Error: systemctl was not found\n  = hint: install systemd; mosaic-fleet runs agents as systemd user units\n",
    ],
    [
      "a systemctl that prints something else",
      "garbage",
      "Error: systemctl list-units printed something other than a list of units\n" +
        '  = It began with: "mosaic-agent@first.service loaded active\\n"\n' +
        "  = hint: mosaic-fleet needs systemd 246 or newer; see `systemctl --version`\n",
    ],
    ["a systemctl that crashes", "crashing", "Error: systemctl --user list-units was killed by SIGSEGV\n"],
  ])("is reported, and nothing is changed: %s", async (_, folder, said) => {
    expectTold(await runs((command) => fleetWith(folder, command)), said);
    expect(await machineState(box)).toEqual(before);
  });

  const noBus = "Failed to connect to bus: No such file or directory";
  it.each([
    ["an empty XDG_RUNTIME_DIR", "/tmp/empty", noBus],
    [
      "no XDG_RUNTIME_DIR at all",
      "/run/user/4242",
      "There is no /run/user/4242, which systemd makes for a user who is logged in.",
    ],
  ])(
    "is reported without a user manager, and nothing is changed: with %s",
    async (_, runtimeDir, saidByWriters) => {
      const nobody = ["env", "-u", "DBUS_SESSION_BUS_ADDRESS", `XDG_RUNTIME_DIR=${runtimeDir}`];
      const run = (command: string): Promise<Ran> => box.run([...nobody, "fleet", ...command.split(" ")]);
      const told = (detail: string): string =>
        `Error: no systemd user manager answers\n  = ${detail}\n` +
        "  = hint: log in as this user (ssh or a console, not su), or run `sudo loginctl enable-linger $USER`; " +
        "to try mosaic-fleet without one: `fleet sandbox -- bash`\n";
      expectTold(await Promise.all([run("plan"), run("status")]), told(noBus));
      expectTold([await run("apply --yes"), await run("destroy --yes")], told(saidByWriters));
      expect(await machineState(box)).toEqual(before);
    },
  );

  it("is reported without flock, which only writers need, and nothing is changed", async () => {
    const said =
      "Error: the fleet cannot be locked\n  = flock was not found\n  = hint: mosaic-fleet uses flock from util-linux\n";
    expectTold(
      [await fleetWith("no-flock", "apply --yes"), await fleetWith("no-flock", "destroy --yes")],
      said,
    );
    expect(await machineState(box)).toEqual(before);
    expect((await fleetWith("no-flock", "plan")).code).toBe(0);
  });

  it("is reported within half a minute if systemctl and tmux hang, and nothing is changed", async () => {
    const said =
      "Error: systemctl --user list-units did not answer within 20 s\n" +
      "  = The state of the units is unknown, so nothing was changed.\n" +
      "  = hint: look at `systemctl --user status`: the user manager may hang\n\n" +
      "Error: tmux display-message did not answer within 15 s\n" +
      "  = The state of the sessions is unknown, so nothing was changed.\n" +
      "  = hint: a server at its limit of open files hangs like this: see `LimitNOFILE` in the holder unit\n";
    const commands = ["plan", "status", "apply --yes"];
    expectTold(await Promise.all(commands.map((command) => fleetWith("hung", command))), said);
    expect(await machineState(box)).toEqual(before);
    expect(await box.sh("pgrep -fx 'sleep 1000' | wc -l")).toBe("2\n"); // only those of the agents
  });

  it("names the limit of open files if that is reached", async () => {
    // The lowest one lets node itself start, and the others let it come further.
    const all = await box.sh(
      "cd ~/work; for n in 20 22 24; do (ulimit -n $n; fleet status; fleet start --yes first) 2>&1 || :; done",
      { isReal: true },
    );
    expect(all.replaceAll(/\n +/g, " ")).toMatch(/EMFILE .*hint: .* `ulimit -n 4096`/);
    expect(all).not.toMatch(/owner and mode|util-linux/);
  });

  it("prevents nothing once it can be read", async () => {
    const { summary } = await plan(box);
    expect(summary).toMatchObject({ add: 1, restart: 1, remove: 1 });
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
  });
});

/** A tmux 2.9 with its own getopt: its answers to -N and to -V. */
const oldTmux = `
if [ "$1" = -V ]; then echo 'tmux 2.9'; exit; fi
echo 'tmux: unknown option -- N' >&2
echo 'usage: tmux [-2CluvV] [-c shell-command] [-f file] [-L socket-name]' >&2
echo '            [-S socket-path] [command [flags]]' >&2
exit 1`;
