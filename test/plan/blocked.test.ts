import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agentUnit, trialSession } from "../../src/desired/layout.ts";
import { drift, type Happening } from "../support/plan/drift.ts";
import { edited, inShort, machineWith, planOn, trio, without } from "../support/plan/scene.ts";
import { change, panesOf, setPanes, type World } from "../support/plan/world.ts";
import { notesOf } from "../support/plan/detail.ts";
import { reasonOf } from "../../src/plan/agent-plan.ts";

const world = machineWith(trio);
/** Strangers' names begin with `other`: see drift.ts. */
const fleet = edited(trio, "other", { command: "x" });

function after(...happenings: readonly Happening["what"][]): World {
  return drift(
    world,
    happenings.map((what) => ({ what, pick: 0 })),
  );
}

describe("A declared object that exists without the fleet's mark is blocked, and nothing else:", () => {
  it.each<[string, Happening["what"], string]>([
    ["an env file", "envWritten", "/home/ada/.config/mosaic/fleet/agents/other.env exists"],
    [
      "an env file of another fleet",
      "envOfAnotherFleet",
      "/home/ada/.config/mosaic/fleet/agents/other.env exists",
    ],
    [
      "a drop-in",
      "dropInWritten",
      "/home/ada/.config/systemd/user/mosaic-agent@other.service.d/50-fleet.conf exists",
    ],
    ["a session", "sessionOpened", "a tmux session other exists"],
    ["a unit that runs", "unitStarted", "mosaic-agent@other.service runs already"],
    ["a session that a failed unit has left", "unitFailed", "a tmux session other exists"],
  ])("%s", (_, what, detail) => {
    const plan = planOn(after(what), edited(fleet, "zoo", { command: "x" }));
    expect(inShort(plan).filter((line) => line.startsWith("other"))).toEqual([
      `other: blocked not-ours ${detail}`,
    ]);
    expect(plan.actions.filter(({ agent }) => agent !== undefined && agent !== "zoo")).toEqual([]);
    expect(plan.summary).toMatchObject({ add: 1, blocked: 1 });
  });

  it("an env file of ours without its mark", () => {
    const plan = planOn(after("envUnmarked"), edited(trio, "canary", { command: "y" }));
    expect(inShort(plan)).toEqual([
      "canary: blocked not-ours /home/ada/.config/mosaic/fleet/agents/canary.env exists",
    ]);
  });

  it("agents that depend on it, as long as systemd would start it together with them", () => {
    const chain = edited(edited(fleet, "relay", { command: "r", dependsOn: ["other"] }), "zoo", {
      command: "z",
      dependsOn: ["relay"],
    });
    const plan = planOn(after("envWritten"), chain);
    expect(inShort(plan)).toEqual([
      "other: blocked not-ours /home/ada/.config/mosaic/fleet/agents/other.env exists",
      "relay: blocked dependency-not-ours other",
      "zoo: blocked dependency-not-ours other",
    ]);
    expect(planOn(after("unitStarted"), chain).summary).toMatchObject({ add: 2, blocked: 1 });
  });

  it("a link with our target is taken over", () => {
    expect(inShort(planOn(after("linkMade"), fleet))).toEqual([
      "other: add new",
      "write-file mosaic/fleet/agents/other.env (new)",
      "start other (new)",
    ]);
  });
});

describe("An undeclared object without a mark is shown, and left alone:", () => {
  it.each<[string, Happening["what"], object]>([
    ["a session", "sessionOpened", { kind: "session", name: "other" }],
    ["a unit", "unitStarted", { kind: "unit", name: "mosaic-agent@other.service" }],
    ["a session that a failed unit has left", "unitFailed", { kind: "session", name: "other" }],
    ["an env file", "envWritten", { kind: "file", name: "/home/ada/.config/mosaic/fleet/agents/other.env" }],
    [
      "a copy of an env file of ours",
      "envCopied",
      { kind: "file", name: "/home/ada/.config/mosaic/fleet/agents/copy-of-canary.env" },
    ],
    [
      "a link",
      "linkMade",
      {
        kind: "file",
        name: "/home/ada/.config/systemd/user/default.target.wants/mosaic-agent@other.service",
      },
    ],
  ])("%s", (_, what, shown) => {
    const plan = planOn(after(what), trio);
    expect(plan.unmanaged).toEqual([shown]);
    expect(inShort(plan)).toEqual([]);
  });

  it("a session that a starting holder makes for a moment, without a word", () => {
    const trial = change(world, (copy) => {
      const [pane] = panesOf(copy);
      const own = { id: "%99", sessionId: "$99", agent: undefined, config: undefined, dead: false };
      if (pane) setPanes(copy, [...panesOf(copy), { ...pane, ...own, sessionName: trialSession }]);
    });
    expect(planOn(trial, trio).unmanaged).toEqual([]);
    const holder = readFileSync(
      new URL("../../units/start-agent-session/holder.sh", import.meta.url),
      "utf8",
    );
    expect(holder).toContain(`new-session -d -s ${trialSession} `);
  });

  it("another fleet's session on the same socket", () => {
    const foreign = change(world, (copy) => {
      const [pane] = panesOf(copy);
      const config = { fleet: "web", hash: "0123456789abcdef", fields: new Map() };
      if (pane)
        setPanes(copy, [...panesOf(copy), { ...pane, id: "%99", sessionId: "$99", agent: "x", config }]);
    });
    expect(inShort(planOn(foreign, trio))).toEqual([]);
  });
});

describe("Nothing at all is done", () => {
  it("if the tmux server on the fleet's socket is not the holder's", () => {
    const plan = planOn(after("serverStarted"), edited(trio, "canary", { command: "y" }));
    const why =
      "foreign-tmux-server the tmux server on socket mosaic-factory (pid 27) runs in app.scope, not in mosaic-tmux-holder.service";
    expect(inShort(plan).map((line) => line.replace(/pid \d+/, "pid 27"))).toEqual([
      `canary: blocked ${why}`,
      `planner: blocked ${why}`,
      `tester: blocked ${why}`,
    ]);
    expect(notesOf(plan)[0]).toContain("end it with `tmux -L mosaic-factory kill-server`");
    expect(plan.hindrance).toMatchObject({ reason: "foreign-tmux-server" });
  });

  it("if the holder runs and no server answers", () => {
    const deaf = change(world, (copy) => (copy.tmux = undefined));
    const plan = planOn(deaf, trio);
    expect(plan.actions).toEqual([]);
    expect(plan.agents.map((agent) => `${agent.action} ${reasonOf(agent)}`)).toEqual(
      Array.from({ length: 3 }, () => "blocked no-tmux-server"),
    );
  });

  it("if a shared file is foreign; that is reported even if no agent is concerned", () => {
    const path = world.layout.templatePath;
    const foreign = change(world, (copy) => {
      copy.files.set(path, { kind: "file", content: "[Service]\n", mode: 0o644, modifiedMs: 0 });
      copy.reloadPending = true;
    });
    const plan = planOn(foreign, trio);
    expect(inShort(plan)).toEqual([]);
    expect(plan.hindrance).toEqual({ reason: "not-ours", kind: "file", name: path });
  });
});

describe("An agent is blocked", () => {
  it("without its workdir or an envFile, and is left as it is until then", () => {
    const changed = edited(edited(trio, "canary", { command: "y", workdir: "/srv" }), "planner", {
      envFiles: ["~/none.env"],
    });
    const surroundings = { missingWorkdirs: ["/srv"], envFiles: { "/home/ada/none.env": undefined } };
    expect(inShort(planOn(world, changed, { surroundings }))).toEqual([
      "canary: blocked workdir-missing /srv",
      "planner: blocked env-file-missing /home/ada/none.env",
    ]);
  });

  it("but continues unchanged if its workdir has disappeared since", () => {
    expect(inShort(planOn(world, trio, { surroundings: { missingWorkdirs: ["/home/ada/src"] } }))).toEqual(
      [],
    );
  });

  it("if it is protected and to be stopped", () => {
    const guarded = edited(trio, "canary", { protect: true });
    const stopped = edited(guarded, "canary", { state: "stopped" });
    expect(inShort(planOn(machineWith(guarded), stopped, { now: true }))).toEqual([
      "canary: blocked protected protect: true keeps it from being stopped",
    ]);
  });

  it("if it is removed and was protected, according to its mark", () => {
    const guarded = machineWith(edited(trio, "canary", { protect: true }));
    const plan = planOn(guarded, without(trio, "canary"), { now: true, allowRemoveAll: true });
    expect(inShort(plan)).toEqual([
      "canary: blocked protected it is marked protect: true; set protect: false and apply before you remove it",
    ]);
  });

  it("if the command itself runs in its session, unless that is allowed", () => {
    const inside = { ...world, selfUnit: agentUnit(world.layout, "canary") };
    const stopped = edited(trio, "canary", { state: "stopped" });
    for (const fleetNow of [edited(trio, "canary", { command: "y" }), stopped, without(trio, "canary")]) {
      const plan = planOn(inside, fleetNow, { now: true });
      expect(inShort(plan)).toEqual(["canary: blocked own-session this command runs inside its session"]);
      expect(planOn(inside, fleetNow, { now: true, allowSelf: true }).summary.blocked).toBe(0);
    }
  });
});
