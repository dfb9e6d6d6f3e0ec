import { beforeAll, describe, expect, it } from "vitest";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { asksLogind } from "../../support/programs/logind.ts";

const one = { agents: { canary: { command: waits } } };

describe("systemctl in a chroot, which exits with 0 and does nothing", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, one);
    await fleet(box, "apply", "--yes");
  });

  // ansible/ansible#43904, systemd/systemd#16802
  it.each(["plan", "status", "apply --yes", "destroy --yes"])(
    "is reported by %s, and nothing is changed",
    async (command) => {
      const before = await machineState(box);
      const ran = await box.fleet(command.split(" "), { env: { SYSTEMD_OFFLINE: "1" } });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/^Error: systemctl does not ask the user manager here\n/);
      expect(ran.stderr).toContain("Running in chroot, ignoring command 'list-units'");
      expect(ran.stderr).toContain("unset SYSTEMD_OFFLINE");
      expect(await machineState(box)).toEqual(before);
    },
  );

  // containers/podman#12001, docker/for-linux#1089, chenhg5/cc-connect#960
  it("causes a warning about lingering after the apply that installs the fleet, and in status", async () => {
    await fleet(box, "destroy", "--yes");
    const env = { ...asksLogind, PATH: `/run/home/fake:${(await box.sh("echo $PATH")).trim()}` };
    const answer = (text: string) => box.write("~/fake/loginctl", `#!/bin/sh\n${text}\n`, 0o755);
    const run = async (...args: readonly string[]) => {
      const ran = await box.fleet(args, { env });
      expect(ran.code, ran.stderr).toBe(0);
      return ran.stdout + ran.stderr;
    };
    const off = "Lingering is off: the fleet ends when you log out.";
    await answer("echo no");
    expect(await run("apply", "--yes")).toContain(off);
    expect(await run("status")).toContain(off);
    expect(JSON.parse(await run("status", "--json"))).toMatchObject({ lingering: false });
    expect(await run("apply", "--yes")).not.toContain("Lingering");
    await answer("echo yes");
    expect(await run("status")).not.toContain("Lingering");
    await answer("exit 1");
    expect(JSON.parse(await run("status", "--json"))).toMatchObject({ lingering: null });
    expect(await run("status")).not.toContain("Lingering");
  });
});

describe("root with the HOME of another user, as sudo -E leaves it", () => {
  const box = useSandbox({ uid: 0 });
  beforeAll(async () => {
    await declare(box, one);
    await box.sh("mkdir -p /run/alice/.config; cp fleet.yaml /run/alice; chown -R 1000:1000 /run/alice");
  });

  // NixOS/nix#6622, sxyazi/yazi#4166, fish-shell/fish-shell#11292
  it("is asked to use that user and not to change the owner of the home, and leaves nothing there", async () => {
    const run = (...args: readonly string[]) =>
      box.run(["env", "-u", "XDG_CONFIG_HOME", "HOME=/run/alice", "fleet", ...args], { cwd: "/run/alice" });
    const planned = await run("plan");
    const said = planned.stdout + planned.stderr;
    expect(said).toContain("/run/alice belongs to user 1000, and you are root");
    expect(said).toContain("sudo -H -u '#1000' fleet");
    expect(said).not.toContain("chown");
    expect((await run("validate")).code).toBe(0);
    expect((await run("apply", "--yes")).code).toBe(6);
    expect(await box.sh("find /run/alice -uid 0")).toBe("");
  });
});
