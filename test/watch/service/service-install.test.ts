import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";
import { linesOf, machineState } from "../../support/fleet/state.ts";
import { canRestartManager } from "../../support/rig/manager.ts";
import type { Ran } from "../../support/rig/sandbox.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { awaitEntry, awaitRunning, property, service, serviceFiles } from "../../support/watch/service.ts";
import { asksLogind } from "../../support/programs/logind.ts";

const [unitFile] = serviceFiles;
const one = { agents: { canary: { command: waits } } };
const usual = "/run/fleet/bin:/usr/local/bin:/usr/bin:/bin";

describe("fleet watch --install", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, one);
  });

  const install = (env: Record<string, string> = {}, ...args: readonly string[]): Promise<Ran> =>
    box.fleet(["watch", "--install", ...args], { env });

  describe("changes nothing", () => {
    async function refused(code: number, said: string, ...args: readonly string[]): Promise<void> {
      const before = await machineState(box);
      const ran = await install({}, ...args);
      expect(ran.code, ran.stdout + ran.stderr).toBe(code);
      expect(ran.stdout + ran.stderr).toContain(said);
      expect(await machineState(box)).toEqual(before);
    }

    it("if fleet.yaml is invalid, and exits with 65", async () => {
      await declare(box, { agents: { canary: { command: waits, dependsOn: ["nobody"] } } });
      await refused(65, "fleet.yaml:");
      await refused(65, '"unknown-dependency"', "--json");
      await declare(box, one);
    });

    it("if there is no such file, and exits with 1", async () => {
      await refused(1, "there is no file nowhere.yaml", "--file", "nowhere.yaml");
    });

    it("if it is to be uninstalled as well, and exits with 64", async () => {
      await refused(64, "'--install'", "--uninstall");
    });

    it("if the unit is somebody else's, and exits with 6, like --uninstall", async () => {
      await box.write(unitFile, "[Service]\nExecStart=/bin/true\n");
      await refused(6, "mosaic-fleet.service is there, without the mark of fleet mosaic");
      expect((await fleet(box, "watch", "--uninstall")).code).toBe(6);
      expect(await box.read(unitFile)).toBe("[Service]\nExecStart=/bin/true\n");
      await box.sh(`rm ${unitFile}`);
    });
  });

  it("fails if the service does not run afterwards, and reports that once", async () => {
    const dropIn = `${unitFile}.d/broken.conf`;
    await box.write(dropIn, "[Service]\nExecStart=\nExecStart=/bin/false\nRestart=no\n");
    const text = await install();
    expect(text.code).toBe(1);
    expect(text.stdout).toBe("");
    expect(text.stderr).toContain("Error: mosaic-fleet.service does not run\n");
    const json = await install({}, "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ diagnostics: [{ code: "service-not-started" }] });
    await box.sh(`rm -r ${unitFile}.d`);
  });

  it.each([
    ["broken", () => declare(box, "agents: [")],
    ["gone", () => box.sh("rm ~/work/fleet.yaml")],
  ])("is reverted also if fleet.yaml is %s", async (_, spoil) => {
    await box.sh("systemctl --user daemon-reload");
    await declare(box, one);
    expect((await install()).code).toBe(0);
    await spoil();
    const ran = await fleet(box, "watch", "--uninstall");
    expect({ code: ran.code, said: ran.stdout }).toEqual({
      code: 0,
      said: "mosaic-fleet.service is removed. The fleet goes on as it is.\n",
    });
    await declare(box, one);
  });

  it.each([
    ["nothing of lingering where it is on", "echo yes", undefined],
    [
      "that the fleet ends at a logout where it is off",
      "echo no",
      "Lingering is off: the watch and the fleet",
    ],
    [
      "that it could not be told where logind is not there",
      "exit 1",
      "It is not known whether lingering is on",
    ],
  ])("reports %s", async (_, script, said) => {
    const folder = (await box.sh("mktemp -d")).trim();
    await box.write(`${folder}/loginctl`, `#!/bin/sh\n[ "$2" = ${box.uid} ] || exit 2\n${script}\n`, 0o755);
    const { code, stderr } = await install({ ...asksLogind, PATH: `${folder}:${usual}` });
    expect(code, stderr).toBe(0);
    const lines = linesOf(stderr).filter((line) => /lingering/i.test(line));
    expect(lines).toEqual(said === undefined ? [] : [expect.stringContaining(said)]);
    for (const line of lines) expect(line).toContain("loginctl enable-linger");
    const quiet = await install({ ...asksLogind, PATH: `${folder}:${usual}` }, "--quiet");
    expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("for a fleet of another name is a separate service, next to the first", async () => {
    await box.write("~/work/web.yaml", stringify({ version: 1, name: "web", ...one }));
    const ran = await install({}, "-f", "web.yaml");
    expect(ran.stdout).toMatch(/^web-fleet\.service watches \/run\/home\/work\/web\.yaml, /);
    await awaitEntry(box, "that it runs", /^\+ canary added$/, 0, "web-fleet");
    expect(await property(box, "ActiveState", "web-fleet.service")).toBe("active");
    expect(await property(box, "ActiveState")).toBe("active");
    expect((await fleet(box, "watch", "--uninstall", "-f", "web.yaml")).code).toBe(0);
    expect(await property(box, "ActiveState")).toBe("active");
  });

  it("follows a file, and runs a node, in folders with names that are special for systemd", async () => {
    const name = `odd "b" 100%h $HOME \${X} c\\n 'd' ;é`;
    await box.write(`~/work/${name}/fleet.yaml`, stringify({ version: 1, name: "odd", ...one }));
    // systemd runs no program with quotes or backslashes in its path.
    const folder = "/tmp/$HOME 100%h";
    const script = `mkdir -p "$BIN" && cp "$(readlink -f /run/fleet/bin/node)" "$BIN/node"
      "$BIN/node" /run/fleet/bin/fleet watch --install -f "$FILE"`;
    const path = `${box.home}/work/${name}`;
    await box.sh(script, { env: { BIN: folder, FILE: `${path}/fleet.yaml`, PATH: `${usual}:${path}` } });
    await awaitEntry(box, "that it runs", /^\+ canary added$/, 0, "odd-fleet");
    const pid = await property(box, "MainPID", "odd-fleet.service");
    const command = linesOf((await box.read(`/proc/${pid}/cmdline`)).replaceAll("\0", "\n"));
    expect(command.slice(1)).toEqual(["/run/fleet/bin/fleet", "watch", "--file", `${path}/fleet.yaml`]);
    expect(await box.sh(`readlink /proc/${pid}/exe`)).toBe(`${folder}/node\n`);
    expect((await box.read(`/proc/${pid}/environ`)).split("\0")).toContain(`PATH=${usual}:${path}`);
    await box.write(
      `${path}/fleet.yaml`,
      stringify({ version: 1, name: "odd", agents: { other: { command: waits } } }),
    );
    await awaitEntry(box, "what was edited", /^\+ other added$/, 0, "odd-fleet");
  });

  it("uses the folder in which the user manager reads units, and so does the watch", async () => {
    await canRestartManager(box);
    const env = { XDG_CONFIG_HOME: `${box.home}/own` };
    await box.sh("/tmp/end-manager");
    await box.sh("/tmp/start-manager", { env });
    await until("the manager runs", async () =>
      /running|degraded/.test((await box.run(["systemctl", "--user", "is-system-running"])).stdout),
    );
    const ran = await install(env);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await property(box, "FragmentPath")).toBe(`${box.home}/own/systemd/user/${service}`);
    expect(await property(box, "Environment")).toContain(`XDG_CONFIG_HOME=${box.home}/own`);
    await awaitRunning(box, 1, env);
    expect(await box.sh("ls ~/own/mosaic/fleet/agents")).toBe("canary.env\n");
    expect((await box.fleet(["watch", "--uninstall"], { env })).code).toBe(0);
    expect(await box.sh("find ~/own -name '*mosaic-fleet*'")).toBe("");
  });
});
