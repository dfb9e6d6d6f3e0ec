import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { countedRun, placeCounters } from "../../support/measure/counted.ts";
import { apply, declare, fleet, plan, tmux, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { linesOf, machineState } from "../../support/fleet/state.ts";
import { withoutControllers } from "../../support/fleet/without-controllers.ts";

const secret = "hunter2hunter2";

function declared(agents: FleetFile["agents"]): FleetFile {
  return { runtimes: { quiet: { command: waits } }, defaults: { runtime: "quiet" }, agents };
}
const whole = declared({
  planner: {},
  coder: { replicas: 2, dependsOn: ["planner"], resources: { tasksMax: 99 }, env: { API_TOKEN: secret } },
  off: { state: "stopped", envFiles: ["~/some.env"] },
});
const running = ["planner", "coder-1", "coder-2"];

/** Lists files, folders and links below a folder, with mode, target and digest. */
const listing = (folder: string): string =>
  `cd ${folder} && { find . -mindepth 1 -printf '%y%m %P %l\\n'; find . -type f -exec cksum {} +; } | sort`;

describe("A rendered fleet", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/some.env", "SOME=1\n");
    await declare(box, whole);
  });

  it("is made without systemd, tmux or any other program", async () => {
    const env = { PATH: "/run/fleet/bin", XDG_RUNTIME_DIR: "", DBUS_SESSION_BUS_ADDRESS: "" };
    const ran = await box.run(["fleet", "render", "--out", "../out"], { env });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("into ../out, 13 files: 13 created, 0 updated, 0 removed.");
    expect(await box.sh("stat -c %a ~/out/mosaic/fleet/agents ~/out/mosaic/fleet/agents/*.env")).toBe(
      "700\n600\n600\n600\n600\n",
    );
  });

  it("is the same every time, and written once", async () => {
    const before = await machineState(box);
    const ran = await fleet(box, "render", "--out", "../out");
    expect(ran.stdout).toContain("No changes.");
    expect(await machineState(box)).toEqual(before);
    await box.sh("fleet render --out ~/again -q");
    expect(await box.sh(listing("~/again"))).toBe(await box.sh(listing("~/out")));
    await box.sh("rm -r ~/again");
  });

  it("is reported as JSON without any content", async () => {
    const ran = await fleet(box, "render", "--out", "../out", "--json");
    const { files, out } = JSON.parse(ran.stdout) as { files: Record<string, string>[]; out: string };
    expect([files.length, out]).toEqual([13, "/run/home/out"]);
    for (const { kind, path, mode, sha256, target } of files) {
      if (kind === "link") expect(target).toBe("/run/home/.config/systemd/user/mosaic-agent@.service");
      else {
        expect(await box.sh(`sha256sum <../out/'${path}'`)).toBe(`${sha256}  -\n`);
        expect(await box.sh(`stat -c 0%a ../out/'${path}'`)).toBe(`${mode}\n`);
      }
    }
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  });

  it("runs after a copy and a manual start, and belongs to the fleet: the plan is empty", async () => {
    await box.sh(`
      mkdir -p ~/.config && cp -a ~/out/* ~/.config/
      systemctl --user daemon-reload
      systemctl --user start mosaic-tmux-holder.service
      systemctl --user start mosaic-agent@{planner,coder-1,coder-2}.service`);
    await until("all run", async () => (await tmux(box, "list-sessions")).split("\n").length > 3);
    const planned = await fleet(box, "plan", "--detailed-exitcode");
    expect([planned.code, withoutControllers(planned.stdout)]).toEqual([
      0,
      "No changes. The fleet matches fleet.yaml.\n",
    ]);
    const before = await machineState(box);
    await apply(box);
    expect((await fleet(box, "adopt", ...running, "--yes")).code).toBe(0);
    expect(await machineState(box)).toEqual(before);
  });

  it("starts at boot according to its links", async () => {
    expect(await box.sh("systemctl --user is-enabled mosaic-agent@{planner,coder-1,coder-2}.service")).toBe(
      "enabled\n".repeat(3),
    );
    expect((await box.run(["systemctl", "--user", "is-enabled", "mosaic-agent@off.service"])).stdout).toBe(
      "disabled\n",
    );
  });

  it("contains the files of an apply, byte for byte", async () => {
    await box.sh("fleet destroy --yes -q; rm -rf ~/.config/systemd ~/.config/mosaic");
    await apply(box);
    expect(await box.sh(listing("~/.config"))).toBe(await box.sh(listing("~/out")));
    expect((await plan(box)).actions).toEqual([]);
  });

  it("follows an edit: undeclared agents are removed with their folders, and nothing else changes", async () => {
    const inodes = "cd ~/out && find . ! -type d -printf '%P %i\\n' | sort";
    const before = linesOf(await box.sh(inodes));
    await declare(box, declared({ planner: { env: { A: "1" } }, off: whole.agents["off"] ?? {} }));
    const ran = await fleet(box, "render", "--out", "../out");
    expect(ran.stdout).toContain("7 files: 0 created, 1 updated, 6 removed.");
    const after = linesOf(await box.sh(inodes));
    const kept = before.filter((line) => after.includes(line)).map((line) => line.split(" ")[0]);
    expect(kept).not.toContain("mosaic/fleet/agents/planner.env");
    expect(kept).toHaveLength(6);
    expect(await box.sh("find ~/out -empty")).toBe("");
    await declare(box, whole);
    await box.sh("fleet render --out ../out -q");
  });

  it("fixes modes and hand edits, and reports the edits", async () => {
    await box.sh(`
      chmod 755 ~/out/mosaic/fleet/agents; chmod 644 ~/out/mosaic/fleet/agents/off.env
      echo MORE=1 >>~/out/mosaic/fleet/agents/planner.env`);
    const ran = await fleet(box, "render", "--out", "../out");
    expect(ran.stdout).toContain("0 created, 2 updated, 0 removed.");
    expect(ran.stderr).toMatch(/Warning: mosaic\/fleet\/agents\/planner\.env had been edited by hand/);
    expect(ran.stderr).not.toContain("off.env");
    expect(await box.sh(listing("~/.config"))).toBe(await box.sh(listing("~/out")));
  });

  it("reports its missing references, and includes the digest of existing ones", async () => {
    await declare(
      box,
      declared({
        canary: { workdir: "~/gone", envFiles: ["~/late.env"] },
        other: { envFiles: ["~/late.env"] },
      }),
    );
    const first = await fleet(box, "render", "--out", "../late");
    expect(first.code).toBe(0);
    const told = linesOf(first.stderr).filter((line) => line.startsWith("Warning"));
    expect(told).toEqual([
      "Warning: envFile /run/home/late.env does not exist here",
      "Warning: workdir /run/home/gone does not exist here",
    ]);
    const asJson = JSON.parse((await fleet(box, "render", "--out", "../late", "--json")).stdout) as object;
    expect(asJson).toMatchObject({ diagnostics: [{ severity: "warning" }, { severity: "warning" }] });
    await box.write("~/late.env", `LATE=${secret}\n`);
    const ran = await fleet(box, "render", "--out", "../late");
    expect(ran.stdout).toContain("0 created, 2 updated, 0 removed.");
    expect(await box.run(["grep", "-r", secret, "/run/home/late"])).toMatchObject({ code: 1 });
  });
});

describe("A target folder of render", () => {
  const box = useSandbox();
  const first = declared({ canary: { description: "d" }, other: {} });
  beforeAll(async () => {
    await declare(box, first);
    await box.fleet(["render", "--out", "/run/home/rendered", "-q"]);
  });
  beforeEach(async () => {
    await declare(box, first);
    await box.sh(`
      chmod -R u+rwx ~/out 2>/dev/null || true; rm -rf ~/out ~/elsewhere ~/.config; mkdir ~/elsewhere
      cp -a ~/rendered ~/out; cp -a ~/rendered ~/elsewhere/copy`);
  });
  const render = (out: string, cwd?: string): Promise<Ran> =>
    box.fleet(["render", "-f", "/run/home/work/fleet.yaml", "--out", out], { ...(cwd && { cwd }) });

  it.each([
    ["a stranger's file", "echo mine >~/out/notes.txt", "notes.txt"],
    ["a repository", "mkdir ~/out/.git", ".git"],
    ["a file without a mark", "echo A=1 >~/out/mosaic/fleet/agents/late.env", "agents/late.env"],
    ["a copy", "cp ~/out/mosaic/fleet/agents/{canary,late}.env", "agents/late.env"],
    [
      "another fleet",
      "sed -i s/fleet=mosaic/fleet=night/ ~/out/mosaic/fleet/agents/*.env",
      "(of fleet night)",
    ],
    [
      "a link in a file's place",
      "mv ~/out/mosaic/fleet/agents/canary.env ~/elsewhere; ln -s ~/elsewhere/canary.env ~/out/mosaic/fleet/agents",
      "agents/canary.env (a symbolic link)",
    ],
    [
      "a link in a folder's place",
      "mv ~/out/systemd ~/elsewhere; ln -s ~/elsewhere/systemd ~/out",
      "systemd (a symbolic link)",
    ],
    [
      "a link in the place of a drop-in's folder",
      "mv ~/out/systemd/user/mosaic-agent@canary.service.d ~/elsewhere/d; ln -s ~/elsewhere/d ~/out/systemd/user/mosaic-agent@canary.service.d",
      "service.d (a symbolic link)",
    ],
    [
      "an enablement link that leads elsewhere",
      "ln -sf /etc/passwd ~/out/systemd/user/default.target.wants/mosaic-agent@canary.service",
      "mosaic-agent@canary.service (a symbolic link)",
    ],
    ["a folder in a file's place", "mkdir ~/out/mosaic/fleet/agents/late.env", "agents/late.env"],
    ["a pipe", "mkfifo ~/out/mosaic/fleet/agents/late.env", "agents/late.env"],
    ["a file that cannot be read", "chmod 0 ~/out/mosaic/fleet/agents/other.env", "(cannot be read)"],
  ])("is refused, and left as it is, if it holds %s", async (_, prepare, told) => {
    await box.sh(prepare);
    // A removal and a change would be due.
    await declare(box, declared({ canary: { description: "e" } }));
    const before = await machineState(box);
    const ran = await render("../out");
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain(told);
    expect(await machineState(box)).toEqual(before);
  });

  it.each([
    ["a file", "touch ~/elsewhere/x", "../elsewhere/x", 64],
    ["a link that leads nowhere", "ln -s /run/home/nowhere ~/elsewhere/x", "../elsewhere/x", 64],
    ["nameless", "true", "", 64],
    ["the configuration directory", "mkdir ~/.config", "/run/home/.config", 6],
    ["the configuration directory before it is made", "true", "../.config", 6],
    [
      "the configuration directory by a link",
      "mkdir ~/.config; ln -s ~/.config ~/elsewhere/x",
      "../elsewhere/x",
      6,
    ],
    [
      "where the units of the configuration directory are kept",
      "mkdir -p ~/.config ~/elsewhere/dots/systemd/user; ln -s ~/elsewhere/dots/systemd ~/.config",
      "../elsewhere/dots",
      6,
    ],
    ["in a folder that cannot be written to", "mkdir -m 555 ~/elsewhere/ro", "../elsewhere/ro/out", 1],
    ["below a file", "touch ~/elsewhere/x", "../elsewhere/x/out", 1],
  ])("is refused if it is %s", async (_, prepare, out, code) => {
    await box.sh(prepare);
    const before = await machineState(box);
    expect(await render(out)).toMatchObject({ code });
    expect(await machineState(box)).toEqual(before);
  });

  it("is refused if a part of it cannot be read, because its content is unknown", async () => {
    await box.sh("chmod 0 ~/out/mosaic/fleet/agents");
    await declare(box, declared({ canary: { description: "e" } }));
    const ran = await render("../out");
    expect([ran.code, ran.stderr.includes("EACCES")]).toEqual([1, true]);
    await box.sh("chmod 700 ~/out/mosaic/fleet/agents");
    expect(await box.sh(listing("~/out"))).toBe(await box.sh(listing("~/elsewhere/copy")));
  });

  it("may be a link to a folder, because a person has named it", async () => {
    await box.sh("mkdir ~/elsewhere/real && ln -s real ~/elsewhere/x");
    expect(await render("../elsewhere/x")).toMatchObject({ code: 0 });
    expect(await box.sh(listing("~/elsewhere/real"))).toBe(await box.sh(listing("~/elsewhere/copy")));
  });

  it("is written again if its files are hard links elsewhere, and the other names keep their text", async () => {
    await box.sh(
      "rm -r ~/elsewhere/copy; cp -al ~/out ~/elsewhere/copy; chmod 644 ~/out/mosaic/fleet/agents/*.env",
    );
    const before = await box.sh(listing("~/elsewhere/copy"));
    expect(await render("../out")).toMatchObject({ code: 0 });
    expect(await box.sh(listing("~/elsewhere/copy"))).toBe(before);
    expect(await box.sh("stat -c %a ~/out/mosaic/fleet/agents/*.env")).toBe("600\n600\n");
  });

  it("is cleared of the half-written files of a killed run", async () => {
    await box.sh("echo half >~/out/mosaic/fleet/agents/.canary.env.0123abcd.mosaic-fleet-tmp");
    expect(await render("../out")).toMatchObject({ code: 0 });
    expect(await box.sh(listing("~/out"))).toBe(await box.sh(listing("~/elsewhere/copy")));
  });

  it("starts at the current folder, also if that is gone", async () => {
    const gone = 'mkdir ~/gone; cd ~/gone; rmdir ~/gone; fleet render -f ~/work/fleet.yaml --out "$OUT"';
    const relative = await box.run(["bash", "-c", gone], { env: { OUT: "out" } });
    expect([relative.code, relative.stderr.includes("a bug")]).toEqual([1, false]);
    expect(await box.run(["bash", "-c", gone], { env: { OUT: "/run/home/out" } })).toMatchObject({ code: 0 });
  });
});

describe("The number of processes for render and verify", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await placeCounters(box);
  });

  it("does not depend on the number of agents", async () => {
    const counts = [];
    for (const number of [5, 50]) {
      const names = Array.from({ length: number }, (_, index) => `agent-${index}`);
      await declare(box, declared(Object.fromEntries(names.map((name) => [name, { description: name }]))));
      counts.push({
        render: await countedRun(box, "render", "--out", "/tmp/out"),
        again: await countedRun(box, "render", "--out", "/tmp/out"),
        units: (await countedRun(box, "validate", "--units")).programs,
      });
    }
    const none = { code: 0, commands: [], errors: [], programs: [] };
    expect(counts[0]).toEqual({ render: none, again: none, units: ["systemd-analyze"] });
    expect(counts[1]).toEqual(counts[0]);
  });
});
