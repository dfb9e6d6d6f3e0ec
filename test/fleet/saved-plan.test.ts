import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openSandbox, type Ran, type Sandbox } from "../rig/sandbox.ts";
import { openTerminal } from "../rig/terminal.ts";
import { until } from "../rig/until.ts";
import { says } from "./effect.ts";
import { apply, declare, fleet, pathOf, plan, tmux, waits, type FleetFile } from "./fleet.ts";
import { linesOf, machineState, unitState } from "./state.ts";

interface Turn {
  readonly one?: object;
  readonly two?: object;
  readonly idle?: object;
  readonly more?: Readonly<Record<string, object>>;
  readonly name?: string;
}

/** The fleet, with what is given changed of it. */
function turn({ one = {}, two = {}, idle = {}, more = {}, name = "mosaic" }: Turn = {}): FleetFile {
  const never = { policy: "no" };
  return {
    name,
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart", restart: never },
    agents: {
      one: { env: { API_TOKEN: "hush-declared" }, envFiles: ["~/secret.env"], ...one },
      two,
      idle: { onChange: "when-idle", idleAfter: "3s", ...idle },
      ...more,
    },
  };
}

/** Changes of one agent: a drop-in, a reload, an env file and a restart. */
const changedOne: Turn = { one: { env: { API_TOKEN: "hush-renewed" }, resources: { tasksMax: 900 } } };
const idleChanged: Turn = { idle: { env: { MODEL: "haiku" } } };

const unit = (agent: string): string => `mosaic-agent@${agent}.service`;
const file = "plan.json";

/** What was said, without the line breaks that keep it narrow. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describe("a saved plan", () => {
  let box: Sandbox;
  let first: { readonly saved: Ran; readonly applied: Ran };
  beforeAll(async () => {
    box = await openSandbox();
    await box.write("~/secret.env", "KEY=hush-file\n", 0o600);
    await declare(box, turn());
    first = { saved: await fleet(box, "plan", "--out", file), applied: await fleet(box, "apply", file) };
  });
  afterAll(() => box.close());
  beforeEach(async () => {
    await box.write("~/secret.env", "KEY=hush-file\n", 0o600);
    await declare(box, turn());
    await apply(box, "--now");
  });

  async function saveFor(change: Turn, ...args: readonly string[]): Promise<readonly string[]> {
    await declare(box, turn(change));
    const ran = await fleet(box, "plan", "--out", file, "--json", ...args);
    if (ran.code !== 0) throw new Error(`fleet plan --out: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
    return (JSON.parse(ran.stdout) as { actions: readonly { id: string }[] }).actions.map(({ id }) => id);
  }

  async function expectRefused(code: number, ...words: readonly string[]): Promise<Ran> {
    const before = await machineState(box);
    const ran = await fleet(box, "apply", file);
    expect({ code: ran.code, stdout: ran.stdout }, ran.stderr).toEqual({ code, stdout: "" });
    for (const word of words) expect(unwrapped(ran.stderr)).toContain(word);
    expect(await machineState(box)).toEqual(before);
    return ran;
  }

  const isActive = async (agent: string): Promise<boolean> =>
    (await box.run(["systemctl", "--user", "is-active", "--quiet", unit(agent)])).code === 0;

  it("of an empty machine makes the whole fleet, without a question", async () => {
    expect(first.saved).toMatchObject({
      code: 0,
      stderr: `Saved as ${file}. To do exactly this: fleet apply ${file}\n`,
    });
    expect(first.applied).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Started 4 units") as string,
    });
    expect(first.applied.stdout).toContain("Apply complete: 3 added");
    expect((await plan(box)).actions).toEqual([]);
  });

  it("is a file for its owner alone, with no secret in it, also where another one was there", async () => {
    await box.sh(`rm -f ${file} && umask 022 && touch ${file}`);
    await saveFor(changedOne);
    expect(await box.sh(`stat -c %a ${file}`)).toBe("600\n");
    const text = await box.read(`~/work/${file}`);
    expect(text).not.toContain("hush");
    expect(JSON.parse(text)).toMatchObject({
      fleet: "mosaic",
      origin: { file: `${box.home}/work/fleet.yaml` },
    });
    await saveFor({}, "--quiet");
    expect(await box.sh(`stat -c %a ${file}`)).toBe("600\n");
  });

  it("is done exactly, and says so as JSON; what else has changed since is left alone", async () => {
    const ids = await saveFor(changedOne);
    expect(ids.map((id) => id.split(":")[0])).toEqual([
      "reset-failed",
      "write-file",
      "daemon-reload",
      "write-file",
      "restart",
    ]);
    await declare(box, turn({ ...changedOne, two: { env: { MODEL: "haiku" } }, more: { three: {} } }));
    await box.sh(`systemctl --user stop ${unit("idle")}`);
    const untouched = await unitState(box, unit("two"), unit("idle"));
    const ran = await fleet(box, "apply", file, "--json");
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      done: ids,
      failed: [],
      skipped: [],
      agentsFailed: [],
      plan: { agents: [{ name: "one", action: "restart" }], summary: { add: 0, restart: 1 } },
    });
    expect(ran.stdout + ran.stderr).not.toContain("hush");
    expect(await unitState(box, unit("two"), unit("idle"))).toEqual(untouched);
    expect(says(await plan(box))).toEqual({
      idle: expect.stringContaining("not-running") as string,
      three: "add: new",
      two: "restart: env-changed env.MODEL",
    });
  });

  it("of some agents is a plan of these, and nobody else", async () => {
    const ids = await saveFor({ ...changedOne, two: { env: { MODEL: "haiku" } } }, "two");
    expect(ids).toEqual([
      `reset-failed:${unit("two")}`,
      expect.stringContaining("two.env"),
      `restart:${unit("two")}`,
    ]);
    expect((await fleet(box, "apply", file)).code).toBe(0);
    expect(Object.keys(says(await plan(box)))).toEqual(["one"]);
  });

  it("is told by a path that apply takes for one", async () => {
    const ran = await fleet(box, "plan", "--out", "saved");
    const command = /To do exactly this: (fleet apply .*)\n/.exec(ran.stderr)?.[1] ?? "";
    expect(command).toBe("fleet apply ./saved");
    expect(await box.sh(command)).toContain("No changes.");
  });

  it("keeps the flags that it was made with, and is found from elsewhere with its fleet file", async () => {
    await until("idle is at work", async () => {
      await tmux(box, "send-keys", "-t", "=idle:", "x");
      await saveFor(idleChanged);
      return (await plan(box)).summary.pending === 1;
    });
    await saveFor(idleChanged, "--now");
    const ran = await box.run(["fleet", "apply", `work/${file}`], { cwd: "~" });
    expect(ran.code, ran.stderr).toBe(0);
    expect((await plan(box)).actions).toEqual([]);
  });

  it("starts an agent that had failed", async () => {
    const down = { command: "test -e ~/ok && exec sleep 1000; exit 3" };
    await declare(box, turn({ more: { down } }));
    expect((await fleet(box, "apply", "--yes")).code).toBe(4);
    await box.sh("touch ~/ok");
    const ids = await saveFor({ more: { down } });
    expect(ids).toEqual([`reset-failed:${unit("down")}`, `start:${unit("down")}`]);
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await isActive("down")).toBe(true);
  });

  const stale = `Error: ${file} does not fit any more: what it rests on has changed`;

  /** What spoils a plan for `one`, and what is said of it. */
  const spoilers: Readonly<
    Record<string, readonly [how: () => Promise<unknown>, ...words: readonly string[]]>
  > = {
    "the fleet file says something else of the agent by now": [
      () => declare(box, turn({ one: { env: { API_TOKEN: "hush-third" }, resources: { tasksMax: 900 } } })),
      `${pathOf.env("one")}: content:`,
    ],
    "the edit was undone": [() => declare(box, turn()), `restart:${unit("one")}: not to be done any more`],
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
      `restart:${unit("one")}: not to be done any more`,
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
    "it was done already": [() => fleet(box, "apply", file), "not to be done any more"],
  };

  it.each(Object.entries(spoilers))(
    "is refused where %s, and nothing is changed",
    async (_, [spoil, ...words]) => {
      await saveFor(changedOne);
      await spoil();
      const { stderr } = await expectRefused(3, stale, "make the plan anew: fleet plan --out FILE", ...words);
      expect(stderr).not.toContain("hush");
    },
  );

  it("is refused where an agent that was idle is at work, or is looked at", async () => {
    await declare(box, turn(idleChanged));
    await until("idle is idle", async () => (await plan(box)).summary.restart === 1);
    await saveFor(idleChanged);
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
      await expectRefused(3, stale, `restart:${unit("idle")}: not to be done any more`);
    } finally {
      await box.write("~/typed", "");
      await typist;
    }
    await until("idle is idle again", async () => (await plan(box)).summary.restart === 1);
    const terminal = await openTerminal(box, ["tmux", "-L", "mosaic-factory", "attach", "-t", "=idle"]);
    await terminal.waitFor("up");
    await until("that is seen", async () => (await plan(box)).summary.pending === 1);
    await expectRefused(3, stale, `restart:${unit("idle")}: not to be done any more`);
    await terminal.close();
  });

  it("says so as one JSON object", async () => {
    await saveFor(changedOne);
    await box.sh(`systemctl --user restart ${unit("one")}`);
    const ran = await fleet(box, "apply", file, "--json");
    expect(ran).toMatchObject({ code: 3, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      diagnostics: [{ code: "stale-plan", severity: "error" }],
    });
  });

  const strangers: Readonly<Record<string, string>> = {
    's/"reason": "env-changed"/"reason": "file-missing"/':
      "is not as it was saved: its checksum does not fit",
    's/"host": ".*"/"host": "elsewhere"/': "was made for user 1000 on elsewhere, and this is user 1000 on",
    's/"uid": .*,/"uid": 4711,/': "was made for user 4711 on",
    's/"version": ".*"/"version": "9.9.9"/': "was made by mosaic-fleet 9.9.9, and this is",
    d: "is no saved plan",
  };

  it("is refused that was edited, that is another host's, user's or version's, and what is no plan at all", async () => {
    for (const [edit, why] of Object.entries(strangers)) {
      await saveFor(changedOne);
      await box.sh(`sed -i '${edit}' ${file}`);
      await expectRefused(3, `${file} ${why}`);
    }
  });

  it("is refused for another fleet", async () => {
    await saveFor(changedOne);
    await declare(box, turn({ ...changedOne, name: "night" }));
    await expectRefused(3, stale, "fleet.yaml is of fleet night, the plan of mosaic");
  });

  it("does not go together with flags that would make another plan of it, nor with names of agents", async () => {
    await saveFor(changedOne);
    const before = await machineState(box);
    for (const [more, hint] of [
      ["--now", "give that to fleet plan instead: now"],
      ["one", "give that to fleet plan instead: one"],
    ] as const) {
      const ran = await fleet(box, "apply", file, more);
      expect(ran).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining(hint) as string });
    }
    expect(await machineState(box)).toEqual(before);
  });

  it("that is not there, or cannot be written, is an error", async () => {
    const ran = await fleet(box, "apply", "./nowhere.json");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("Error: cannot read the plan ./nowhere.json");
    const unsaved = await fleet(box, "plan", "--out", "no/such/folder.json");
    expect(unsaved).toMatchObject({ code: 1, stdout: "" });
    expect(unsaved.stderr).toContain("cannot write the plan to no/such/folder.json");
  });

  it("that cannot be written is one JSON object all the same, which says why", async () => {
    const ran = await fleet(box, "plan", "--json", "--out", "no/such/folder.json");
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(ran.stdout)).toEqual({
      formatVersion: "1.0",
      diagnostics: [
        expect.objectContaining({
          code: "file-write-failed",
          summary: "cannot write the plan to no/such/folder.json",
        }),
      ],
    });
  });

  it("ends in the middle where something that the rest is about moves, and the next apply finishes it", async () => {
    const changed: Turn = { ...changedOne, two: { env: { MODEL: "haiku" } } };
    const ids = await saveFor(changed);
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
    expect(await isActive("two")).toBe(true);
    expect(ids.at(-1)).toBe(`restart:${unit("two")}`);
  });

  it("is refused by the guards that its plan was refused by, unless it was made with the flag", async () => {
    await declare(box, { agents: {} });
    expect((await fleet(box, "plan", "--out", file)).stdout).toContain(
      "Refused: the file declares no agents",
    );
    await expectRefused(
      6,
      "Error: refused: the file declares no agents",
      "fleet plan --allow-remove-all --out FILE",
    );
    await fleet(box, "plan", "--out", file, "--allow-remove-all");
    const ran = await fleet(box, "apply", file);
    expect(ran.code, ran.stderr).toBe(0);
    expect((await plan(box)).agents).toEqual([]);
  });
});
