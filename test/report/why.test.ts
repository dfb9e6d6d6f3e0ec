import { describe, expect, it } from "vitest";
import { fieldPlaces } from "../../src/config/field-places.ts";
import { replicaNames } from "../../src/config/schema/replicas.ts";
import { renderSuspension, suspensionPath } from "../../src/desired/marks/suspension.ts";
import { explainAgent } from "../../src/plan/explain/explain.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { whyJson, type Explained } from "../../src/report/status/why-json.ts";
import { whyText } from "../../src/report/status/why-text.ts";
import { bold, shy } from "../support/plan/arbitraries.ts";
import { apply } from "../support/plan/model.ts";
import { configOf, desiredOf, inputsOf, type Surroundings } from "../support/plan/resolved.ts";
import { change, emptyWorld, observedOf, panesOf, setPanes, type World } from "../support/plan/world.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const file = `version: 1
tmux: { socket: mine }
runtimes:
  claude: { command: claude }
defaults:
  runtime: claude
  workdir: ~/src
  env: { MODEL: opus }
agents:
  planner:
  coder: { replicas: 2, onChange: restart, idleAfter: 10m }
  guard: { protect: true }
  scribe: { resources: { memoryMax: 1G } }
`;

/** Returns a machine with that file applied, and all agents quiet for an hour since. */
function machine(): World {
  const desired = desiredOf(file);
  const empty = emptyWorld(desired.layout, inputsOf(configOf(file)));
  const applied = apply(empty, planFleet(desired, observedOf(empty), bold).actions);
  return change(applied, (world) => (world.now += 3_600_000));
}

const quiet = machine();

function explain(
  text: string,
  name: string,
  world: World,
  { host, ...surroundings }: Surroundings & { readonly host?: string } = {},
) {
  const config = configOf(text);
  const desired = desiredOf(text, surroundings);
  const observed = observedOf({ ...world, inputs: inputsOf(config, surroundings) });
  const plan = planFleet(desired, observed, shy);
  const explanation = explainAgent(name, desired, observed, plan, shy);
  if (explanation === undefined) throw new Error(`nothing is said of ${name}`);
  const entry = Object.entries(config.agents).find(([key, each]) =>
    replicaNames(key, each.replicas).includes(name),
  );
  const explained: Explained = { explanation, entry: entry?.[0] };
  const places = fieldPlaces(text, "fleet.yaml");
  const lines = whyText([explained], places, plan.notes, host, createColors(false));
  const json: unknown = JSON.parse(JSON.stringify(whyJson(plan.fleet, [explained], places)));
  return { lines, json, text: `\n${lines.join("\n")}\n` };
}

const sonnet = file.replace("MODEL: opus", "MODEL: sonnet");

function busy(attached: number): World {
  return change(quiet, (world) =>
    setPanes(
      world,
      panesOf(world).map((pane) => ({ ...pane, attached, activity: Math.floor(world.now / 1000) - 4 })),
    ),
  );
}

describe("The explanation of an agent's plan", () => {
  it("tells that memory ran out, the limit, and the remedy", () => {
    const ended = (limitBytes: number | undefined) =>
      change(quiet, ({ runtime }) =>
        runtime.set("scribe", {
          startedMs: 1,
          exitStatus: 137,
          restarts: 1,
          memoryEnd: { atMs: 0, limitBytes },
        }),
      );
    const { text, json } = explain(file, "scribe", ended(2 ** 30));
    expect(text).toMatch(
      /last end +1970-01-01 \d\d:\d\d, because memory ran out: it reached its limit of 1\.0 GB\n +raise resources\.memoryMax, or/,
    );
    expect(json).toMatchObject({
      agents: [{ memoryEnd: { at: "1970-01-01T00:00:00.000Z", limitBytes: 2 ** 30 } }],
    });
    expect(explain(file, "scribe", ended(undefined)).text).toMatch(
      /because memory ran out on the machine.*\n +a limit in resources\.memoryMax/,
    );
  });

  it("leads from the line in fleet.yaml, through the policy, to the action", () => {
    expect(explain(sonnet, "coder-2", busy(2)).text).toBe(`
coder-2
  declared    fleet.yaml:11: coder: { replicas: 2, onChange: restart, idleAfter: 10m }
  difference  env.MODEL changed
                fleet.yaml:8: env: { MODEL: sonnet } (defaults)
  policy      onChange: restart, of the agent
                fleet.yaml:11: coder: { replicas: 2, onChange: restart, idleAfter: 10m }
  at stake    attached by 2, last output 4 s ago
  action      will be restarted, which interrupts its work
`);
  });

  it("names the reason of a wait, and the place of its setting", () => {
    const lazy = sonnet.replace("workdir: ~/src", "workdir: ~/src\n  idleAfter: 1h30m");
    expect(explain(lazy, "planner", busy(0)).text).toBe(`
planner
  declared    fleet.yaml:11: planner:
  difference  env.MODEL changed
                fleet.yaml:9: env: { MODEL: sonnet } (defaults)
  policy      onChange: when-idle, by default
              idleAfter: 1h30m, of defaults
                fleet.yaml:8: idleAfter: 1h30m
  at stake    nobody attached, last output 4 s ago
  hold        busy (nobody attached, last output 4 s ago)
  action      none until it is idle, or: fleet restart planner
`);
    const kept = sonnet.replace("planner:", "planner: { onChange: keep }");
    expect(explain(kept, "planner", quiet).lines.slice(-2)).toEqual([
      "  hold        onChange: keep",
      "  action      nothing, until its next start, or: fleet restart planner",
    ]);
    expect(explain(kept, "planner", quiet, { host: "build1" }).lines.at(-1)).toBe(
      "  action      nothing, until its next start, or: fleet restart planner --host build1",
    );
  });

  it("ends with nothing to do if nothing differs", () => {
    expect(explain(file, "planner", quiet).text).toBe(`
planner
  declared    fleet.yaml:10: planner:
  difference  none
  policy      onChange: when-idle, by default
              idleAfter: 1m, by default
  action      nothing to do
`);
  });

  it("names the field of a directive, a mark, a removed variable, and a state", () => {
    const limits = explain(file.replace("1G", "2G"), "scribe", quiet).lines;
    expect(limits).toContain("  difference  MemoryMax changed");
    expect(limits).toContain("                fleet.yaml:13: scribe: { resources: { memoryMax: 2G } }");
    const open = explain(file.replace("protect: true", "protect: false"), "guard", quiet).lines;
    expect(open).toContain("                fleet.yaml:12: guard: { protect: false }");
    const gone = explain(file.replace("MODEL: opus", ""), "planner", quiet).lines;
    expect(gone).toContain("                env.MODEL is not in fleet.yaml");
    const stopped = explain(file.replace("planner:", "planner: { state: stopped }"), "planner", quiet).lines;
    expect(stopped.slice(2, 4)).toEqual([
      "  difference  state: stopped",
      "                fleet.yaml:10: planner: { state: stopped }",
    ]);
    expect(stopped.at(-1)).toBe("  action      will be stopped, which interrupts its work");
  });

  it("names the obstacle, and the change without it", () => {
    const { lines } = explain(sonnet, "planner", quiet, { missingWorkdirs: ["/home/ada/src"] });
    expect(lines.filter((line) => !line.includes("policy") && !line.includes("idleAfter"))).toEqual([
      "planner",
      "  declared    fleet.yaml:10: planner:",
      "  difference  env.MODEL changed",
      "                fleet.yaml:8: env: { MODEL: sonnet } (defaults)",
      "  at stake    nobody attached, last output 1 h ago",
      "  blocked     workdir /home/ada/src does not exist",
      "                fleet.yaml:7: workdir: ~/src (defaults)",
      "  action      nothing while that is in the way",
    ]);
  });

  it("names the obstacle of the whole fleet, and the change without it", () => {
    const foreign = change(quiet, (world) => {
      if (world.tmux) world.tmux = { ...world.tmux, unit: "session-1.scope" };
    });
    const { lines } = explain(sonnet, "planner", foreign);
    expect(lines).toContain("  difference  env.MODEL changed");
    const at = lines.findIndex((line) => line.startsWith("  fleet "));
    expect(lines.slice(at, at + 2)).toEqual([
      expect.stringMatching(
        /^ {2}fleet {7}the tmux server on socket mine \(pid \d+\) runs in session-1\.scope, not in /,
      ),
      "                fleet.yaml:2: tmux: { socket: mine } (fleet)",
    ]);
    expect(lines[at + 2]).toContain("kill-server");
    expect(lines.at(-1)).toBe("  action      nothing while that is in the way");
    const limits = explain(file.replace("1G", "2G"), "scribe", foreign).lines;
    expect(limits).toContain("  difference  MemoryMax changed");
    expect(explain(file, "planner", foreign).lines.at(-1)).toBe("  action      nothing to do");
  });

  it("mentions a suspension", () => {
    const { layout } = desiredOf(file);
    const suspension = { by: "ada", sinceMs: undefined, untilMs: undefined };
    const content = renderSuspension(suspension, "planner", layout);
    const left = change(quiet, (world) =>
      world.files.set(suspensionPath(layout, "planner"), {
        kind: "file",
        content,
        mode: 0o600,
        modifiedMs: 0,
      }),
    );
    expect(explain(sonnet, "planner", left).lines.slice(-2)).toEqual([
      "  suspended   suspended by ada",
      "  action      nothing, until: fleet resume planner",
    ]);
  });

  it("mentions the guard that refuses a removal", () => {
    const few = file.replace(/^ {2}(?:coder|guard):.*\n/gm, "");
    expect(explain(few, "coder-1", quiet).text).toBe(`
coder-1
  declared    no longer
  difference  no longer declared
  policy      onChange: restart, as it was declared last
  at stake    nobody attached, last output 1 h ago
  action      will be removed, which interrupts its work
`);
    expect(explain("version: 1\ntmux: { socket: mine }\n", "coder-1", quiet).lines.slice(-2)).toEqual([
      "  refused     the file declares no agents, and 4 agents would be removed; if that is meant, add --allow-remove-all",
      "  action      nothing while that is refused",
    ]);
  });

  it("is the same as JSON", () => {
    expect(explain(sonnet, "coder-2", busy(2)).json).toEqual({
      formatVersion: "2.0",
      fleet: "mosaic",
      agents: [
        {
          name: "coder-2",
          declared: place(11, 3, "  coder: { replicas: 2, onChange: restart, idleAfter: 10m }"),
          values: [],
          differences: [
            {
              reason: "env-changed",
              fields: ["env.MODEL"],
              message: "env.MODEL changed",
              places: [
                {
                  field: "env.MODEL",
                  setIn: [{ from: "defaults", place: place(8, 10, "  env: { MODEL: sonnet }") }],
                },
              ],
            },
          ],
          policy: {
            onChange: {
              value: "restart",
              from: "agent",
              place: place(11, 25, "  coder: { replicas: 2, onChange: restart, idleAfter: 10m }"),
            },
            idleAfter: {
              ms: 600_000,
              from: "agent",
              place: place(11, 44, "  coder: { replicas: 2, onChange: restart, idleAfter: 10m }"),
            },
          },
          atStake: { attached: 2, idleSeconds: 4 },
          refusals: [],
          deviations: [],
          action: "restart",
          reason: "env-changed",
          cost: "agent",
        },
      ],
    });
    expect(explain(file, "planner", quiet).json).toMatchObject({
      agents: [
        { differences: [], policy: { onChange: { value: "when-idle", from: "default" } }, action: "none" },
      ],
    });
  });
});

function place(line: number, column: number, source: string): object {
  return { file: "fleet.yaml", line, column, source };
}
