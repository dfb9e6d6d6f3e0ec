import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNewSandbox, type Sandbox } from "../support/rig/sandbox.ts";
import { until } from "../support/rig/until.ts";

describe("inside a sandbox", () => {
  let outside: string;
  let box: Sandbox;
  beforeAll(async () => {
    outside = mkdtempSync(join(tmpdir(), "fleet-outside-")); // 0700, and usually below /tmp
    writeFileSync(join(outside, "note"), "from outside\n", { mode: 0o600 });
    process.env["SECRET_OF_THE_CALLER"] = "x";
    process.env["CI"] = "true";
    box = await openNewSandbox({
      files: { "work/note": join(outside, "note"), ".config/all": outside },
      visible: { shown: outside },
      path: ["/run/fleet/shown/bin"],
      env: { OWN: "a b\n'c'" },
    });
  });
  afterAll(async () => {
    await box.close();
    rmSync(outside, { recursive: true });
  });

  it("has an ordinary user with a name and without rights", async () => {
    expect(await box.sh("id -un; id -u; id -G; echo ~; grep ^CapEff /proc/self/status")).toBe(
      "sandbox\n1000\n1000\n/run/home\nCapEff:\t0000000000000000\n",
    );
    expect((await box.run(["mkdir", "/sys/fs/cgroup/mine"])).code).toBe(1);
  });

  it("starts the command in a writable directory of an otherwise empty HOME", async () => {
    expect(await box.sh("pwd; touch here; find ~ -mindepth 1 | sort")).toBe(
      [
        "/run/home/work",
        "/run/home/.config",
        "/run/home/.config/all",
        "/run/home/.config/all/note",
        "/run/home/work",
        "/run/home/work/here",
        "/run/home/work/note",
        "",
      ].join("\n"),
    );
  });

  it("passes on little of the caller's environment", async () => {
    const names = (await box.sh("compgen -e | sort")).trim().split("\n");
    const known =
      /^(CI|COLORTERM|DBUS_SESSION_BUS_ADDRESS|HOME|LANG|LOGNAME|NO_COLOR|OLDPWD|OWN|PATH|PWD|SHELL|SHLVL|TERM|USER|XDG_RUNTIME_DIR|_)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    expect(await box.sh('echo "$CI"; echo "$OWN"; echo "${PATH%%:*}"')).toBe(
      "true\na b\n'c'\n/run/fleet/shown/bin\n",
    );
  });

  it("has /tmp and /run to itself", async () => {
    await box.sh("touch /tmp/of-the-sandbox /var/tmp/of-the-sandbox");
    expect(readdirSync("/tmp")).not.toContain("of-the-sandbox");
    expect(readdirSync("/var/tmp")).not.toContain("of-the-sandbox");
    expect((await box.run(["ls", outside])).code).not.toBe(0);
  });

  it("shows copied files, owned by the user, and visible directories, read-only", async () => {
    expect(await box.sh("cat note ~/.config/all/note; stat -c %U note")).toBe(
      "from outside\nfrom outside\nsandbox\n",
    );
    expect(
      await box.sh("ls /run/fleet; findmnt -no OPTIONS --target /run/fleet/shown | grep -o ^ro"),
    ).toMatch(/shown\n.*ro\n/s);
  });

  it("has fleet and node on PATH, and in units too", async () => {
    expect((await box.run(["fleet", "--version"])).code).toBe(0);
    expect(await box.sh("systemd-run --user --quiet --wait --pipe node -p process.version")).toBe(
      `${process.version}\n`,
    );
  });

  it("keeps a journal that knows the units", async () => {
    await box.sh(
      "systemd-run --user --quiet --unit=talker sh -c 'echo something to say; exec sleep infinity'",
    );
    const journal = await until("the journal has it", async () =>
      (await box.sh("journalctl --user-unit=talker.service --output=cat")).includes("something to say"),
    );
    expect(journal).toBe(true);
  });

  it("passes the existing control group controllers to the user manager", async () => {
    const manager = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service";
    expect(await box.sh(`cat ${manager}/cgroup.controllers`)).toBe(
      await box.sh("cat /sys/fs/cgroup/cgroup.controllers"),
    );
    await box.sh(`test -w ${manager}/cgroup.subtree_control`);
  });

  it("lets the user move processes into scopes, as on a machine with systemd", async () => {
    expect(await box.sh("systemd-run --user --scope --quiet --unit=probe cat /proc/self/cgroup")).toContain(
      "/user@1000.service/app.slice/probe.scope",
    );
  });

  it("has only its own processes", async () => {
    const names = (await box.sh("ps -eo comm=")).trim().split("\n");
    expect(new Set(names).size).toBeLessThan(12);
  });
});

describe("concurrent sandboxes", () => {
  it("do not see each other", async () => {
    const boxes = await Promise.all([1, 2, 3].map(() => openNewSandbox()));
    try {
      const seen = await Promise.all(
        boxes.map(async (box, index) => {
          await box.sh(
            `systemctl --user set-environment NUMBER=${index}; tmux -L same new-session -d -s number-${index}`,
          );
          return box.sh(
            "systemctl --user show-environment | grep NUMBER; tmux -L same list-sessions -F '#{session_name}'",
          );
        }),
      );
      expect(seen).toEqual(["NUMBER=0\nnumber-0\n", "NUMBER=1\nnumber-1\n", "NUMBER=2\nnumber-2\n"]);
    } finally {
      await Promise.all(boxes.map((box) => box.close()));
    }
  });
});

describe("another user id", () => {
  it("is what the command runs as", async () => {
    const box = await openNewSandbox({ uid: 4321 });
    expect(await box.sh("id -u; systemctl --user is-system-running; echo $XDG_RUNTIME_DIR")).toBe(
      "4321\nrunning\n/run/user/4321\n",
    );
    await box.close();
  });
});
