import { describe, expect, it } from "vitest";
import type { BackOff } from "../../../src/watch/loop/back-off.ts";
import { newEvents, nothingTold, recoveredMs } from "../../../src/watch/reconcile/new-events.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { edited, machineWith, trio, without } from "../../support/plan/scene.ts";
import { change, type World } from "../../support/plan/world.ts";
import { after, afterOn, applied, later, lookAt, type Glance } from "../../support/watch/look.ts";
import { noteText } from "../../../src/report/plan/note-text.ts";
import { refusalText } from "../../../src/report/plan/refusal-text.ts";
import { mainDetail } from "../../support/plan/detail.ts";

/** Returns a listener for one look after the other: it returns the news of each in short. */
function listener(): (world: World, glance?: Glance) => readonly string[] {
  let told = nothingTold;
  return (world, glance = {}) => {
    const narration = newEvents(told, lookAt(world, glance), glance.nowMs ?? 0);
    told = narration.told;
    return narration.events.map(inWords);
  };
}

function inWords(event: WatchEvent): string {
  if (event.kind === "waiting" || event.kind === "blocked") {
    return `${event.plan.name} ${event.kind}: ${event.plan.reason} ${mainDetail(event.plan) ?? ""}`.trim();
  }
  if (event.kind === "held") return `${event.agent} held: ${event.why}`;
  if (event.kind === "failed") return `${event.agent} failed, next try in ${event.nextTryMs}`;
  if (event.kind === "crashed" || event.kind === "recovered") return `${event.agent} ${event.kind}`;
  if (event.kind === "refused") return `refused: ${refusalText(event.refusal)}`;
  return event.kind === "plan-note" ? `note: ${noteText(event.note)}` : event.kind;
}

const withModel = (model: string) => edited(trio, "canary", { env: { MODEL: model } });

describe("A lasting state", () => {
  it("is reported once, after any number of looks", () => {
    const hear = listener();
    const busy = after("attached");
    expect(hear(busy, { fleet: withModel("sonnet") })).toEqual(["canary waiting: env-changed env.MODEL"]);
    expect(hear(later(busy, 60_000), { fleet: withModel("sonnet") })).toEqual([]);
    expect(hear(busy, { fleet: withModel("haiku") })).toEqual([]);
  });

  it("is reported again when it changes, or comes back", () => {
    const hear = listener();
    const busy = after("attached");
    const glance = { fleet: withModel("sonnet") };
    hear(busy, glance);
    const more = edited(withModel("sonnet"), "canary", { workdir: "/srv" });
    expect(hear(busy, { fleet: more })).toHaveLength(1);
    expect(hear(busy)).toEqual([]);
    expect(hear(busy, glance)).toEqual(["canary waiting: env-changed env.MODEL"]);
    expect(hear(busy, { fleet: edited(withModel("sonnet"), "canary", { onChange: "keep" }) })).toHaveLength(
      1,
    );
  });

  it("is reported for a blocked agent, and again with another obstacle", () => {
    const hear = listener();
    const fleet = edited(trio, "canary", { workdir: "/srv", onChange: "restart" });
    const glance = (path: string): Glance => ({
      fleet: edited(fleet, "canary", { workdir: path }),
      surroundings: { missingWorkdirs: [path] },
    });
    expect(hear(applied, glance("/srv"))).toEqual(["canary blocked: workdir-missing /srv"]);
    expect(hear(applied, glance("/srv"))).toEqual([]);
    expect(hear(applied, glance("/opt"))).toEqual(["canary blocked: workdir-missing /opt"]);
  });

  it("is reported again if the end of a session waits for another reason", () => {
    const hear = listener();
    const restarting = { ...trio, defaults: { ...trio.defaults, onChange: "restart" } };
    const world = afterOn(machineWith(restarting), "attached");
    const fleet = without(restarting, "canary");
    const young = { fleet, moment: { textAgeMs: 4_000 } };
    expect(hear(world, young)).toEqual(["canary held: young"]);
    expect(hear(world, young)).toEqual([]);
    expect(hear(world, { fleet })).toEqual(["canary held: attached"]);
  });

  it("is reported for a refusal and for notes", () => {
    const hear = listener();
    const empty = { fleet: { ...trio, agents: {} } };
    expect(hear(applied, empty)).toEqual([
      "refused: the file declares no agents, and 3 agents would be removed",
    ]);
    expect(hear(applied, empty)).toEqual([]);
    const older = afterOn(applied, "holderEdited");
    const note = expect.stringMatching(/^note: .*tmux/) as string;
    expect(hear(older)).toEqual([note]);
    expect(hear(later(older, 60_000))).toEqual([]);
  });
});

describe("An agent that crashes", () => {
  const failed = after("failed");
  const { keys } = lookAt(failed);
  const tried = (count: number, notBeforeMs: number): BackOff =>
    new Map([["canary", { key: keys.get("canary") ?? "", count, notBeforeMs }]]);
  const runs = (world: World, startedMs: number, restarts: number): World =>
    change(afterOn(world, "restarted"), (copy) => {
      copy.runtime.set("canary", { startedMs: copy.now - startedMs, exitStatus: undefined, restarts });
    });

  it("is reported with its exit status, and with the time of the next try", () => {
    const world = change(failed, (copy) => {
      copy.runtime.set("canary", { startedMs: 1, exitStatus: 3, restarts: 5 });
    });
    const { events } = newEvents(nothingTold, lookAt(world), 0);
    expect(events).toEqual([{ kind: "failed", agent: "canary", exitStatus: 3, lines: [], nextTryMs: 0 }]);
    expect(listener()(world, { backOff: tried(2, 5_000), nowMs: 1_000 })).toEqual([
      "canary failed, next try in 4000",
    ]);
  });

  it("is not reported to be tried again if it is blocked", () => {
    const missing = {
      fleet: edited(trio, "canary", { workdir: "/srv" }),
      surroundings: { missingWorkdirs: ["/srv"] },
    };
    const { events } = newEvents(nothingTold, lookAt(failed, missing), 0);
    expect(events.find(({ kind }) => kind === "failed")).toMatchObject({
      agent: "canary",
      nextTryMs: undefined,
    });
  });

  it("in a crash loop is reported with the first failure, the end of each attempt and the recovery, and no restart of systemd's", () => {
    const hear = listener();
    expect(hear(runs(applied, 60_000, 0))).toEqual([]);
    const waits = after("autoRestarting");
    expect(hear(waits)).toEqual(["canary crashed"]);
    for (const restarts of [1, 2, 3]) {
      expect(hear(runs(applied, 1_000, restarts))).toEqual([]);
      expect(hear(waits)).toEqual([]);
    }
    expect(hear(failed)).toEqual(["canary failed, next try in 0"]);
    expect(hear(runs(applied, 1_000, 0), { backOff: tried(1, 1_000) })).toEqual([]);
    expect(hear(waits, { backOff: tried(1, 1_000) })).toEqual([]);
    expect(hear(failed, { backOff: tried(1, 1_000), nowMs: 400 })).toEqual([
      "canary failed, next try in 600",
    ]);
    expect(hear(failed, { backOff: tried(1, 1_000), nowMs: 700 })).toEqual([]);
    expect(hear(failed, { backOff: tried(2, 6_000), nowMs: 2_000 })).toEqual([
      "canary failed, next try in 4000",
    ]);
    expect(hear(runs(applied, recoveredMs - 1, 0), { backOff: tried(3, 9_000) })).toEqual([]);
    expect(hear(runs(applied, recoveredMs, 0), { backOff: tried(3, 9_000) })).toEqual(["canary recovered"]);
    expect(hear(runs(applied, 60_000, 0))).toEqual([]);
  });

  it("is not reported if it crashed with its tmux server", () => {
    const [waiting, withServer] = [lookAt(after("autoRestarting")), lookAt(applied)];
    const { now } = waiting.observed;
    const kinds = (serverEndMs: number): readonly string[] => {
      const considered = { ...waiting, observed: { ...waiting.observed, serverEndMs } };
      const { told } = newEvents(nothingTold, withServer, 0);
      return newEvents(told, considered, 0).events.map(({ kind }) => kind);
    };
    expect(kinds(now - 1_000)).toEqual([]);
    expect(kinds(now - 60_000)).toEqual(["crashed"]);
  });

  it("is reported if it has crashed between two looks and runs again", () => {
    const hear = listener();
    expect(hear(runs(applied, 60_000, 2))).toEqual([]);
    expect(hear(runs(applied, 60_000, 3))).toEqual(["canary crashed"]);
    expect(hear(runs(applied, 60_000, 3))).toEqual(["canary recovered"]);
  });

  it("is not reported as crashed for events before the first look", () => {
    expect(listener()(runs(applied, 60_000, 7))).toEqual([]);
  });

  it("is reported again after an edit, with which its attempts are counted from the beginning", () => {
    const hear = listener();
    hear(failed, { backOff: tried(4, 9_000) });
    const glance = { fleet: withModel("sonnet"), backOff: tried(4, 9_000) };
    expect(hear(failed, glance)).toEqual(["canary failed, next try in 0"]);
  });

  it("is reported when it has ended by itself and left its session, but not after a manual stop", () => {
    const ended = change(failed, (copy) => copy.units.delete("mosaic-agent@canary.service"));
    expect(listener()(ended)).toEqual([
      "canary failed, next try in 0",
      expect.stringContaining("The command of canary ended by itself with exit status 0"),
    ]);
    expect(listener()(after("stopped"))).toEqual([]);
    expect(listener()(after("stopping"))).toEqual([]);
  });

  it("is ignored if it is declared stopped or not at all", () => {
    expect(listener()(failed, { fleet: edited(trio, "canary", { state: "stopped" }) })).toEqual([]);
    expect(listener()(failed, { fleet: without(trio, "canary") })).toEqual([]);
  });
});
