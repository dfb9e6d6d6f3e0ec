import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, tmux, waits } from "../../support/fleet/fleet.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const agents = { one: { command: waits }, two: { command: waits }, three: { command: waits } };

describe("a tmux.conf", () => {
  const box = useSandbox();
  beforeEach(async () => {
    await declare(box, { agents });
    await box.sh("fleet destroy --yes; rm -f ~/.tmux.conf ~/own.conf", { cwd: "work" });
  });

  const notesOf = async (): Promise<readonly string[]> => (await plan(box)).notes;
  const statusNotes = async (): Promise<string> =>
    (await fleet(box, "status")).stdout
      .split("\n")
      .filter((line) => line.startsWith("Note: "))
      .join("\n");

  it("may contain the settings with which people break fleets", async () => {
    await box.write(
      "~/.tmux.conf",
      `set -g default-command "exit 1"
set -g default-shell /usr/sbin/nologin
set -g default-size 100x30
set -g lock-command "exit 1"
set -g lock-after-time 1
set -g destroy-unattached on
set -s exit-empty on
set -s exit-unattached on
set -g remain-on-exit on
set -s set-clipboard on
set -g update-environment "PATH HOME"
set-environment -g PATH /nowhere
set -s command-alias[50] sessions="kill-server"
set-hook -g pane-died "set -g @died yes"
new-session -A -s 0
source-file ~/nothing-here.conf
`,
    );
    await apply(box);
    const server = await tmux(box, "display-message", "-p", "#{pid}");
    expect((await fleet(box, "restart", "--yes", "one")).code).toBe(0);
    const pid = () => tmux(box, "display-message", "-pt", "=two:", "#{pane_pid}");
    const killed = await pid();
    await box.sh(`kill -9 ${killed}`);
    await until("two runs again, and the person's own hook was called", async () => {
      if ((await pid()) === killed) return false;
      const states = JSON.parse((await fleet(box, "status", "--json")).stdout).agents;
      const died = await tmux(box, "show-options", "-gqv", "@died");
      return states.every(({ state }: { state: string }) => state === "running") && died === "yes\n";
    });
    expect(await tmux(box, "display-message", "-p", "#{pid}")).toBe(server);
  });

  it("with a session of its own defers the end of the server in a destroy, until the session has ended", async () => {
    await box.write("~/.tmux.conf", "new-session -A -s 0\n");
    await apply(box);
    expect((await fleet(box, "destroy", "--yes")).stdout).toContain("kill-session -t '=0:'");
    expect((await fleet(box, "destroy", "--yes")).code).toBe(6);
    await tmux(box, "kill-session", "-t", "=0:");
    const emptied = await fleet(box, "destroy", "--yes");
    // The plan itself ends the holder: no word of a server that has ended.
    expect(emptied.code).toBe(0);
    expect(emptied.stderr).not.toMatch(/Warning|tmux server/);
    expect(emptied.stdout).toMatch(/Destroy complete/);
    expect(await box.sh("systemctl --user is-active mosaic-tmux-holder.service || :")).toBe("inactive\n");
  });

  it("is reported by plan, apply and status if it is named and missing", async () => {
    await declare(box, { tmux: { config: "~/own.conf" }, agents });
    const missing = "tmux.config does not exist: /run/home/own.conf. The tmux server starts without it.";
    expect(await notesOf()).toEqual([missing]);
    const applied = await fleet(box, "apply", "--yes");
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining(missing) });
    expect(await statusNotes()).toBe(`Note: ${missing}`);
    await box.write("~/own.conf", "set -g mouse on\n");
    expect(await notesOf()).toEqual([]);
  });

  it("is reported before an apply if it has a syntax error, and no longer when it is fixed", async () => {
    await declare(box, { tmux: { config: "~/own.conf" }, agents });
    await box.write("~/own.conf", "set -g mouse on\nsplit-windw\n");
    const broken =
      "tmux loads nothing of tmux.config, because of an error (/run/home/own.conf:2: unknown command: split-windw).";
    expect(await notesOf()).toEqual([broken]);
    await apply(box);
    expect(await statusNotes()).toBe(`Note: ${broken}`);
    await box.write("~/own.conf", "set -g mouse on\n");
    expect(await notesOf()).toEqual([]);
  });

  it("is reported after the start if it has an unknown option, and does not cover the screen of an agent", async () => {
    await box.write("~/.tmux.conf", "set -g histroy-limit 5\nsource-file ~/nothing-here.conf\n");
    await apply(box);
    expect(await statusNotes()).toMatch(
      /^Note: The tmux server found 2 errors \(the first: \/run\/home\/\.tmux\.conf:1: invalid option: histroy-limit\)/,
    );
    expect(await tmux(box, "list-panes", "-a", "-F", "#{pane_in_mode}")).toBe("0\n0\n0\n");
  });

  it.for<readonly [line: string, what: string]>([
    ["kill-server", "ended as it made a session"],
    ["set -g window-size manual\nnew-session -d", "ended as it made a session"],
    ["set-hook -g session-created kill-server", "ended as it made a session"],
    ["set-hook -g after-new-session kill-session", "ends or renames each new session"],
    ["set-hook -g session-created 'rename-session mine'", "ends or renames each new session"],
  ])("with %s is named as the cause, once and first", async ([line, what], context) => {
    await box.write("~/.tmux.conf", `set -g mouse on\n${line}\n`);
    // tmux 3.7 no longer ends with the second of these files. A server of its own, because the one before may be ending.
    const tried = `tmux -L ${randomUUID()}`;
    const works = await box.run([
      "sh",
      "-c",
      `${tried} -f ~/.tmux.conf new-session -d -s tried && sleep 0.1 && ${tried} has-session -t =tried && ${tried} kill-server`,
    ]);
    if (works.code === 0) context.skip("this tmux works with it");
    const { code, stderr } = await fleet(box, "apply", "--yes");
    expect(code).toBe(4);
    const told = stderr.split("\n").filter((each) => each.startsWith("Error:") || each.startsWith("   |"));
    expect(told).toEqual([
      "Error: the tmux server does not run; not running because of that: one, three, two",
      `   | tmux holder: the tmux server on socket mosaic-factory ${what}: the cause is probably in its configuration, /run/home/.tmux.conf:2:${line.split("\n")[0]}`,
    ]);
    await until("status says that systemd tries again", async () =>
      (await statusNotes()).startsWith("Note: The tmux server does not start, and systemd tries again."),
    );
    // This started no agent, and the right file is enough to go on.
    expect(await box.sh("journalctl -q --user-unit='mosaic-agent@one'")).toBe("");
    await box.sh("rm ~/.tmux.conf");
    await apply(box);
  });
});
