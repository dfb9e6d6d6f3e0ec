import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, tmux, waits } from "../../support/fleet/fleet.ts";

interface Row {
  readonly name: string;
  readonly kind?: string;
  readonly state: string;
  readonly restarts: number;
  readonly pid: number | null;
}

describe("services", () => {
  const box = useSandbox();
  const rows = async (): Promise<Readonly<Record<string, Row>>> => {
    const { agents } = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      readonly agents: Row[];
    };
    return Object.fromEntries(agents.map((row) => [row.name, row]));
  };
  const plan = async (): Promise<string> => (await fleet(box, "plan")).stdout;
  const mainPid = (name: string) =>
    box.sh(`systemctl --user show -p MainPID --value mosaic-agent@${name}`).then((text) => text.trim());
  const proxy = {
    command: 'echo "I am $MOSAIC_AGENT_NAME in $PWD with $name"; touch ~/up; exec sleep infinity',
    workdir: "/tmp",
    env: { name: "a 'b' $c" },
    ready: { exec: "test -e ~/up" },
    restart: { delay: "50ms" },
    hooks: { preStop: "echo stopping proxy" },
  };
  const told = {
    command: "sleep 0.2; systemd-notify --ready; exec sleep infinity",
    ready: { notify: true },
    dependsOn: ["proxy"],
  };
  const base = {
    services: { proxy, told },
    agents: { coder: { command: waits, dependsOn: ["told"] } },
  };

  beforeAll(async () => {
    await declare(box, base);
  });
  afterAll(async () => {
    await fleet(box, "destroy", "--yes");
    expect(await box.sh("ls ~/.config/systemd/user; ls -d ~/.config/mosaic || :")).toBe("");
  });

  it("start in the order of dependsOn, ready one after the other, and a second plan is empty", async () => {
    const ran = await fleet(box, "apply", "--yes");
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain("service proxy will be added");
    expect(await plan()).toBe("No changes. The fleet matches fleet.yaml.\n");
    expect(await rows()).toMatchObject({
      proxy: { kind: "service", state: "running" },
      told: { kind: "service", state: "running" },
      coder: { state: "running" },
    });
    const order = await box.sh(
      "systemctl --user show -p ActiveEnterTimestampMonotonic --value mosaic-agent@proxy mosaic-agent@told mosaic-agent@coder",
    );
    const times = order.split("\n").filter(Boolean).map(Number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("coder\n");
    expect((await fleet(box, "validate", "--units")).code).toBe(0);
  });

  it("have their output in the journal, run programs next to them, and take no input", async () => {
    await until("the journal has the output", async () =>
      (await fleet(box, "logs", "proxy")).stdout.includes("I am proxy in /tmp with a 'b' $c"),
    );
    const ran = await fleet(
      box,
      "exec",
      "proxy",
      "--",
      "sh",
      "-c",
      'echo "$name|$PWD"; cat /proc/self/cgroup',
    );
    expect(ran.stdout).toContain("a 'b' $c|/tmp\n");
    expect(ran.stdout).toContain("mosaic-agent@proxy.service");
    expect((await fleet(box, "send", "proxy", "x")).stdout).toContain("it is a service, and has no terminal");
    expect(await fleet(box, "keys", "proxy", "C-c")).toMatchObject({
      code: 4,
      stdout: expect.stringContaining("it is a service, and has no terminal"),
    });
    expect(await fleet(box, "wait", "proxy")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("proxy is a service, and has no activity to wait for"),
    });
    expect(await fleet(box, "wait", "--all", "--timeout", "100ms")).toMatchObject({
      code: 124,
      stderr: expect.stringMatching(
        /^Left out, because a service has no activity: proxy, told\.\n[^]*: coder\n/,
      ),
    });
    // The line of a process that was gone before journald could look up its unit only has the identifier.
    const identifier = await box.sh("systemctl --user show -P SyslogIdentifier mosaic-agent@proxy");
    await box.sh(`echo 'gone too soon' | systemd-cat -t ${identifier}`);
    await until("its log has that line, too", async () =>
      (await fleet(box, "logs", "proxy")).stdout.includes("gone too soon"),
    );
    expect((await fleet(box, "graph")).stdout).toContain("proxy (service)  running");
    expect((await fleet(box, "render", "--out", "rendered")).code).toBe(0);
    expect((await fleet(box, "render", "--out", "rendered")).stdout).not.toMatch(/created|updated|removed/);
  });

  it("come back after a crash, and survive the end of the tmux server", async () => {
    const before = await mainPid("told");
    // A crash. After a kill of all its processes, systemd 257 runs no ExecStopPost=, which counts restarts.
    await box.sh(`kill -KILL ${await mainPid("proxy")}`);
    await until("proxy is back", async () => {
      const { proxy: row } = await rows();
      return row?.state === "running" && row.restarts === 1;
    });
    const run = await mainPid("coder");
    await tmux(box, "kill-server").catch(() => "");
    await until(
      "the agent is back",
      async () => (await mainPid("coder")) !== run && (await rows())["coder"]?.state === "running",
    );
    expect(await mainPid("told")).toBe(before);
    expect(await plan()).toContain("No changes.");
  });

  it("are restarted for a change, stopped, suspended and started like agents", async () => {
    const told1 = await mainPid("told");
    await declare(box, { ...base, services: { proxy: { ...proxy, env: { name: "other" } }, told } });
    expect(await fleet(box, "apply", "--yes")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("service proxy will be restarted: env.name changed"),
    });
    await until("the journal has the new output", async () => {
      const logs = await fleet(box, "logs", "proxy");
      if (!logs.stdout.includes("with other")) throw new Error(JSON.stringify(logs)); // the message of a failure has it
      return true;
    });
    expect((await fleet(box, "logs", "proxy")).stdout).toContain("stopping proxy");
    expect(await mainPid("told")).toBe(told1);
    expect((await fleet(box, "stop", "--keep-down", "--yes", "told")).code).toBe(0);
    expect((await rows())["told"]?.state).toBe("stopped");
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
    expect((await rows())["told"]?.state).toBe("stopped");
    await fleet(box, "resume", "told");
    expect((await fleet(box, "start", "--yes", "told")).code).toBe(0);
    expect((await rows())["told"]?.state).toBe("running");
    const events = (await fleet(box, "events", "--json")).stdout;
    expect(events).toContain('"told"');
  });

  it("tell an edit by hand of the env file, a failed start, and a name that becomes an agent", async () => {
    await box.sh(
      "echo EXTRA=1 >> ~/.config/mosaic/fleet/agents/told.env; systemctl --user restart mosaic-agent@told",
    );
    expect(await plan()).toContain(
      "service told will be restarted: its configuration at its start is unknown",
    );
    expect((await fleet(box, "apply", "--yes")).code).toBe(0);
    const bad = { command: "echo no luck; exit 3", restart: { limit: 1000 } };
    await declare(box, { ...base, services: { ...base.services, bad } });
    const failed = await fleet(box, "apply", "--yes");
    expect(failed.code).toBe(4);
    expect(failed.stderr + failed.stdout).toContain("agent bad does not run: exit status 3");
    await until("the journal has its output", async () =>
      (await fleet(box, "logs", "bad")).stdout.includes("no luck"),
    );
    await declare(box, {
      agents: { coder: { command: waits }, proxy: { command: waits } },
      services: { told: { command: waits }, bad: { command: waits } },
    });
    const mended = await fleet(box, "apply", "--yes", "--now");
    expect(mended.code, mended.stdout + mended.stderr).toBe(0);
    // A start that was under way during the apply ends first.
    await until("the service runs", async () => (await rows())["bad"]?.state === "running");
    expect(await rows()).toMatchObject({ proxy: { state: "running" }, bad: { kind: "service" } });
    expect((await rows())["proxy"]).not.toHaveProperty("kind");
    await declare(box, { services: { coder: { command: waits } }, agents: { proxy: { command: waits } } });
    expect((await fleet(box, "apply", "--yes", "--now", "--allow-remove-all")).code).toBe(0);
    expect(await rows()).toMatchObject({ coder: { kind: "service", state: "running" } });
    expect(await tmux(box, "list-sessions", "-F", "#{session_name}")).toBe("proxy\n");
    expect(await plan()).toContain("No changes.");
  });
});
