import { describe, expect, it } from "vitest";
import { shownSetting } from "../../../src/observe/in-force/shown-settings.ts";
import type { ObservedInForce, OverrideFile } from "../../../src/observed/in-force.ts";
import type { Observed } from "../../../src/observed/types.ts";
import { unitSettings } from "../../../src/desired/files/unit-settings.ts";
import { dropInPath } from "../../../src/desired/layout.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import { isInLine } from "../../../src/plan/summary.ts";
import type { Plan, PlanOptions } from "../../../src/plan/types.ts";
import { shy } from "../../support/plan/arbitraries.ts";
import { desiredOf, type FleetFile } from "../../support/plan/resolved.ts";
import { inShort, machineWith } from "../../support/plan/scene.ts";
import { observedOf } from "../../support/plan/world.ts";

const fleet: FleetFile = {
  runtimes: { claude: { command: "claude" } },
  defaults: { runtime: "claude", onChange: "restart" },
  agents: { coder: { resources: { memoryMax: "800M", cpuQuota: "200%" } }, planner: {} },
};
const { layout } = desiredOf(fleet);
const [control = "", runtimeControl = ""] = layout.unitPath;
const { unitDir } = layout;
const runtimeUser = layout.unitPath.find(
  (dir) => dir.endsWith("/systemd/user") && dir.startsWith("/run/user"),
);

/** Returns an observed drop-in of the user. `at` is its path below the unit directory, or an absolute one. */
function dropIn(at: string, text: string): OverrideFile {
  const path = at.startsWith("/") ? at : `${unitDir}/${at}`;
  const folder = path.split("/").at(-2) ?? "";
  return {
    path,
    target: folder.replace(/\.d$/, ""),
    kind: "drop-in",
    settings: unitSettings(`[Service]\n${text}`).map(shownSetting),
    isSetProperty: path.includes("user.control"),
  };
}

function unit(path: string, kind: "unit" | "mask"): OverrideFile {
  return { path, target: path.split("/").at(-1) ?? "", kind, settings: [], isSetProperty: false };
}

/** Plans for a machine in line, except for the given facts about the settings in force. */
function planWith(
  inForce: Partial<ObservedInForce>,
  {
    more = {},
    options = {},
  }: { readonly more?: Partial<Observed>; readonly options?: Partial<PlanOptions> } = {},
): Plan {
  const nothing = { overrides: [], unread: [], stale: new Map(), controllers: undefined };
  const observed = { ...observedOf(machineWith(fleet)), inForce: { ...nothing, ...inForce }, ...more };
  return planFleet(desiredOf(fleet), observed, { ...shy, ...options });
}

describe("A difference between declared and in force", () => {
  it("does not exist without users' files", () => {
    const plan = planWith({ controllers: ["memory", "cpu", "pids"] });
    expect(plan.deviations).toEqual([]);
    expect(isInLine(plan)).toBe(true);
  });

  it("is reported with the file, the value in force and the declared one, and apply does not change it", () => {
    const file = dropIn("mosaic-agent@coder.service.d/override.conf", "MemoryMax=300M\nRestart=no\nNice=5");
    const plan = planWith({ overrides: [file] });
    expect(plan.actions).toEqual([]);
    expect(isInLine(plan)).toBe(false);
    expect(plan.deviations).toEqual([
      {
        kind: "overridden",
        agents: ["coder"],
        file: file.path,
        settings: [
          { directive: "Restart", value: "no", declared: "on-failure" },
          { directive: "MemoryMax", value: "300M", declared: "800M" },
        ],
        untilReload: false,
      },
      { kind: "not-reaching", agents: ["coder"], file: file.path, directives: ["Nice"] },
    ]);
  });

  it("does not exist if a file says the same in other words, or sorts before the fleet's own", () => {
    const same = dropIn("mosaic-agent@coder.service.d/override.conf", "MemoryMax=838860800\nCPUQuota=200.0%");
    const early = dropIn("mosaic-agent@.service.d/10-all.conf", "CPUQuota=50%");
    const plan = planWith({ overrides: [same, early] });
    expect(plan.deviations).toEqual([
      {
        kind: "overridden",
        agents: ["planner"],
        file: early.path,
        settings: [{ directive: "CPUQuota", value: "50%", declared: undefined }],
        untilReload: false,
      },
    ]);
    expect(isInLine(plan)).toBe(true);
  });

  it.each(["service.d", "mosaic-.service.d", "mosaic-@.service.d", "mosaic-agent@.service.d"])(
    "is reported once for a file in %s, for all agents",
    (folder) => {
      const plan = planWith({ overrides: [dropIn(`${folder}/90-mine.conf`, "TasksMax=10")] });
      expect(plan.deviations).toMatchObject([{ kind: "overridden", agents: ["coder", "planner"] }]);
    },
  );

  it("through set-property counts at once, and after the next reload only if the fleet has no later setting", () => {
    const file = dropIn(`${control}/mosaic-agent@coder.service.d/50-MemoryMax.conf`, "MemoryMax=209715200");
    const live = planWith({ overrides: [file], unread: [file.path] });
    expect(live.actions).toEqual([]);
    expect(live.deviations).toMatchObject([
      { kind: "overridden", settings: [{ value: "209715200", declared: "800M" }], untilReload: true },
    ]);
    // 50-fleet.conf comes after 50-MemoryMax.conf.
    expect(planWith({ overrides: [file] }).deviations).toEqual([]);
  });

  it("includes a file with the same name in an earlier folder, which hides the fleet's own", () => {
    const file = dropIn(`${runtimeControl}/mosaic-agent@coder.service.d/50-fleet.conf`, "MemoryMax=1G");
    expect(planWith({ overrides: [{ ...file, isSetProperty: false }] }).deviations).toMatchObject([
      {
        kind: "overridden",
        settings: [
          { directive: "MemoryMax", value: "1G", declared: "800M" },
          { directive: "CPUQuota", value: "", declared: "200%" },
        ],
      },
    ]);
  });

  it("never shows a possible secret", () => {
    const text = "Environment=TOKEN=hunter2\nExecStartPre=/bin/true hunter2";
    const plan = planWith({ overrides: [dropIn("mosaic-agent@coder.service.d/override.conf", text)] });
    expect(plan.deviations).toMatchObject([{ settings: [{ directive: "Environment", value: undefined }] }]);
    expect(JSON.stringify(plan)).not.toContain("hunter2");
  });

  it("is limited to the named agents", () => {
    const file = dropIn("service.d/90-mine.conf", "TasksMax=10");
    const plan = planWith({ overrides: [file] }, { options: { only: new Set(["planner"]) } });
    expect(plan.deviations).toMatchObject([{ agents: ["planner"] }]);
  });

  it("includes limits without effect, by controller", () => {
    const plan = planWith({ controllers: ["pids"] });
    expect(plan.deviations).toEqual([
      { kind: "not-enforced", agents: ["coder"], controller: "memory", fields: ["memoryMax"] },
      { kind: "not-enforced", agents: ["coder"], controller: "cpu", fields: ["cpuQuota"] },
    ]);
    expect(isInLine(plan)).toBe(true);
  });

  it("of the holder reaches the agents, so that confinement there is no deviation", () => {
    const file = dropIn("mosaic-tmux-holder.service.d/mine.conf", "NoNewPrivileges=yes\nRestart=no");
    expect(planWith({ overrides: [file] }).deviations).toMatchObject([
      {
        kind: "overridden",
        agents: [],
        settings: [{ directive: "Restart", value: "no", declared: "always" }],
      },
    ]);
  });
});

describe("A unit with a user's file in force", () => {
  const file = unit(`${unitDir}/mosaic-agent@planner.service`, "unit");

  it("is neither restarted nor started, with any session", () => {
    const gone = observedOf(machineWith(fleet));
    const tmux = gone.tmux.kind === "server" ? { ...gone.tmux, panes: [] } : gone.tmux;
    const plan = planWith({ overrides: [file] }, { more: { tmux }, options: { only: new Set(["planner"]) } });
    expect(inShort(plan)).toEqual([`planner: blocked unit-replaced ${file.path}`]);
  });

  it("is the template again if a file only gives the template another name", () => {
    expect(inShort(planWith({ overrides: [] }))).toEqual([]);
  });

  it("includes a drop-in with another command, except one that calls the start script", () => {
    const other = dropIn("mosaic-agent@planner.service.d/run.conf", "ExecStart=\nExecStart=/bin/sleep 9");
    const wrapped = dropIn(
      "mosaic-agent@planner.service.d/run.conf",
      "ExecStart=\nExecStart=/usr/bin/nice %E/mosaic/tools/fleet/start-agent-session.sh %i",
    );
    expect(inShort(planWith({ overrides: [other] }))).toEqual([
      `planner: blocked unit-replaced ${other.path}`,
    ]);
    expect(inShort(planWith({ overrides: [wrapped] }))).toEqual([]);
  });

  it("blocks everything if it is the holder, and systemd finds it before the fleet's", () => {
    const ahead = unit(`${control}/mosaic-tmux-holder.service`, "unit");
    expect(planWith({ overrides: [ahead] }).hindrance).toEqual({
      reason: "unit-replaced",
      path: ahead.path,
    });
    const behind = unit(`${runtimeUser}/mosaic-tmux-holder.service`, "unit");
    expect(planWith({ overrides: [behind] }).hindrance).toBeUndefined();
  });

  it("is reported while it runs if the file is a mask, which prevents its start", () => {
    const mask = unit(`${runtimeUser}/mosaic-agent@planner.service`, "mask");
    expect(planWith({ overrides: [mask] }).deviations).toEqual([
      { kind: "masked", agents: ["planner"], file: mask.path },
    ]);
    const units = new Map(
      [...observedOf(machineWith(fleet)).units].filter(([name]) => !name.includes("planner")),
    );
    const plan = planWith({ overrides: [mask] }, { more: { units }, options: { now: true } });
    expect(inShort(plan)).toEqual(["planner: blocked unit-masked mosaic-agent@planner.service"]);
  });
});

describe("A file that has changed since systemd read it", () => {
  const own = dropInPath(layout, "coder");
  const reload = "daemon-reload (not-loaded)";

  it("is read again, with one reload, and no agent is interrupted", () => {
    expect(inShort(planWith({ unread: [own, layout.templatePath] }))).toEqual([
      `template: not-loaded ${layout.templatePath}`,
      `coder: change not-loaded ${own}`,
      reload,
    ]);
  });

  it("may belong to a user, or be gone", () => {
    const file = dropIn("mosaic-agent@planner.service.d/override.conf", "IOWeight=5");
    const shared = dropIn("service.d/a.conf", "IOWeight=5");
    expect(inShort(planWith({ overrides: [file], unread: [file.path] }))).toEqual([
      `planner: change not-loaded ${file.path}`,
      reload,
    ]);
    expect(inShort(planWith({ overrides: [shared], unread: [shared.path] }))).toEqual([
      `override: not-loaded ${shared.path}`,
      reload,
    ]);
    expect(inShort(planWith({ stale: new Map([["mosaic-agent@planner.service", "/gone.conf"]]) }))).toEqual([
      "planner: change loaded-file-gone /gone.conf",
      reload,
    ]);
  });

  it("does not matter for a unit that systemd has not loaded, or for an agent that is not named", () => {
    const units = new Map(
      [...observedOf(machineWith(fleet)).units].filter(([name]) => !name.includes("coder")),
    );
    const stopped = planWith({ unread: [own] }, { more: { units } });
    expect(stopped.actions.filter(({ kind }) => kind === "daemon-reload")).toEqual([]);
    const other = planWith({ unread: [own] }, { options: { only: new Set(["planner"]) } });
    expect(other.actions).toEqual([]);
  });

  it("includes a removed mask: the agent is started again", () => {
    const world = observedOf(machineWith(fleet));
    const masked = { name: "mosaic-agent@planner.service", load: "masked", active: "inactive", sub: "dead" };
    const units = new Map([...world.units, [masked.name, masked]]);
    const tmux =
      world.tmux.kind === "server"
        ? { ...world.tmux, panes: world.tmux.panes.filter(({ agent }) => agent !== "planner") }
        : world.tmux;
    const plan = planWith({}, { more: { units, tmux } });
    expect(plan.actions.map(({ kind }) => kind)).toEqual(["reset-failed", "daemon-reload", "start"]);
  });
});
