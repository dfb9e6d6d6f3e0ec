import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

describe("a configuration directory of one's own, by XDG_CONFIG_HOME", () => {
  const box = useSandbox();
  const home = "/run/home/own";
  const env = { XDG_CONFIG_HOME: home };
  beforeAll(async () => {
    await declare(box, { agents: { canary: { command: waits, description: "x" } } });
  });

  async function expectRefused(
    command: string,
    variables: Record<string, string>,
    ...words: readonly string[]
  ): Promise<void> {
    const before = await machineState(box);
    const ran = await box.fleet(command.split(" "), { env: variables });
    expect(ran.code).toBe(1);
    // The refusal is the whole answer: no plan comes before it.
    expect(ran.stdout).toBe("");
    for (const word of words) expect(ran.stderr.replaceAll(/\s+/g, " ")).toContain(word);
    expect(await machineState(box)).toEqual(before);
  }

  it.each([
    ["a directory of one's own", home],
    ["another one that the manager reads, but not for its user's own units", "/run/home/.local/share"],
  ])("is refused if the user manager was not started with it: %s", async (_, other) => {
    // nix-community/home-manager#5510: a plan must not tell another story than the apply
    for (const command of ["plan", "status", "why canary", "apply --yes"])
      await expectRefused(
        command,
        { XDG_CONFIG_HOME: other },
        `Error: the user manager does not read units from ${other}/systemd/user = It was started with another ` +
          "XDG_CONFIG_HOME, and reads them from /run/home/.config/systemd/user. Nothing was changed.",
        "hint: unset XDG_CONFIG_HOME",
      );
  });

  it("contains all files once the user manager reads it", async () => {
    expect((await box.fleet(["plan", "--out", "/tmp/standard.json"])).code).toBe(0);
    await restartManager(home);
    const run = (...args: readonly string[]) => box.fleet(args, { env });
    const applied = await run("apply", "--yes");
    expect(applied.code).toBe(0);
    const files = "find . -path ./.cache -prune -o -path ./work -prune -o ! -type d -printf '%P\\n' | sort";
    const found = await box.sh(files, { cwd: "~" });
    expect(found.replace(/[0-9a-f]{16}(?=\.json)/, "DIGEST")).toBe(
      ".local/state/mosaic/fleet/history.jsonl\n" +
        ".local/state/mosaic/fleet/states/DIGEST.json\n" +
        "own/mosaic/fleet/agents/canary.env\n" +
        "own/mosaic/tools/fleet/start-agent-session.sh\n" +
        "own/systemd/user/default.target.wants/mosaic-agent@canary.service\n" +
        "own/systemd/user/mosaic-agent@.service\n" +
        "own/systemd/user/mosaic-agent@canary.service.d/50-fleet.conf\n" +
        "own/systemd/user/mosaic-tmux-holder.service\n",
    );
    expect((await run("plan", "--detailed-exitcode")).code).toBe(0);
    expect((await run("destroy", "--yes")).code).toBe(0);
  });

  it.each([["--yes"], ["/tmp/standard.json"]])(
    "is needed then: apply %s refuses the standard one",
    async (argument) => {
      await expectRefused(
        `apply ${argument}`,
        {},
        "Error: the user manager does not read units from /run/home/.config/systemd/user",
        `hint: export XDG_CONFIG_HOME=${home}`,
      );
    },
  );

  // 9001/copyparty#1423, systemd/systemd#2132: homes with a space in their path
  it("may have a space, $, ; and % in its path", async () => {
    const odd = "/run/home/my $config; 100%";
    await restartManager(odd);
    const run = (...args: readonly string[]) => box.fleet(args, { env: { XDG_CONFIG_HOME: odd } });
    expect(await run("apply", "--yes")).toMatchObject({ code: 0 });
    expect((await run("plan", "--detailed-exitcode")).code).toBe(0);
    expect((await run("status")).stdout).toMatch(/^canary +running/m);
    expect((await run("watch", "--install")).code).toBe(0);
    expect((await run("watch", "--uninstall")).code).toBe(0);
    expect((await run("destroy", "--yes")).code).toBe(0);
  });

  it.each(['quo"te', "apo's", "CORP\\ada", "{b}", "a\tb"])(
    "is refused, with the reason, if no unit can name it: %s",
    async (name) => {
      for (const command of ["plan", "status", "apply --yes"]) {
        await expectRefused(
          command,
          { XDG_CONFIG_HOME: `/run/home/${name}` },
          "Error: systemd cannot run the fleet's script from /run/home/",
          "which no unit can have in the path of a program",
        );
      }
    },
  );

  /** Restarts the manager as a login does that set the variable before the manager started. */
  async function restartManager(configHome: string): Promise<void> {
    await box.sh("systemctl --user exit");
    await until(
      "the manager has ended",
      async () => (await box.run(["pgrep", "-fx", ".*systemd --user"])).code !== 0,
    );
    await box.sh(`
      systemd=/usr/lib/systemd/systemd
      [ -x $systemd ] || systemd=/lib/systemd/systemd
      (
        echo $BASHPID >/sys/fs/cgroup/user.slice/user-$UID.slice/user@$UID.service/cgroup.procs
        XDG_CONFIG_HOME='${configHome}' exec setsid $systemd --user </dev/null >/tmp/manager.log 2>&1
      ) &`);
    await until("a new one is there", async () => {
      const ran = await box.run(["systemctl", "--user", "is-system-running"]);
      return /running|degraded/.test(ran.stdout);
    });
  }
});
