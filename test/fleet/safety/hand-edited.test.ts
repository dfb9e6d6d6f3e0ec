import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { apply, declare, fleet, pathOf, plan, waits } from "../../support/fleet/fleet.ts";
import { withoutControllers } from "../../support/fleet/without-controllers.ts";

const declared = {
  defaults: { onChange: "restart" },
  agents: {
    canary: {
      command: waits,
      env: { MODEL: "opus", API_TOKEN: "hush-declared" },
      resources: { memoryMax: "512M" },
    },
    other: { command: waits },
  },
};

const env = `~/.config/${pathOf.env("canary")}`;
const dropIn = `~/.config/${pathOf.dropIn("canary")}`;
const template = "~/.config/systemd/user/mosaic-agent@.service";
const script = "~/.config/mosaic/tools/fleet/start-agent-session.sh";

describe("a file with an edit by hand", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, declared);
    await apply(box);
  });
  beforeEach(async () => {
    await declare(box, declared);
    await apply(box);
  });

  it("is shown by plan with its current and its new text, and no other file is", async () => {
    await box.sh(`sed -i s/opus/sonnet/ ${env}; sed -i s/512M/2G/ ${dropIn}`);
    expect(withoutControllers((await fleet(box, "plan")).stdout)).toBe(`\
  ~ agent canary will be changed in place: env file was edited by hand
      and drop-in was edited by hand
      ${box.home}/.config/${pathOf.env("canary")}: - will be lost, + will be written
        @@ line 5 @@
         API_TOKEN=(sensitive value)
        -MODEL=sonnet
        +MODEL=opus
         MOSAIC_AGENT_CONFIG=(digests)
      ${box.home}/.config/${pathOf.dropIn("canary")}: - will be lost, + will be written
        @@ line 1 @@
         [Service]
        -MemoryMax=2G
        +MemoryMax=512M
         [X-Fleet]

Plan: 0 to add, 1 to change, 0 to restart, 0 to remove.
`);
  });

  it("is shown by apply before the question, and again after another edit in the meantime", async () => {
    await box.sh(`sed -i s/opus/sonnet/ ${env}`);
    const asking = await openTerminal(box, ["fleet", "apply"]);
    expect(await asking.waitFor("Apply these changes? [y/N]")).toContain("-MODEL=sonnet");
    await box.sh(`sed -i s/sonnet/haiku/ ${env}`);
    await asking.press("y", "Enter");
    await asking.waitFor("The machine or fleet.yaml has changed since");
    expect(await asking.waitFor("-MODEL=haiku")).toContain("+MODEL=opus");
    await asking.waitFor(/haiku[\s\S]*Apply these changes\? \[y\/N\]/);
    await asking.press("y", "Enter");
    expect(await asking.exitCode()).toBe(0);
    await asking.close();
    expect(await box.read(env)).toContain("MODEL=opus");
  });

  it("causes another question if only a secret in it was edited in the meantime", async () => {
    await box.sh(`sed -i s/hush-declared/hush-edited/ ${env}`);
    const asking = await openTerminal(box, ["fleet", "apply"]);
    await asking.waitFor("Apply these changes? [y/N]");
    await box.sh(`sed -i s/hush-edited/hush-again/ ${env}`);
    await asking.press("y", "Enter");
    const screen = await asking.waitFor("The machine or fleet.yaml has changed since");
    expect(screen).not.toContain("hush");
    await asking.press("n", "Enter");
    await asking.close();
  });

  it("is shown by apply --yes before it is overwritten, with secrets masked", async () => {
    await box.sh(`sed -i s/hush-declared/hush-edited/ ${env}; echo 'NOTE=hush-edited' >>${env}`);
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.stdout).toContain("-API_TOKEN=(sensitive value)\n");
    expect(ran.stdout).toContain("+API_TOKEN=(sensitive value)\n");
    expect(ran.stdout).toContain("-NOTE=(sensitive value)\n");
    expect(ran.stdout + ran.stderr).not.toContain("hush");
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is in the plan as JSON, whole and masked", async () => {
    await box.sh(
      `sed -i 's/^TimeoutStopSec=.*/TimeoutStopSec=1/' ${template}; sed -i s/hush-declared/hush-2/ ${env}`,
    );
    const ran = await fleet(box, "plan", "--json");
    expect(JSON.parse(ran.stdout)).toMatchObject({
      shared: [
        {
          role: "template",
          reason: "file-edited",
          directives: ["TimeoutStopSec"],
          diff: expect.arrayContaining(["-TimeoutStopSec=1", "+TimeoutStopSec=20"]),
        },
      ],
      agents: [
        {
          name: "canary",
          changes: [
            {
              reason: "file-edited",
              file: "env",
              diff: [
                "@@ line 4 @@",
                expect.stringMatching(/^ MOSAIC_AGENT_COMMAND=/),
                "-API_TOKEN=(sensitive value)",
                "+API_TOKEN=(sensitive value)",
                " MODEL=opus",
              ],
            },
          ],
        },
        { name: "other" },
      ],
    });
    expect(ran.stdout).not.toContain("hush");
  });

  it("is shown with at most twenty lines, unless all are requested", async () => {
    await box.sh(`for i in $(seq 30); do printf 'echo \\033[31m%s\\n' $i; done >>${script}`);
    const brief = await fleet(box, "plan");
    expect(brief.stdout).toContain("        -echo ␛[31m18\n        … 12 more lines: add -v\n");
    expect((await fleet(box, "plan", "-v")).stdout).toContain("        -echo ␛[31m30\n");
  });

  it("is also shown if it is no longer needed", async () => {
    await box.sh(`sed -i s/512M/2G/ ${dropIn}`);
    const { canary, other } = declared.agents;
    const { resources: _, ...lean } = canary;
    await declare(box, { ...declared, agents: { canary: lean, other } });
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.stdout).toContain("drop-in was edited by hand\n");
    expect(ran.stdout).toMatch(
      /50-fleet\.conf: - will be lost, the file will be removed\n[^+]*-MemoryMax=2G\n/,
    );
  });

  it("differs from a file of an older release", async () => {
    const { canary, other } = declared.agents;
    await declare(box, { ...declared, agents: { canary: { ...canary, env: { MODEL: "haiku" } }, other } });
    const ran = await fleet(box, "plan");
    expect(ran.stdout).toContain("will be restarted");
    expect(ran.stdout).not.toContain("@@");
  });
});
