import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { says } from "../../support/fleet/effect.ts";
import { apply, commandsIn, declare, fleet, plan, verbsIn, waits } from "../../support/fleet/fleet.ts";

const fleetFile = (model: string, more: object = {}) => ({
  defaults: { env: { MODEL: model }, onChange: "restart" },
  agents: {
    boss: { command: waits, labels: { team: "core", tier: "prod" } },
    coder: { command: waits, replicas: 3, labels: { team: "core" } },
    off: { command: waits, state: "stopped", labels: { team: "core" } },
    writer: { command: waits, labels: { team: "web" } },
    ...more,
  },
});

const touched = (words: Readonly<Record<string, string>>): readonly string[] => Object.keys(words).sort();

describe("Somebody with many agents", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await declare(box, fleetFile("opus"));
    await apply(box);
  });

  it("gives labels to agents, and nothing is to do", async () => {
    await declare(box, fleetFile("opus", { boss: { command: waits, labels: { team: "lead" } } }));
    expect((await plan(box)).actions).toEqual([]);
    await declare(box, fleetFile("opus"));
    expect((await plan(box)).actions).toEqual([]);
  });

  it.each([
    [["coder-*"], ["coder-1", "coder-2", "coder-3"]],
    [["coder"], ["coder-1", "coder-2", "coder-3"]],
    [["*-[12]"], ["coder-1", "coder-2"]],
    [["-l", "team=web"], ["writer"]],
    [["-l", "team in (core,web),tier"], ["boss"]],
    [["-l", "team=core", "coder-2"], ["coder-2"]],
    [["--all"], ["boss", "coder-1", "coder-2", "coder-3", "off", "writer"]],
  ])("plans and shows a part of them: %j", async (words, names) => {
    await declare(box, fleetFile("sonnet"));
    expect(touched(says(await plan(box, ...words)))).toEqual(names);
    const shown = await fleet(box, "status", "--json", ...words);
    const agents = (JSON.parse(shown.stdout) as { agents: readonly { name: string }[] }).agents;
    expect(agents.map(({ name }) => name)).toEqual(names);
  });

  it("changes the selected agents, reports that the others are left out, and does not touch them", async () => {
    await declare(box, fleetFile("sonnet"));
    const ran = await fleet(box, "apply", "--yes", "-v", "-l", "team=core,!tier");
    expect(ran.stdout).toContain(
      "Note: 4 of 6 agents are selected. The others are left out, and not touched.\n",
    );
    expect(verbsIn(commandsIn(ran.stderr))).toEqual([
      "reset-failed coder-1 coder-2 coder-3",
      "restart coder-1 coder-2 coder-3",
    ]);
    expect(touched(says(await plan(box)))).toEqual(["boss", "writer"]);
  });

  it("applies a saved plan of a selection", async () => {
    await declare(box, fleetFile("sonnet"));
    expect(await fleet(box, "plan", "-l", "team=web", "--out", "web.plan.json")).toMatchObject({ code: 0 });
    const ran = await fleet(box, "apply", "-v", "./web.plan.json");
    expect({ code: ran.code, verbs: verbsIn(commandsIn(ran.stderr)) }).toEqual({
      code: 0,
      verbs: ["reset-failed writer", "restart writer"],
    });
  });

  it("restarts, suspends, stops and starts several with one word", async () => {
    const run = async (...words: readonly string[]) => {
      const ran = await fleet(box, ...words, "-v");
      return { code: ran.code, verbs: verbsIn(commandsIn(ran.stderr)) };
    };
    const all = "boss coder-1 coder-2 coder-3 writer";
    expect(await run("restart", "--all", "--yes")).toEqual({
      code: 0,
      verbs: [`reset-failed ${all}`, `restart ${all}`],
    });
    expect(await run("stop", "coder-?", "--yes")).toEqual({
      code: 0,
      verbs: ["stop coder-1 coder-2 coder-3"],
    });
    expect(await run("start", "-l", "team=core", "--yes")).toMatchObject({
      code: 0,
      verbs: expect.arrayContaining(["start coder-1 coder-2 coder-3"]),
    });
    expect(await run("suspend", "--all")).toMatchObject({ code: 0 });
    expect(says(await plan(box))).toMatchObject({});
    expect((await fleet(box, "status", "coder-1")).stdout).toContain("suspended by");
    expect(await run("resume", "-l", "team")).toMatchObject({ code: 0 });
  });

  it.each([
    [["plan", "wroker-*"], 'no agent fits "wroker-*"', "`fleet status` lists the agents"],
    [["plan", "codr-*"], 'no agent fits "codr-*"', "did you mean 'coder-*'?"],
    [["status", "-l", "team=cor"], "no agent has these labels: team=cor", "did you mean team=core?"],
    [["stop", "--yes", "all"], 'there is no agent "all"', "--all selects all agents"],
    [
      ["plan", "-l", "team in core"],
      '-l "team in core" is no selector of labels',
      "for example -l team=core",
    ],
    [
      ["stop", "--yes", "--all", "boss"],
      "option '--all' contradicts the names after the command: boss",
      "see fleet stop",
    ],
    [
      ["stop", "--yes", "--all", "-l", "team"],
      "option '--all' cannot be used with option '-l, --selector",
      "see fleet stop",
    ],
    [["stop", "--yes"], "missing required argument 'agent'", "or select them with -l or --all"],
    [
      ["restart", "--yes", "of*"],
      '"of*" selects only agents that fleet.yaml does not declare as running',
      "name such an agent",
    ],
  ])("gets a report of an empty selection, and changes nothing: %j", async (words, problem, hint) => {
    const ran = await fleet(box, ...words);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(`Error: ${problem}`);
    expect(ran.stderr).toContain(hint);
  });

  it("sees the agents that systemd starts together with the selected ones", async () => {
    await declare(
      box,
      fleetFile("sonnet", { chief: { command: waits, dependsOn: ["aide"] }, aide: { command: waits } }),
    );
    expect((await plan(box, "chief")).notes).toEqual([
      "One of 8 agents is selected. The others are left out, and not touched.",
      "Not selected, but systemd starts them too, because selected agents depend on them: aide.",
    ]);
  });

  it("is refused to remove most of them, also by a pattern", async () => {
    await declare(box, { agents: { boss: { command: waits } } });
    const ran = await fleet(box, "apply", "--yes", "*");
    expect({ code: ran.code, refused: ran.stdout.includes("Refused:") }).toEqual({ code: 6, refused: true });
  });
});
