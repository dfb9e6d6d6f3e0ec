import { describe, expect, it } from "vitest";
import type { BackOff } from "../../../src/watch/loop/back-off.ts";
import type { HeldPlan } from "../../../src/watch/reconcile/plan-with-holds.ts";
import { edited, inShort, machineWith, trio, without } from "../../support/plan/scene.ts";
import { change } from "../../support/plan/world.ts";
import { after, afterOn, applied, later, lookAt } from "../../support/watch/look.ts";

const startOfCanary = ["canary: start failed", "reset-failed canary (failed)", "start canary (failed)"];
const otherModel = edited(trio, "canary", { env: { MODEL: "sonnet" } });

/** Returns the state after three attempts to start the canary of this look. The next one may be made at 9 s. */
function triedThrice({ keys }: HeldPlan): BackOff {
  return new Map([["canary", { key: keys.get("canary") ?? "", count: 3, notBeforeMs: 9_000 }]]);
}

describe("The reaction of a watch to a look", () => {
  it("is nothing if all is in line", () => {
    const { whole, plan, held } = lookAt(applied);
    expect(inShort(plan)).toEqual([]);
    expect(plan).toBe(whole);
    expect(held.size).toBe(0);
  });

  it("is the plan, without a copy of it, if nothing has to wait", () => {
    const { whole, plan } = lookAt(after("failed"));
    expect(inShort(plan)).toEqual(startOfCanary);
    expect(plan).toBe(whole);
  });

  it("allows nothing that requires a person's permission", () => {
    const busy = lookAt(after("attached"), { fleet: otherModel });
    expect(inShort(busy.plan)[0]).toBe("canary: pending env-changed env.MODEL [busy]");
    expect(busy.plan.actions.map(({ kind }) => kind)).toEqual(["write-file"]);
    const inside = change(applied, (world) => (world.selfUnit = "mosaic-agent@canary.service"));
    const fleet = edited(trio, "canary", { state: "stopped" });
    expect(inShort(lookAt(inside, { fleet }).plan)).toEqual([
      expect.stringContaining("canary: blocked own-session"),
    ]);
  });
});

describe("An agent in auto-restart", () => {
  it("is left to systemd, which starts it according to its restart policy", () => {
    const { whole, plan, held } = lookAt(after("autoRestarting"));
    expect(inShort(whole)[0]).toBe("canary: start failed systemd is about to try again");
    expect(inShort(plan)).toEqual([]);
    expect(held).toEqual(new Map([["canary", { why: "systemd-restarts" }]]));
  });

  it("is left to systemd also before, as long as its run ends by itself or by a stop", () => {
    for (const job of [{}, { job: "stop" }]) {
      const ending = change(applied, (world) => {
        const name = "mosaic-agent@canary.service";
        world.units.set(name, { name, load: "loaded", active: "deactivating", sub: "stop-post", ...job });
      });
      const { plan, held } = lookAt(ending);
      expect(inShort(plan)).toEqual([]);
      expect(held).toEqual(new Map([["canary", { why: "systemd-restarts" }]]));
    }
  });

  it("is left to systemd also on request, because it is being started", () => {
    expect(inShort(lookAt(after("autoRestarting"), { isAsked: true }).plan)).toEqual([]);
  });

  it.each([
    ["what it runs with", { env: { MODEL: "sonnet" } }],
    ["how it runs", { description: "smoke test" }],
  ])("is started again at once if a person has edited %s", (_, keys) => {
    const { plan, held } = lookAt(after("autoRestarting"), { fleet: edited(trio, "canary", keys) });
    expect(held.size).toBe(0);
    expect(inShort(plan).at(-1)).toBe("restart canary (failed)");
  });

  it("does not hinder the changes of others", () => {
    const fleet = edited(trio, "planner", { env: { MODEL: "sonnet" }, onChange: "restart" });
    const short = inShort(lookAt(after("autoRestarting"), { fleet }).plan);
    expect(short[0]).toBe("planner: restart env-changed env.MODEL !agent");
    expect(short.filter((line) => line.includes("canary"))).toEqual([]);
  });
});

describe("An agent in back-off", () => {
  const failed = after("failed");
  const backOff = triedThrice(lookAt(failed));

  it("is held until its time has come, and is started then", () => {
    const { plan, held } = lookAt(failed, { backOff, nowMs: 8_999 });
    expect(inShort(plan)).toEqual([]);
    expect(held).toEqual(new Map([["canary", { why: "back-off", untilMs: 9_000 }]]));
    expect(inShort(lookAt(failed, { backOff, nowMs: 9_000 }).plan)).toEqual(startOfCanary);
  });

  it("is also held if it runs, and would be restarted once more for the same reason", () => {
    const unknown = after("envEdited", "restarted");
    const fleet = edited(trio, "canary", { onChange: "restart" });
    const first = lookAt(unknown, { fleet });
    expect(first.whole.agents[0]).toMatchObject({ action: "restart", reason: "config-unknown" });
    expect(lookAt(unknown, { fleet, backOff: triedThrice(first) }).held.get("canary")).toEqual({
      why: "back-off",
      untilMs: 9_000,
    });
  });

  it("does not hold the others: they are planned without it", () => {
    const fleet = without(edited(trio, "planner", { description: "the first" }), "tester");
    const short = inShort(lookAt(failed, { backOff, fleet }).plan);
    expect(short.filter((line) => line.includes("canary"))).toEqual([]);
    expect(short.slice(0, 2)).toEqual([
      "planner: change settings-changed Description",
      "tester: remove no-longer-declared !agent",
    ]);
    expect(inShort(lookAt(afterOn(failed, "templateEdited"), { backOff }).plan)).toEqual([
      "template: file-edited",
      "write-file systemd/user/mosaic-agent@.service (file-edited)",
      "daemon-reload (file-edited)",
    ]);
  });

  it("is tried at once on request", () => {
    const { plan, held } = lookAt(failed, { backOff, isAsked: true });
    expect(inShort(plan)).toEqual(startOfCanary);
    expect(held.size).toBe(0);
  });

  it("is tried at once after its edit, and not after an edit of another", () => {
    expect(inShort(lookAt(failed, { backOff, fleet: otherModel }).plan).at(-1)).toBe("start canary (failed)");
    const settings = edited(trio, "canary", { description: "smoke test" });
    expect(inShort(lookAt(failed, { backOff, fleet: settings }).plan).at(-1)).toBe("start canary (failed)");
    const other = edited(trio, "planner", { description: "the first" });
    expect(lookAt(failed, { backOff, fleet: other }).held.has("canary")).toBe(true);
  });

  it("has another key after an edit of any setting: a service, whose unit file has them, and a schedule", () => {
    const command = "serve";
    const entries = [
      { command },
      { command, description: "smoke test" },
      { command, stopTimeout: "9s" },
      { command, schedule: "daily" },
      { command, schedule: "weekly" },
    ];
    const keys = entries.map((proxy) =>
      lookAt(failed, { fleet: { ...trio, services: { proxy } } }).keys.get("proxy"),
    );
    expect(new Set(keys).size).toBe(entries.length);
    expect(keys).not.toContain(undefined);
  });

  it("is stopped or removed at once anyway", () => {
    const stopped = edited(trio, "canary", { state: "stopped" });
    expect(lookAt(failed, { backOff, fleet: stopped }).held.size).toBe(0);
    const short = inShort(lookAt(failed, { backOff, fleet: without(trio, "canary") }).plan);
    expect(short[0]).toBe("canary: remove no-longer-declared");
  });

  it("is no longer held once it has run for a minute, unlike after a short run", () => {
    const again = afterOn(failed, "restarted");
    const short = lookAt(later(again, 59_999), { backOff }).backOff;
    expect(short).toBe(backOff);
    expect(lookAt(later(again, 60_000), { backOff }).backOff.size).toBe(0);
    expect(lookAt(later(failed, 10_000_000), { backOff }).backOff).toBe(backOff);
  });
});

describe("A refused mass removal", () => {
  it("omits the removals and nothing else", () => {
    const four = machineWith({ ...trio, agents: { ...trio.agents, zoo: { command: "keep" } } });
    const fleet = { ...trio, agents: { zoo: { command: "keep", description: "animals" } } };
    const { whole, plan, held } = lookAt(four, { fleet });
    expect(whole.refusals).toMatchObject([{ guard: "mass-removal" }]);
    expect(plan.refusals).toEqual([]);
    expect([...held]).toEqual(["canary", "planner", "tester"].map((name) => [name, { why: "refused" }]));
    expect(inShort(plan)).toEqual([
      "zoo: change settings-changed Description",
      "write-file systemd/user/mosaic-agent@zoo.service.d/50-fleet.conf (settings-changed)",
      "daemon-reload (settings-changed)",
    ]);
  });

  it("results from an emptied list of agents, also on request", () => {
    const { plan, held } = lookAt(applied, { fleet: { ...trio, agents: {} }, isAsked: true });
    expect(inShort(plan)).toEqual([]);
    expect(held.size).toBe(3);
  });

  it("does not include one removal, which is executed", () => {
    const { plan, held } = lookAt(applied, { fleet: without(trio, "canary") });
    expect(held.size).toBe(0);
    expect(inShort(plan)[0]).toBe("canary: remove no-longer-declared !agent");
  });
});

describe("A refused mass stop", () => {
  const careless = { ...trio, defaults: { ...trio.defaults, state: "stopped" } };
  const refused = { why: "refused" };
  const isHeld = ["canary", "planner", "tester"].map((name) => [name, refused] as const);

  it("omits the stops and the added agents, and nothing else", () => {
    const zoo = { command: "keep", state: "running" };
    const four = machineWith({ ...trio, agents: { ...trio.agents, zoo } });
    const described = { ...zoo, description: "animals" };
    const fleet = { ...careless, agents: { ...trio.agents, newcomer: zoo, zoo: described } };
    const { whole, plan, held } = lookAt(four, { fleet });
    expect(whole.refusals).toMatchObject([{ guard: "mass-stop" }]);
    expect(plan.refusals).toEqual([]);
    expect(held).toEqual(new Map([...isHeld, ["newcomer", refused]]));
    expect(inShort(plan)).toEqual([
      "zoo: change settings-changed Description",
      "write-file systemd/user/mosaic-agent@zoo.service.d/50-fleet.conf (settings-changed)",
      "daemon-reload (settings-changed)",
    ]);
  });

  it("remains for the others when some end by themselves, also on request", () => {
    const { plan, held } = lookAt(after("failed"), { fleet: careless, isAsked: true });
    expect(inShort(plan)).toEqual([]);
    expect(held).toEqual(new Map(isHeld));
  });

  it("does not include one stop, which is executed", () => {
    const { plan, held } = lookAt(applied, { fleet: edited(trio, "canary", { state: "stopped" }) });
    expect(held.size).toBe(0);
    expect(inShort(plan)[0]).toBe("canary: stop stop-wanted !agent");
  });
});
