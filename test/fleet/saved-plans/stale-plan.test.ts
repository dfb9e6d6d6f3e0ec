import { beforeEach, describe, expect, it } from "vitest";
import { openTerminal } from "../../support/rig/terminal.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, pathOf, plan, tmux } from "../../support/fleet/fleet.ts";
import {
  beginAnew,
  changedOne,
  expectRefused,
  file,
  idleChanged,
  isActive,
  saveFor,
  stale,
  turn,
  unit,
  unwrapped,
  type Turn,
} from "../../support/fleet/saving.ts";
import { linesOf } from "../../support/fleet/state.ts";

describe("a stale saved plan", () => {
  const box = useSandbox();
  beforeEach(() => beginAnew(box));

  /** Causes that make a plan for `one` stale, with the message of each. */
  const spoilers: Readonly<
    Record<string, readonly [how: () => Promise<unknown>, ...words: readonly string[]]>
  > = {
    "the fleet file says something else of the agent by now": [
      () => declare(box, turn({ one: { env: { API_TOKEN: "hush-third" }, resources: { tasksMax: 900 } } })),
      `${pathOf.env("one")}: content:`,
    ],
    "an envFile was edited": [
      () => box.write("~/secret.env", "KEY=hush-2\n"),
      `${pathOf.env("one")}: content:`,
    ],
    "the unit was restarted": [
      () => box.sh(`systemctl --user restart ${unit("one")}`),
      `restart:${unit("one")}: invocation:`,
    ],
    "the unit was stopped": [
      () => box.sh(`systemctl --user stop ${unit("one")}`),
      `restart:${unit("one")}: no longer needed`,
    ],
    "the session was killed": [
      async () => {
        await tmux(box, "kill-session", "-t", "=one:");
        const state = async (): Promise<string> =>
          (await box.run(["systemctl", "--user", "is-active", unit("one")])).stdout.trim();
        await until("the unit has ended", async () => (await state()) === "failed");
      },
      unit("one"),
    ],
    "the env file was removed": [
      () => box.sh(`rm ~/.config/${pathOf.env("one")}`),
      `${pathOf.env("one")}: file:`,
      "then, absent now",
    ],
    "the drop-in was edited by hand": [
      () => box.sh(`echo '# mine' | sed -i '1r /dev/stdin' ~/.config/${pathOf.dropIn("one")}`),
      `${pathOf.dropIn("one")}: file:`,
    ],
    "the mode of a file was changed": [
      () => box.sh(`chmod 644 ~/.config/${pathOf.env("one")}`),
      " mode 600 then,",
      " mode 644 now",
    ],
  };

  it.each(Object.entries(spoilers))(
    "is refused if %s, and nothing is changed",
    async (_, [spoil, ...words]) => {
      await saveFor(box, changedOne);
      await spoil();
      const { stderr } = await expectRefused(
        box,
        3,
        stale,
        "make a new plan: fleet plan --out FILE",
        ...words,
      );
      expect(stderr).not.toContain("hush");
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ["it was applied already", () => fleet(box, "apply", file)],
    ["the edit was undone", () => declare(box, turn())],
  ])("has nothing left to do if %s, and says that instead of listing its actions", async (_, how) => {
    await saveFor(box, changedOne);
    await how();
    const { stderr } = await expectRefused(box, 3, `Error: ${file} has nothing left to do`, "done once");
    expect(stderr).not.toContain("restart:");
  });

  it("is refused if an idle agent has become busy, or a person has attached", async () => {
    await declare(box, turn(idleChanged));
    await until("idle is idle", async () => (await plan(box)).summary.restart === 1);
    await saveFor(box, idleChanged);
    const typist = box.run(
      [
        "bash",
        "-c",
        "until [ -e ~/typed ]; do tmux -L mosaic-factory send-keys -t =idle: x; sleep 0.1; done",
      ],
      { timeoutMs: 50_000 },
    );
    try {
      await until("idle is at work", async () => (await plan(box)).summary.pending === 1);
      await expectRefused(box, 3, stale, `restart:${unit("idle")}: no longer needed`);
    } finally {
      await box.write("~/typed", "");
      await typist;
    }
    await until("idle is idle again", async () => (await plan(box)).summary.restart === 1);
    const terminal = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=idle"]);
    await terminal.waitFor("up");
    await until("that is seen", async () => (await plan(box)).summary.pending === 1);
    await expectRefused(box, 3, stale, `restart:${unit("idle")}: no longer needed`);
    await terminal.close();
  });

  it("reports that as one JSON object", async () => {
    await saveFor(box, changedOne);
    await box.sh(`systemctl --user restart ${unit("one")}`);
    const ran = await fleet(box, "apply", file, "--json");
    expect(ran).toMatchObject({ code: 3, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      diagnostics: [{ code: "stale-plan", severity: "error" }],
    });
  });

  it("ends in the middle if a precondition of the rest changes, and the next apply finishes it", async () => {
    const changed: Turn = { ...changedOne, two: { env: { MODEL: "haiku" } } };
    const ids = await saveFor(box, changed);
    const call = `systemctl --user --no-ask-password`;
    await box.write(
      "~/bin/systemctl",
      `#!/bin/sh
case "$*" in *daemon-reload*) /usr/bin/systemctl --user stop ${unit("two")} ;; esac
exec /usr/bin/systemctl "$@"
`,
      0o755,
    );
    const path = linesOf(await box.sh("echo $PATH"))[0] ?? "";
    const env = { PATH: `${box.home}/bin:${path}` };
    const ran = await box.run(["fleet", "apply", file, "-v"], { env });
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    expect(ran.stderr).toContain(`${call} daemon-reload`);
    expect(ran.stderr).not.toContain(`${call} restart`);
    expect(ran.stderr).toContain(stale);
    expect(unwrapped(ran.stderr)).toContain(
      `restart:${unit("two")}: unit: active running then, inactive dead now`,
    );
    expect(ran.stdout).toContain(
      `Apply incomplete: 6 of 8 actions done. Not done:\n  restart ${unit("one")}\n  restart ${unit("two")}\n` +
        "A saved plan is done once: fleet apply does the rest",
    );
    await declare(box, turn(changed));
    expect(says(await plan(box))).toMatchObject({ one: expect.stringContaining("restart:") as string });
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await isActive(box, "two")).toBe(true);
    expect(ids.at(-1)).toBe(`restart:${unit("two")}`);
  });
});
