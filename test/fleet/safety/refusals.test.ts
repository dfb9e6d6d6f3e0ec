import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ran } from "../../support/rig/sandbox.ts";
import { openTerminal, type Terminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import {
  apply,
  declare,
  fleet,
  plan,
  waits,
  type FleetFile,
  type PlannedFleet,
} from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

/** The output with --json of a run that did nothing. */
interface Unapplied {
  readonly plan: PlannedFleet;
  readonly skipped: readonly string[];
  readonly diagnostics: readonly object[];
}

/** Returns two agents. The first one is restarted whenever the turn changes. */
function turn(count: number): FleetFile {
  const agents = { canary: { env: { TURN: String(count) } }, second: {} };
  return {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents,
  };
}

describe("a refused run", () => {
  const box = useSandbox();
  let before: readonly string[];
  beforeAll(async () => {
    await declare(box, turn(1));
    await apply(box);
    await declare(box, turn(2));
  });
  beforeEach(async () => {
    before = await machineState(box);
  });
  afterEach(async () => {
    expect(await machineState(box)).toEqual(before);
  });

  it.each(["apply", "destroy"])("ends with 64 if it cannot ask anyone: %s without --yes", async (command) => {
    const ran = await fleet(box, command);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toBe(
      "Error: confirmation needed, but stdin is not a terminal\n" +
        "  = Nothing was changed.\n" +
        "  = hint: add --yes to go ahead without a question\n",
    );
    expect(ran.stdout).toMatch(/^Plan: /m);
  });

  it.each(["apply", "destroy"])(
    "reports that as one JSON object too, with the plan: %s --json",
    async (command) => {
      const ran = await fleet(box, command, "--json");
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 64, stderr: "" });
      const { plan: shown, skipped, diagnostics } = JSON.parse(ran.stdout) as Unapplied;
      expect(skipped).toEqual(shown.actions.map(({ id }) => id));
      expect(diagnostics).toMatchObject([{ code: "needs-confirmation" }]);
    },
  );

  it.each(["apply", "plan", "status"])("ends with 64 for an unknown agent: %s", async (command) => {
    const ran = await fleet(box, command, "canarry");
    expect(ran).toEqual({
      code: 64,
      stdout: "",
      stderr: 'Error: there is no agent "canarry"\n  = hint: did you mean "canary"?\n',
    });
  });

  it.each([
    ["aply", /Error: unknown command 'aply'\n  = hint: did you mean fleet apply\?/],
    ["apply --yess", /Error: unknown option '--yess'\n  = hint: did you mean --yes\? See fleet apply --help/],
    ["apply --yes --lock-timeout soon", /'soon' is invalid\n  = Expected a duration such as 500ms/],
    ["apply --yes --file", /option '-f, --file <path>' argument missing/],
    ["validate canary", /too many arguments/],
    ["destroy canary --yes", /too many arguments/],
    ["sandbox", /missing required argument 'command'/],
    ["", /^Usage: fleet/],
  ])("ends with 64 for an invalid command line: %s", async (args, said) => {
    const ran = await fleet(box, ...args.split(" ").filter(Boolean));
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 64, stdout: "" });
    expect(ran.stderr).toMatch(said);
  });

  it("ends with 1 for a missing file", async () => {
    const ran = await fleet(box, "apply", "--yes", "--file", "flet.yaml");
    expect(ran).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("there is no file flet.yaml"),
    });
  });

  it.each(["validate", "plan", "apply --yes", "status", "destroy --yes"])(
    "ends with 65 for an invalid fleet.yaml, with all its errors: %s",
    async (command) => {
      await box.write(
        "/tmp/bad.yaml",
        "version: 1\nagents:\n  canary: { comand: x, replicas: many }\n  b: { runtime: gone }\n",
      );
      const ran = await fleet(box, ...command.split(" "), "--file", "/tmp/bad.yaml");
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 65, stdout: "" });
      expect(ran.stderr.match(/--> \/tmp\/bad\.yaml:\d+:\d+/g)).toEqual([
        "--> /tmp/bad.yaml:3:13",
        "--> /tmp/bad.yaml:3:34",
        "--> /tmp/bad.yaml:4:17",
      ]);
    },
  );

  it("ends with 6 for a file without its agents", async () => {
    await box.write("/tmp/empty.yaml", "version: 1\nagents: {}\n");
    const ran = await fleet(box, "apply", "--yes", "--file", "/tmp/empty.yaml");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain("If that is meant, add --allow-remove-all.");
  });

  describe("next to another one", () => {
    let asking: Terminal;
    beforeAll(async () => {
      asking = await openTerminal(box, ["fleet", "apply"]);
      await asking.waitFor("Apply these changes? [y/N]");
    });
    afterAll(() => asking.close());

    it("ends with 5, and names the lock holder", async () => {
      const pid = (await box.sh("pgrep -fx 'node /run/fleet/bin/fleet apply'")).trim();
      for (const command of ["apply", "destroy"]) {
        const ran = await fleet(box, command, "--yes");
        expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 5, stdout: "" });
        expect(ran.stderr).toMatch(
          new RegExp(`^Error: this fleet is being changed by \`fleet apply\` \\(pid ${pid}, for \\d+ s\\)\n`),
        );
        expect(ran.stderr).toContain("--lock-timeout 60s");
      }
    });

    it("ends with 5 at the end of its given waiting time", async () => {
      const began = performance.now();
      expect((await fleet(box, "apply", "--yes", "--lock-timeout", "700ms")).code).toBe(5);
      expect(performance.now() - began).toBeGreaterThan(700);
    });

    it("does not affect runs that only read", async () => {
      expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(2);
      expect((await fleet(box, "status")).code).toBe(0);
    });
  });
});

describe("a run that waits for a person", () => {
  const box = useSandbox();
  let count = 1;
  let asking: Terminal;
  beforeAll(async () => {
    await declare(box, turn(count));
    await apply(box);
  });
  beforeEach(async () => {
    await declare(box, turn(++count));
    asking = await openTerminal(box, ["fleet", "apply"]);
    await asking.waitFor("Apply these changes? [y/N]");
  });
  afterEach(() => asking.close());

  it.each([
    ["n", ["n", "Enter"], 1],
    ["Enter alone", ["Enter"], 1],
    ["the end of the input", ["C-d"], 1],
    ["Ctrl-C", ["C-c"], 130],
  ])("changes nothing after %s", async (_, keys, code) => {
    const before = await machineState(box);
    await asking.press(...keys);
    expect(await asking.exitCode()).toBe(code);
    expect(await asking.screen()).toContain("Nothing was changed.");
    expect(await machineState(box)).toEqual(before);
  });

  it("asks again if fleet.yaml was edited during the question", async () => {
    await declare(box, turn(500));
    await asking.press("y", "Enter");
    await asking.waitFor("The machine or fleet.yaml has changed since");
    await asking.waitFor(/\[y\/N\] y[^]*\[y\/N\]/);
    await asking.press("y", "Enter");
    expect(await asking.exitCode()).toBe(0);
    expect(await box.sh("grep ^TURN= ~/.config/mosaic/fleet/agents/canary.env")).toBe("TURN=500\n");
  });

  it("applies after y", async () => {
    await asking.press("y", "Enter");
    expect(await asking.exitCode()).toBe(0);
    expect(await asking.screen()).toContain("Apply complete: 0 added, 0 changed, 1 restarted, 0 removed");
    expect((await plan(box)).actions).toEqual([]);
  });

  it("lets the next one in at its end", async () => {
    const next = await nextInLine();
    await asking.press("y", "Enter");
    const ran = await next.ran;
    expect({ code: ran.code, said: ran.stdout }).toEqual({
      code: 0,
      said: expect.stringMatching(/^No changes\./),
    });
  });

  it("lets the next one in if it is killed with -9", async () => {
    const next = await nextInLine();
    await box.sh("pkill -9 -fx 'node /run/fleet/bin/fleet apply'");
    const ran = await next.ran;
    expect({ code: ran.code, said: ran.stdout }).toEqual({
      code: 0,
      said: expect.stringContaining("1 restarted"),
    });
  });

  it("is named by the next one, which applies the current file when its turn comes", async () => {
    const next = await nextInLine();
    await declare(box, turn(1000));
    await asking.press("n", "Enter");
    expect((await next.ran).stderr).toMatch(/^Waiting for `fleet apply` \(pid \d+, for \d+ s\) to end\.$/m);
    expect(await box.sh("grep ^TURN= ~/.config/mosaic/fleet/agents/canary.env")).toBe("TURN=1000\n");
  });

  /** Starts another apply, and returns when it waits for the lock. */
  async function nextInLine(): Promise<{ readonly ran: Promise<Ran> }> {
    const ran = fleet(box, "apply", "--yes", "--lock-timeout", "30s");
    await until("it waits", async () => (await box.run(["pgrep", "-f", "^flock --wait 30 "])).code === 0);
    return { ran };
  }
});
