import { beforeEach, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, plan, tmux, waits, type FleetFile } from "../../support/fleet/fleet.ts";

const runtimes = { quiet: { command: waits } };
const defaults = { runtime: "quiet", onChange: "restart" };

/** A fleet on its first day, and on its second, by when every verb has something to do. */
const firstDay: FleetFile = {
  runtimes,
  defaults,
  agents: { changed: {}, gone: { description: "x" }, same: {} },
};
const secondDay: FleetFile = {
  runtimes,
  defaults,
  agents: { changed: { env: { DAY: "2" }, description: "changed" }, added: {}, same: {} },
};

describe("an apply with a file that it cannot write", () => {
  const box = useSandbox();
  let unchanged: string;
  beforeEach(async () => {
    await box.run(["chmod", "755", "/run/home/.config/systemd/user"]);
    await fleet(box, "destroy", "--yes");
    await declare(box, firstDay);
    await apply(box);
    unchanged = await mainPid("same");
    await declare(box, secondDay);
  });

  const mainPid = (agent: string): Promise<string> =>
    box.sh(`systemctl --user show --property=MainPID,InvocationID mosaic-agent@${agent}.service`);

  async function expectFinished(): Promise<void> {
    expect((await plan(box)).actions).toEqual([]);
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("added\nchanged\nsame\n");
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).toBe("added.env\nchanged.env\nsame.env\n");
    expect(
      await box.sh("systemctl --user show --property=Description --value mosaic-agent@changed.service"),
    ).toBe("changed\n");
    expect(
      await box.sh(
        "systemctl --user list-units --all --plain --no-legend 'mosaic-*' | grep -vc running || true",
      ),
    ).toBe("0\n");
    expect(await mainPid("same")).toBe(unchanged);
  }

  it("leaves an agent as it is if its file cannot be written, says so, and is finished by the next one", async () => {
    const changed = await mainPid("changed");
    await box.sh("chmod 555 ~/.config/systemd/user");
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(1);
    const dropIn = `${box.home}/.config/systemd/user/mosaic-agent@changed.service.d`;
    expect(ran.stderr).toContain(
      `Error: cannot write ${dropIn}/50-fleet.conf\n` +
        `  = EACCES: permission denied, mkdir '${dropIn}'\n` +
        "  = hint: check the owner and mode of the folder\n",
    );
    expect(ran.stdout).toMatch(/^Apply incomplete: [1-9]\d* of \d+ actions done\. Not done:$/m);
    expect(ran.stdout.split("Not done:\n")[1]).toBe(
      `  write-file ${dropIn}/50-fleet.conf\n` +
        `  write-file ${box.home}/.config/mosaic/fleet/agents/changed.env\n` +
        "  restart mosaic-agent@changed.service\n" +
        "Run it again when the cause is fixed: it goes on from here.\n",
    );
    expect(await mainPid("changed")).toBe(changed);
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("added\nchanged\nsame\n");
    await box.sh("chmod 755 ~/.config/systemd/user");
    await apply(box);
    await expectFinished();
  });

  it("starts nothing if a shared file cannot be written, and is finished by the next one", async () => {
    await fleet(box, "destroy", "--yes");
    await box.sh("chmod 555 ~/.config/systemd/user");
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(1);
    // One message for all files in that folder. The first to fail may be any of them.
    expect(ran.stderr).toMatch(
      /^Error: cannot (?:write|link) \/run\/home\/\.config\/systemd\/user\/.*, and \d+ other files$/m,
    );
    expect(ran.stdout).toContain("Apply incomplete: 5 of "); // the script, the env files, and a reload
    expect(ran.stdout).toContain("  start mosaic-tmux-holder.service\n");
    expect(await box.sh("systemctl --user list-units --all --plain --no-legend 'mosaic-*'")).toBe("");
    await box.sh("chmod 755 ~/.config/systemd/user");
    await apply(box);
    unchanged = await mainPid("same");
    await expectFinished();
  });
});
