import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/plan/deviation.ts";
import {
  apply,
  declare,
  fleet,
  pathOf,
  plan,
  verbsIn,
  waits,
  type PlannedFleet,
} from "../../support/fleet/fleet.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { startWatch } from "../../support/watch/watcher.ts";

type Planned = PlannedFleet & { readonly deviations: readonly (Deviation & { readonly message: string })[] };

const declared = {
  runtimes: { quiet: { command: waits } },
  defaults: { runtime: "quiet", onChange: "restart" },
  agents: { planner: {}, coder: { resources: { memoryMax: "800M" } } },
};
const units = "~/.config/systemd/user";
const coderDropIns = `${units}/mosaic-agent@coder.service.d`;
const ownDropIn = `~/.config/${pathOf.dropIn("coder")}`;
/** Removes everything of the user's own, and lets systemd read the rest. */
const clean =
  `rm -rf ${coderDropIns}/[!5]* ${units}/*.service.d/[!5]* ${units}/service.d ${units}/mosaic-.service.d ` +
  `${units}/mosaic-agent@.service.d ~/.config/systemd/user.control ~/.local/share/systemd ` +
  `$XDG_RUNTIME_DIR/systemd/user.control $XDG_RUNTIME_DIR/systemd/user ${units}/mosaic-agent@planner.service; ` +
  "systemctl --user daemon-reload";

describe("The settings in force, compared with the files", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, declared);
    await apply(box);
  });
  afterEach(() => box.sh(clean));

  async function limit(agent = "coder"): Promise<number> {
    return Number(await box.sh(`systemctl --user show -P MemoryMax mosaic-agent@${agent}.service`));
  }

  async function overridden(): Promise<readonly Deviation[]> {
    const { deviations: printed } = (await plan(box)) as Planned;
    const deviations = printed.map(
      (each): Deviation => JSON.parse(JSON.stringify({ ...each, message: undefined })) as Deviation,
    );
    // The sandbox may have no controllers at all, and fleet reports this too.
    return deviations.filter(({ kind }) => kind !== "not-enforced");
  }

  async function pids(): Promise<string> {
    return box.sh("systemctl --user show -P MainPID 'mosaic-agent@*'");
  }

  it.each([
    ["for good", "", "/run/home/.config/systemd/user.control"],
    ["until the next boot", "--runtime", "/run/user/1000/systemd/user.control"],
  ])(
    "contain a limit from set-property %s, which is reported with its file and left alone",
    async (_, flag, folder) => {
      await box.sh(`systemctl --user set-property ${flag} mosaic-agent@coder.service MemoryMax=200M`);
      expect(await overridden()).toEqual([
        {
          kind: "overridden",
          agents: ["coder"],
          file: `${folder}/mosaic-agent@coder.service.d/50-MemoryMax.conf`,
          settings: [{ directive: "MemoryMax", value: "209715200", declared: "800M" }],
          untilReload: true,
        },
      ]);
      expect(verbsIn(await apply(box))).toEqual([]);
      expect(await limit()).toBe(200 * 1024 ** 2);
      expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(2);
      for (const command of [["plan"], ["why", "coder"], ["status"], ["diff"]]) {
        expect((await fleet(box, ...command)).stdout).toContain(
          "50-MemoryMax.conf sets MemoryMax=200M (the fleet: 800M)",
        );
      }
      // Then the fleet's own drop-in is the later one again, as systemd has it.
      await box.sh("systemctl --user daemon-reload");
      expect(await limit()).toBe(800 * 1024 ** 2);
      expect(await overridden()).toEqual([]);
    },
  );

  it.each([
    ["one instance", `${units}/mosaic-agent@coder.service.d`, ["coder"]],
    ["the template", `${units}/mosaic-agent@.service.d`, ["coder", "planner"]],
    ["every unit that begins so", `${units}/mosaic-.service.d`, ["coder", "planner"]],
    ["every service", `${units}/service.d`, ["coder", "planner"]],
    [
      "one instance, elsewhere on the unit path",
      "~/.local/share/systemd/user/mosaic-agent@coder.service.d",
      ["coder"],
    ],
  ])("contain a drop-in for %s, which is reported and stays", async (_, folder, agents) => {
    const file = `${folder}/override.conf`;
    await box.write(file, "[Service]\nRestart=no\nUMask=0077\n");
    await box.sh("systemctl --user daemon-reload");
    const before = await pids();
    const found = await overridden();
    expect(found.filter(({ kind, agents: whom }) => kind === "overridden" && whom.length > 0)).toMatchObject([
      { agents, settings: [{ directive: "Restart", value: "no", declared: "on-failure" }] },
    ]);
    const reachesHolder = /\/(?:mosaic-)?\.?service\.d$/.test(folder);
    expect(found.filter(({ kind }) => kind === "not-reaching")).toHaveLength(reachesHolder ? 0 : 1);
    expect(verbsIn(await apply(box))).toEqual([]);
    expect(await box.sh(`cat ${file}`)).toContain("UMask=0077");
    expect(await pids()).toBe(before);
  });

  it("become those of the right files by one reload, and no agent is interrupted", async () => {
    await box.sh(
      `cp -p ${ownDropIn} keep; sed -i 's/800M/300M/' ${ownDropIn}; systemctl --user daemon-reload`,
    );
    // As git, stow and dotfile managers put files back: with the old time.
    await box.sh(`cp -p keep ${ownDropIn}`);
    expect(await limit()).toBe(300 * 1024 ** 2);
    const before = await pids();
    const { agents, actions } = await plan(box);
    expect(agents.find(({ name }) => name === "coder")).toMatchObject({
      action: "change",
      reason: "not-loaded",
      cost: "none",
    });
    expect(actions).toMatchObject([{ kind: "daemon-reload", reason: "not-loaded" }]);
    expect(verbsIn(await apply(box))).toEqual(["daemon-reload"]);
    expect(await limit()).toBe(800 * 1024 ** 2);
    expect(await pids()).toBe(before);
    expect(verbsIn(await apply(box))).toEqual([]);
  });

  it("include a rendered fleet that was copied and not reloaded, after one reload", async () => {
    await declare(box, { ...declared, agents: { planner: {}, coder: { resources: { memoryMax: "400M" } } } });
    await box.sh("fleet render --out rendered && cp -a rendered/* ~/.config/");
    expect(await limit()).toBe(800 * 1024 ** 2);
    expect(verbsIn(await apply(box))).toEqual(["daemon-reload"]);
    expect(await limit()).toBe(400 * 1024 ** 2);
    await declare(box, declared);
    expect(verbsIn(await apply(box))).toEqual(["daemon-reload"]);
    expect((await fleet(box, "plan", "--detailed-exitcode")).code).toBe(0);
  });

  it("lose an override that was removed without a reload, after one reload", async () => {
    await box.write(`${coderDropIns}/override.conf`, "[Service]\nMemoryMax=64M\n");
    await box.sh(`systemctl --user daemon-reload; rm ${coderDropIns}/override.conf`);
    expect(await limit()).toBe(64 * 1024 ** 2);
    expect((await plan(box)).agents.find(({ name }) => name === "coder")).toMatchObject({
      reason: "loaded-file-gone",
    });
    expect(verbsIn(await apply(box))).toEqual(["daemon-reload"]);
    expect(await limit()).toBe(800 * 1024 ** 2);

    await box.sh(
      "systemctl --user set-property mosaic-agent@planner.service MemoryMax=64M; rm -r ~/.config/systemd/user.control",
    );
    expect(verbsIn(await apply(box))).toEqual(["daemon-reload"]);
    expect(await limit("planner")).not.toBe(64 * 1024 ** 2);
    expect(verbsIn(await apply(box))).toEqual([]);
  });

  it("contain a user's unit file for one agent: it blocks that agent, and causes no repeated starts", async () => {
    const file = `${units}/mosaic-agent@planner.service`;
    await box.write(file, "[Service]\nExecStart=/bin/sleep 1234\n");
    await box.sh("systemctl --user daemon-reload");
    const path = file.replace("~", "/run/home");
    const { agents, actions } = await plan(box);
    expect(actions).toEqual([]);
    expect(agents.find(({ name }) => name === "planner")).toMatchObject({
      action: "blocked",
      reason: "unit-replaced",
      changes: [{ path }],
    });
    for (const command of [
      ["restart", "planner", "--yes"],
      ["apply", "--yes"],
    ]) {
      const ran = await fleet(box, ...command);
      expect(ran.code).toBe(6);
      expect(ran.stdout).toContain(`agent planner is blocked: systemd reads ${path}`);
    }
    await box.sh("systemctl --user restart mosaic-agent@planner.service");
    const watch = await startWatch(box);
    await watch.waitFor("it is told", ({ event }) => event === "blocked");
    await watch.signal("HUP");
    await watch.stop();
    const told = await watch.told();
    expect(told.filter(({ event }) => event === "blocked")).toHaveLength(1);
    expect(told.filter(({ event }) => event === "applying")).toEqual([]);
    await box.sh(`rm ${file}; systemctl --user stop mosaic-agent@planner.service`);
    await apply(box);
    expect(await box.sh("systemctl --user show -P FragmentPath mosaic-agent@planner.service")).toContain(
      "agent@.service",
    );
  });

  it("contain a mask, which is reported while the agent runs, and forgotten with it", async () => {
    await box.sh("systemctl --user mask --runtime mosaic-agent@planner.service");
    expect(await overridden()).toEqual([
      {
        kind: "masked",
        agents: ["planner"],
        file: "/run/user/1000/systemd/user/mosaic-agent@planner.service",
      },
    ]);
    // A person with knowledge of the link's target does the same.
    await box.sh(
      "systemctl --user stop mosaic-agent@planner.service; rm $XDG_RUNTIME_DIR/systemd/user/mosaic-agent@planner.service",
    );
    await apply(box);
    expect((await box.sh("systemctl --user is-active mosaic-agent@planner.service")).trim()).toBe("active");
  });

  it("are reported once by a watch, which reloads unread files once", async () => {
    const watch = await startWatch(box);
    await box.sh("systemctl --user set-property mosaic-agent@coder.service MemoryMax=200M");
    await watch.waitFor(
      "the override is told",
      ({ event, deviation }) => event === "deviation" && JSON.stringify(deviation).includes("MemoryMax.conf"),
    );
    expect(await limit()).toBe(200 * 1024 ** 2);
    await box.write(`${coderDropIns}/override.conf`, "[Service]\nMemoryMax=64M\n");
    await watch.waitFor("the reload", ({ event, agent }) => event === "changed" && agent === "coder");
    expect(await limit()).toBe(64 * 1024 ** 2);
    await watch.waitFor(
      "what is in force now",
      ({ event, deviation }) => event === "deviation" && JSON.stringify(deviation).includes("override.conf"),
    );
    await watch.signal("HUP");
    await watch.stop();
    const told = await watch.told();
    expect(told.filter(({ event }) => event === "applied")).toHaveLength(1);
    expect(
      told.filter(
        ({ event, deviation }) =>
          event === "deviation" && !JSON.stringify(deviation).includes("not-enforced"),
      ),
    ).toHaveLength(2);
  });

  it("contain ignored limits, which are listed for this machine, also for a file alone", async () => {
    const controllers = await box.sh("cat /sys/fs/cgroup/cgroup.controllers");
    const [text, warned] = [await fleet(box, "plan"), await fleet(box, "validate", "--units")];
    expect(warned.code).toBe(0);
    for (const output of [text.stdout, (await fleet(box, "status")).stdout, warned.stderr]) {
      const told = output.replaceAll(/\s+/g, " ").includes("memoryMax of coder has no effect");
      expect(told).toBe(!controllers.split(/\s/).includes("memory"));
    }
  });

  it("are the same in a plan against a snapshot", async () => {
    await box.write(
      `${coderDropIns}/override.conf`,
      "[Service]\nMemoryMax=64M\nNice=5\nEnvironment=TOKEN=hunter2\n",
    );
    const here = await fleet(box, "plan");
    await box.sh("fleet snapshot > live.json");
    expect(await box.read("~/work/live.json")).not.toContain("hunter2");
    const there = await fleet(box, "plan", "--against", "live.json");
    expect(there.stdout).toBe(here.stdout);
    expect(here.stdout).toContain("override.conf since it changed");
  });
});
