import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FindingJson, DoctorJson } from "../../../src/report/doctor/doctor-output.ts";
import { apply, declare, fleet, pathOf, tmux, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { asksLogind } from "../../support/programs/logind.ts";

describe("fleet doctor", () => {
  const box = useSandbox();

  /** Programs in this folder hide those of the machine. */
  const fakes = (): string => `${box.home}/fakes`;

  beforeAll(async () => {
    // The sandbox has no logind.
    await box.write("~/fakes/loginctl", lingering("yes"), 0o755);
  });

  beforeEach(async () => {
    await declare(box, { agents: { one: { command: waits } } });
    await box.sh(
      "fleet destroy --yes || :; rm -rf ~/.tmux.conf ~/own.conf ~/.config/systemd/user/mosaic-agent@*; tmux -L mosaic-factory kill-server || :",
      {
        cwd: "work",
      },
    );
  });

  /** Runs fleet with the fakes first on its PATH. */
  const doctor = (...args: readonly string[]): Promise<Ran> =>
    box.fleet(["doctor", ...args], {
      env: { ...asksLogind, PATH: `${fakes()}:/run/fleet/bin:/usr/local/bin:/usr/bin:/bin` },
    });

  async function findings(...args: readonly string[]): Promise<readonly FindingJson[]> {
    const ran = await doctor("--json", ...args);
    return (JSON.parse(ran.stdout) as DoctorJson).findings.filter(({ check }) => !ofThisMachine.has(check));
  }

  it("finds nothing in a fleet that is as declared, and changes nothing", async () => {
    await apply(box);
    const before = await machineState(box);
    const ran = await doctor();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await findings()).toEqual([]);
    expect(await machineState(box)).toEqual(before);
  });

  it("starts nothing without a fleet, and works without a fleet.yaml", async () => {
    const before = await machineState(box);
    await doctor();
    expect(await machineState(box)).toEqual(before);
    await box.sh("mv fleet.yaml away.yaml", { cwd: "work" });
    expect(await findings()).toMatchObject([
      { check: "fleet-file", severity: "advice", kind: "no-fleet-file" },
    ]);
    expect((await doctor()).code).toBe(0);
  });

  it("names the errors of fleet.yaml", async () => {
    await declare(box, "version: 1\nagents: { one: { comand: x } }\n");
    expect(await findings()).toMatchObject([
      {
        check: "fleet-file",
        severity: "broken",
        message: expect.stringContaining('fleet.yaml:2: unknown key "comand"'),
        command: "fleet validate fleet.yaml",
      },
    ]);
    expect((await doctor()).code).toBe(1);
  });

  it("works without a user manager, systemctl and tmux, and names each", async () => {
    const run = async (env: Record<string, string>): Promise<readonly FindingJson[]> => {
      const { stdout } = await box.run(["fleet", "doctor", "--json"], { env });
      return (JSON.parse(stdout) as DoctorJson).findings;
    };
    expect(
      await run({ XDG_RUNTIME_DIR: "/nowhere", DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }),
    ).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: "user-manager", severity: "broken" })]),
    );
    await box.sh('mkdir -p ~/few && ln -sf "$(command -v node)" "$(type -P fleet)" ~/few/');
    const few = await run({ PATH: `${box.home}/few` });
    expect(few).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: "user-manager", severity: "broken" }),
        expect.objectContaining({ check: "tmux", severity: "broken" }),
      ]),
    );
    expect(few.filter(({ check }) => check === "user-manager" || check === "tmux")).toHaveLength(2);
  });

  it("has no answer of programs that hang, and takes them for neither broken nor fine", async () => {
    for (const name of ["systemctl", "tmux", "loginctl"])
      await box.write(`~/hanging/${name}`, "#!/bin/sh\nexec sleep 60\n", 0o755);
    const argv = ["sh", "-c", 'PATH="$HOME/hanging:$PATH"; exec fleet doctor --json'];
    const { stdout, code } = await box.run(argv);
    const { findings: found } = JSON.parse(stdout) as DoctorJson;
    for (const check of ["user-manager", "tmux", "lingering"])
      expect(found.filter((each) => each.check === check)).toMatchObject([{ severity: "unknown" }]);
    const messages = found.map(({ message, evidence = "" }) => `${message} ${evidence}`).join("\n");
    expect(messages).toMatch(/systemctl --user show did not answer within 3 s/);
    expect(messages).toMatch(/tmux -V did not answer within 3 s/);
    expect(messages).toMatch(/logind does not answer/);
    expect(code).toBe(0);
  });

  it("finds the lost socket of the tmux server, and --fix brings it back without a restart", async () => {
    await apply(box);
    const pid = await tmux(box, "display-message", "-p", "#{pid}");
    await box.sh("rm /tmp/tmux-$(id -u)/mosaic-factory");
    expect(await findings()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          check: "tmux-server",
          severity: "broken",
          fix: { kind: "recreate-socket" },
        }),
      ]),
    );
    const fixed = JSON.parse((await doctor("--fix", "--json")).stdout) as DoctorJson;
    expect(fixed).toMatchObject({ healthy: true, fixed: [{ fix: { kind: "recreate-socket" }, done: true }] });
    expect(await tmux(box, "display-message", "-p", "#{pid}")).toBe(pid);
  });

  it("finds a tmux server that is not the fleet's", async () => {
    await box.sh("tmux -L mosaic-factory -f /dev/null new-session -d");
    expect(await findings()).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: "fleet", severity: "broken", kind: "note" })]),
    );
  });

  it("finds a missing tmux.config, errors in a tmux.conf, and a terminal without an entry", async () => {
    await box.write("~/.tmux.conf", "nonsense\n");
    await declare(box, { tmux: { config: "~/own.conf" }, agents: { one: { command: waits } } });
    expect(await findings()).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: "tmux-config", severity: "warning" })]),
    );
    await declare(box, { agents: { one: { command: waits } } });
    await apply(box);
    await tmux(box, "set-option", "-g", "default-terminal", "nowhere-term");
    expect(await findings()).toMatchObject([
      { check: "tmux-config", note: { kind: "tmux-start-errors" } },
      { check: "tmux-terminal", kind: "no-terminal-entry", terminal: "nowhere-term" },
    ]);
    expect((await doctor()).code).toBe(0);
    expect((await doctor("--strict")).code).toBe(1);
  });

  it("tells a program that only the shell finds, with its place", async () => {
    await box.write("~/fakes/only-here", "#!/bin/sh\nexec sleep 1000\n", 0o755);
    await declare(box, { agents: { one: { command: ["only-here"] }, two: { command: "only-here --fast" } } });
    const found = (await findings()).filter(({ check }) => check === "programs");
    expect(found).toMatchObject([
      { kind: "program-missing", agents: ["one", "two"], found: `${fakes()}/only-here` },
    ]);
  });

  it("finds agents that failed, are blocked, suspended, or stopped by hand", async () => {
    await declare(box, {
      agents: {
        broken: { command: "exit 3", restart: { policy: "no" } },
        blocked: { command: waits, workdir: "~/nowhere" },
        down: { command: waits },
        kept: { command: waits },
      },
    });
    await fleet(box, "apply", "--yes");
    await until("the agent has failed", async () =>
      (await box.sh("systemctl --user is-failed mosaic-agent@broken.service || :")).startsWith("failed"),
    );
    await fleet(box, "suspend", "kept");
    await fleet(box, "stop", "--yes", "down");
    const found = (await findings()).filter(({ check }) => check === "agents");
    expect(found).toMatchObject([
      { severity: "broken", kind: "agent-failed", agent: "broken", exitStatus: 3 },
      { severity: "broken", kind: "agent-blocked", agents: ["blocked"] },
      { severity: "advice", kind: "agents-suspended", agents: ["kept"] },
      { severity: "advice", kind: "agents-down", agents: ["down"], command: "fleet start down" },
    ]);
  });

  it("finds units that systemd has not read, or that failed without an agent, and --fix does both", async () => {
    await apply(box);
    const ghost = "~/.config/systemd/user/mosaic-agent@ghost.service";
    await box.write(ghost, "[Service]\nExecStart=/bin/false\n");
    await box.sh("systemctl --user daemon-reload; systemctl --user start mosaic-agent@ghost.service || :");
    await until("it has failed", async () =>
      (await box.sh("systemctl --user is-failed mosaic-agent@ghost.service || :")).startsWith("failed"),
    );
    await box.sh(`rm ${ghost}`);
    await declare(box, { agents: { one: { command: waits, resources: { memoryMax: "2G" } } } });
    await box.sh("fleet render --out ~/rendered && cp -rT ~/rendered ~/.config", { cwd: "work" });
    const server = await tmux(box, "display-message", "-p", "#{pid}");
    const found = (await findings()).filter(({ check }) => check === "units");
    expect(found.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["units-stale", "units-failed"]));
    const fixed = JSON.parse((await doctor("--fix", "--json")).stdout) as DoctorJson;
    expect(fixed.fixed.every(({ done }) => done)).toBe(true);
    expect(fixed.findings.filter(({ check }) => check === "units")).toEqual([]);
    expect(await tmux(box, "display-message", "-p", "#{pid}")).toBe(server);
  });

  it("finds a person's drop-in", async () => {
    await apply(box);
    await box.write(`~/.config/${pathOf.dropIns("one")}90-mine.conf`, "[Service]\nRestartSec=99\n");
    await box.sh("systemctl --user daemon-reload");
    expect(await findings()).toMatchObject([
      { check: "overrides", severity: "warning", deviation: { kind: "overridden", agents: ["one"] } },
    ]);
  });

  it("finds a watch that is installed and does not run", async () => {
    await apply(box);
    await fleet(box, "watch", "--install");
    expect((await findings()).filter(({ check }) => check === "watch")).toEqual([]);
    await box.sh("systemctl --user stop mosaic-fleet.service");
    expect(await findings()).toMatchObject([{ check: "watch", severity: "broken", kind: "watch-down" }]);
    await fleet(box, "watch", "--uninstall");
  });

  it("enables lingering with --fix, and looks again instead of trusting the exit status", async () => {
    const ask = async (...args: readonly string[]): Promise<DoctorJson> =>
      JSON.parse((await doctor("--json", ...args)).stdout) as DoctorJson;
    await box.write("~/fakes/loginctl", lingering("no"), 0o755);
    const refused = await ask("--fix");
    expect(refused.fixed).toEqual([{ fix: { kind: "enable-linger" }, done: false }]);
    expect(refused.findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: "ends-at-logout", severity: "warning" })]),
    );
    const obeys = '[ "$1" = enable-linger ] && touch ~/lingers\n[ -e ~/lingers ] && echo yes || echo no';
    await box.write("~/fakes/loginctl", `#!/bin/sh\n${obeys}\n`, 0o755);
    const granted = await ask("--fix");
    expect(granted.fixed).toEqual([{ fix: { kind: "enable-linger" }, done: true }]);
    expect(granted.findings.filter(({ check }) => check === "lingering")).toEqual([]);
    await box.write("~/fakes/loginctl", lingering("yes"), 0o755);
  });

  it("ignores a check for good, also in status and apply, and reports it again", async () => {
    await box.write("~/fakes/loginctl", lingering("no"), 0o755);
    const run = (...args: readonly string[]): Promise<Ran> =>
      box.run(["sh", "-c", 'PATH="$HOME/fakes:$PATH"; exec fleet "$@"', "sh", ...args], { env: asksLogind });
    const tmuxOf = (version: string): Promise<void> => box.write("~/fakes/tmux", fakeTmux(version), 0o755);
    const lines = { lingering: "Lingering is off: the fleet ends", tmux: "tmux 3.4 is old: " } as const;
    const toldBy = (text: string): readonly string[] =>
      Object.values(lines).filter((line) => text.split(line).length === 2);
    const install = async (): Promise<readonly string[]> => {
      await run("destroy", "--yes");
      const { code, stderr } = await run("apply", "--yes");
      expect(code).toBe(0);
      return toldBy(stderr);
    };

    await tmuxOf("3.4");
    expect(await install()).toEqual([lines.lingering, lines.tmux]);
    expect(toldBy((await run("apply", "--yes")).stderr)).toEqual([]);
    const told = (await run("status")).stdout;
    expect(toldBy(told)).toEqual([lines.lingering, lines.tmux]);
    expect(JSON.parse((await run("status", "--json")).stdout)).toMatchObject({ holder: { version: "3.4" } });
    expect((await doctor()).stdout).toContain("lingering: All agents end when you log out.");
    expect((await doctor("--ignore", "lingering")).stdout).toContain("Ignored: lingering.");
    expect((await doctor()).stdout).not.toContain("lingering: ");
    expect(toldBy((await run("status")).stdout)).toEqual([lines.tmux]);
    expect(await install()).toEqual([lines.tmux]);
    await doctor("--ignore", "tmux");
    expect((await doctor()).stdout).not.toContain("tmux: ");
    expect(toldBy((await run("status")).stdout)).toEqual([]);
    expect(await install()).toEqual([]);
    await doctor("--unignore", "lingering");
    await doctor("--unignore", "tmux");
    expect(toldBy((await run("status")).stdout)).toEqual(toldBy(told));
    await tmuxOf("3.5a");
    expect(toldBy((await run("status")).stdout)).toEqual([lines.lingering]);
    await box.sh("rm ~/fakes/tmux");
    await box.write("~/fakes/loginctl", lingering("yes"), 0o755);
  });
});

/** Checks with findings that a test machine may have: old tmux, and no delegated controllers. */
const ofThisMachine: ReadonlySet<string> = new Set(["tmux", "controllers"]);

/** Returns a program that says it, and its server, is this version of tmux. */
function fakeTmux(version: string): string {
  return `#!/bin/sh
[ "$1" != -V ] || { echo "tmux ${version}"; exit; }
for word; do
  shift
  case $word in '#{pid} #{version}') word='#{pid} ${version}' ;; esac
  set -- "$@" "$word"
done
PATH=\${PATH#*:} exec tmux "$@"
`;
}

function lingering(answer: "yes" | "no"): string {
  return `#!/bin/sh\necho ${answer}\n`;
}
