import { describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const box = useSandbox();

const said = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await fleet(box, ...args);
  return stdout + stderr;
};

/** Lists units, sessions and files of the fleet, without the files of the test itself. */
const ownState = async (): Promise<readonly string[]> =>
  (await machineState(box)).filter((line) => !/^(?:work|clone)\b/.test(line));

describe("Relative paths", () => {
  // docker/compose#3506
  it("start at the folder of the file, for every command and from everywhere, and restart no agent", async () => {
    const one = (workdir: string, envFile: string) =>
      declare(box, { agents: { a: { command: waits, workdir, envFiles: [envFile] } } });
    await box.sh("mkdir -p ~/work/sub && printf 'A=b\\n' > ~/work/.env && chmod 600 ~/work/.env");
    await one("~/work/sub", "~/work/.env");
    await apply(box);
    const before = await ownState();
    await one("sub", ".env");
    expect((await plan(box)).agents.map(({ action }) => action)).toEqual(["none"]);
    await one("./sub/", "../work/.env");
    const elsewhere = await box.sh("cd /; fleet plan -f ~/work/fleet.yaml; fleet validate ~/work/fleet.yaml");
    expect(elsewhere).toContain("No changes.");
    await box.sh("cd ~/work; fleet snapshot > live.json; mkdir ~/clone; cp fleet.yaml live.json ~/clone");
    expect(await box.sh("cd ~/clone; fleet plan --against live.json")).toContain("No changes.");
    expect(await ownState()).toEqual(before);
    await box.sh('cd ~/clone; sed -i \'s/"units"/"unitz"/\' live.json');
    const damaged = await box.run(["bash", "-c", "cd ~/clone; fleet plan --against live.json"]);
    expect(damaged).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("live.json is not a snapshot") as string,
    });
  });
});

describe("A value with an unexpanded variable", () => {
  // github/spec-kit#550
  it("causes a warning, and is named after the command was not found", async () => {
    const text = [
      "version: 1",
      'defaults: { env: { PATH: "$HOME/bin:/usr/bin:/bin" } }',
      "agents: { b: { command: no-such-program } }",
      "",
    ].join("\n");
    await declare(box, text);
    const validated = await fleet(box, "validate");
    expect(validated).toMatchObject({ code: 0, stdout: "Valid: fleet mosaic with 1 agent.\n" });
    expect(validated.stderr).toContain('PATH in defaults has "$HOME", which is not expanded');
    expect(validated.stderr).toContain("fleet.yaml:2:");
    expect(JSON.parse((await fleet(box, "validate", "--json")).stdout)).toMatchObject({
      valid: true,
      diagnostics: [{ severity: "warning", code: "not-expanded" }],
    });
    for (const command of [["plan"], ["plan", "--against", "empty"]]) {
      expect((await fleet(box, ...command)).stderr).toContain('has "$HOME"');
    }
    const applied = await said("apply", "--yes");
    expect(applied).toContain('PATH in defaults has "$HOME", which is not expanded');
    expect(applied).toContain('PATH has "$HOME", which is not expanded in env');
  });
});

describe("An envFile", () => {
  const declared = () => declare(box, { agents: { a: { command: waits, envFiles: ["~/sec/a.env"] } } });

  // vlucas/phpdotenv#258, joke2k/django-environ#83, hyperupcall/autoenv#18
  it.each([
    ["", "does not exist"],
    ["mkdir ~/sec/a.env", "is a folder"],
    ["ln -s nowhere ~/sec/a.env", "leads nowhere: it is a link to nowhere"],
    ["install -m 000 /dev/null ~/sec/a.env", "cannot be read: permission denied"],
  ])("is reported with the reason if it cannot be read: %s", async (make, reason) => {
    await box.sh(`rm -rf ~/sec; mkdir -m 755 ~/sec; ${make}`);
    await declared();
    expect(await said("plan")).toContain(`envFile ${box.home}/sec/a.env ${reason}`);
  });

  // systemd/systemd#12527, motdotla/dotenv#484
  it("causes a warning, without a value, if systemd reads a line differently", async () => {
    await box.sh("rm -rf ~/sec; mkdir ~/sec; printf 'KEY=hush12 # mine\\nB=\"x\" # y\\n' > ~/sec/a.env");
    await declared();
    for (const command of [["validate"], ["plan"], ["apply", "--yes"]]) {
      const { stderr } = await fleet(box, ...command);
      expect(stderr).toContain("sec/a.env:1: the # and the text after it are part of the value");
      expect(stderr).toContain("sec/a.env:2: the # and");
      expect(stderr).not.toContain("hush12");
    }
  });

  it("causes a warning if others can write it, or can read its secrets, and the watch refuses it", async () => {
    await box.sh("printf 'API_KEY=hush12\\n' > ~/sec/a.env; chmod 666 ~/sec/a.env; chmod 755 ~/sec ~");
    await declared();
    const { code, stderr } = await fleet(box, "validate");
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("envFile ~/sec/a.env can be written by everybody") as string,
    });
    expect(stderr).toContain("sec/a.env holds secrets, and other users can read it");
    const watched = await box.run(["timeout", "6", "fleet", "watch"], { timeoutMs: 20_000 });
    expect(watched.stdout + watched.stderr).toContain("can be written by everybody");
  });
});

describe("A plan", () => {
  it("groups agents with the same missing folder, with its line and a command that creates it, and counts like people", async () => {
    await declare(
      box,
      "version: 1\ndefaults: { workdir: ~/nowhere }\nagents: { coder: { command: x, replicas: 10 } }\n",
    );
    const shown = await said("plan");
    expect(shown).toMatch(/agents coder-1 … coder-10 \(10\) are blocked: workdir .*\/nowhere does not exist/);
    expect(shown).toContain(`fleet.yaml:2: mkdir -p ${box.home}/nowhere`);
    expect(await said("stop", "coder*")).toContain("Nothing to do for coder-1 … coder-10 (10).");
    expect(await said("restart", "--all")).toContain("agents coder-1 … coder-10 (10) are blocked");
  });
});

describe("fleet suspend --until", () => {
  // systemd/systemd#5194, systemd/systemd#14515
  it("takes the time in the format of status, and the one that its hint recommends", async () => {
    await declare(box, { agents: { a: { command: waits } } });
    await fleet(box, "suspend", "a", "--until", "2h");
    const status = JSON.parse((await fleet(box, "status", "--json")).stdout) as {
      agents: readonly { suspended?: { until?: string } }[];
    };
    const until = status.agents.map(({ suspended }) => suspended?.until).find((each) => each !== undefined);
    expect((await fleet(box, "suspend", "a", "--until", String(until))).code).toBe(0);
    expect((await fleet(box, "suspend", "a", "--until", "tomorrow 08:00")).stdout).toMatch(/until .* 08:00/);
  });
});
