import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Selectable } from "../../../src/plan/selection/candidates.ts";
import { parseSelector } from "../../../src/plan/selection/label-selector.ts";
import { selectAmong, withoutWordsOfOthers } from "../../../src/plan/selection/select-agents.ts";
import { selectionWords, type Selection } from "../../../src/plan/selection/selection.ts";

const labels = new Map<string, Readonly<Record<string, string>>>([
  ["lead", { team: "core" }],
  ["worker-1", { team: "core", tier: "prod" }],
  ["worker-2", { team: "web" }],
  ["worker-10", {}],
]);
/** An entry with replicas, one without, and an agent that is no longer declared. */
const candidates: Selectable = {
  names: new Map<string, readonly string[]>([
    ...[...labels.keys(), "former"].map((name) => [name, [name]] as const),
    ["worker", ["worker-1", "worker-2", "worker-10"]],
  ]),
  labels,
  inScope: () => true,
};

function of(names: readonly string[], text?: string, all?: boolean): Selection {
  const parsed = text === undefined ? undefined : parseSelector(text);
  return { names, all, labels: parsed?.ok === true ? parsed.value : undefined };
}

/** Returns the selected names, or the problem with its hint. */
function selected(selection: Selection, among = candidates): readonly string[] | string {
  const result = selectAmong(selection, among);
  if (result.ok) return [...result.value].sort();
  const [problem] = result.diagnostics;
  return [problem?.summary, problem?.hint]
    .filter((text) => text !== undefined)
    .map(wordingText)
    .join(": ");
}

describe("A selection of agents", () => {
  it.each([
    [of(["lead"]), ["lead"]],
    [of(["worker-2"]), ["worker-2"]],
    [of(["worker"]), ["worker-1", "worker-10", "worker-2"]],
    [of(["worker-?"]), ["worker-1", "worker-2"]],
    [of(["w*r"]), ["worker-1", "worker-10", "worker-2"]],
    [of(["lead", "*-1"]), ["lead", "worker-1"]],
    [of([], "team=core"), ["lead", "worker-1"]],
    [of([], "!team"), ["worker-10"]],
    [of(["worker"], "team=core"), ["worker-1"]],
    [of([], undefined, true), ["former", "lead", "worker-1", "worker-10", "worker-2"]],
  ])("takes names, patterns, labels and all: %j", (selection, expected) => {
    expect(selected(selection)).toEqual(expected);
  });

  it.each([
    [of(["laed"]), 'there is no agent "laed": did you mean "lead"?'],
    [of(["zzz"]), 'there is no agent "zzz": `fleet status` lists the agents'],
    [of(["all"]), 'there is no agent "all": --all selects all agents'],
    [of(["team=core"]), 'there is no agent "team=core": to select by labels: -l team=core'],
    [of(["lead", "wroker-*"]), "no agent fits \"wroker-*\": did you mean 'worker-*'?"],
    [of(["zzz-*"]), 'no agent fits "zzz-*": `fleet status` lists the agents'],
    [of(["*z"]), 'no agent fits "*z": `fleet status` lists the agents'],
    [of([], "team=cor"), "no agent has these labels: team=cor: did you mean team=core?"],
    [of([], "taem=core"), 'no agent has these labels: taem=core: did you mean the label "team"?'],
    [
      of([], "boss=ada"),
      "no agent has these labels: boss=ada: the labels in fleet.yaml are team=core, team=web, tier=prod",
    ],
    [
      of(["lead"], "team=web"),
      "no agent of lead has these labels: team=web: names and -l together select the agents that both select",
    ],
  ])("says what selects nothing, and proposes no more than was meant: %j", (selection, problem) => {
    expect(selected(selection)).toBe(problem);
  });

  it("finds no undeclared agent by labels, because nothing says which ones it has", () => {
    for (const text of ["team!=core", "!team", "team notin (web)"])
      expect(selected(of([], text))).not.toContain("former");
    expect(selected(of(["form*"]))).toEqual(["former"]);
  });

  it("is limited to the scope of a command, unless an agent is named in full", () => {
    const running: Selectable = { ...candidates, inScope: (name) => name.startsWith("worker") };
    expect(selected(of([], undefined, true), running)).toEqual(["worker-1", "worker-10", "worker-2"]);
    expect(selected(of([], "team=core"), running)).toEqual(["worker-1"]);
    expect(selected(of(["lead"]), running)).toEqual(["lead"]);
    expect(selected(of(["le*"]), running)).toContain('"le*" selects only agents that');
    const none: Selectable = { names: new Map(), labels: new Map(), inScope: () => true };
    expect(selected(of([], undefined, true), none)).toBe("the fleet has no agents");
  });

  it("can be typed again", () => {
    expect(selectionWords(of(["lead", "w*"], "team in (core,web)")).join(" ")).toBe(
      "lead 'w*' -l 'team in (core,web)'",
    );
    expect(selectionWords(of([], "team=core", true))).toEqual(["-l", "team=core", "--all"]);
  });

  const word = fc.constantFrom("lead", "worker", "worker-1", "w*", "*-?", "worker-[12]", "former", "*");
  const selector = fc.constantFrom("team=core", "team", "!team", "team!=web", "tier notin (x)");
  const result = (selection: Selection): ReadonlySet<string> => {
    const found = selectAmong(selection, candidates);
    return found.ok ? found.value : new Set();
  };

  it("with several words selects what each of them selects", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const each = words.flatMap((one) => [...result(of([one]))]);
        expect(result(of(words))).toEqual(new Set(each));
      }),
    );
  });

  it("with names and labels selects what both select", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), selector, (words, text) => {
        const [named, labelled] = [result(of(words)), result(of([], text))];
        expect(result(of(words, text))).toEqual(new Set([...named].filter((name) => labelled.has(name))));
      }),
    );
  });

  it("is never wider with labels, and never wider than all", () => {
    fc.assert(
      fc.property(fc.array(word), fc.option(selector, { nil: undefined }), (words, text) => {
        fc.pre(words.length > 0 || text !== undefined);
        const chosen = [...result(of(words, text))];
        expect([...result(of([], undefined, true))]).toEqual(expect.arrayContaining(chosen));
        if (words.length > 0) expect([...result(of(words))]).toEqual(expect.arrayContaining(chosen));
      }),
    );
  });

  it.each([
    [["lead", "other"], ["lead"]],
    [["lead", "oth*"], ["lead"]],
    [
      ["lead", "unknown"],
      ["lead", "unknown"],
    ],
    [["other"], ["other"]],
  ])("leaves out words for agents of other machines alone: %j", (names, own) => {
    const known = { ...candidates, names: new Map([...candidates.names, ["other", ["other"]] as const]) };
    expect(withoutWordsOfOthers({ names }, candidates, known).names).toEqual(own);
  });
});
