import fc from "fast-check";
import { driftNames, type DriftName } from "./drift.ts";
import { edits, type Edit } from "./model.ts";
import { readingNames, type ReadingName } from "./reading-commands.ts";

/** Agents that come and go in fleet.yaml. `handy` is also made by hand now and then, to be adopted. */
const roster = ["ant", "bee", "cat", "dog", "elk", "fox", "handy"] as const;

/** The end of a killed run of `fleet`: this long after its start, with or without its child processes. */
export interface Cut {
  readonly signal: "KILL" | "INT" | "TERM";
  /** ms */
  readonly afterMs: number;
  readonly whole: boolean;
}

/** The end of a watch: this long after its start. */
export interface WatchEnd {
  readonly signal: "KILL" | "TERM";
  /** s */
  readonly after: number;
}

/** The requests for single agents. */
export type Wish = "restart" | "start" | "stop" | "suspend" | "resume";

/**
 * One act of a person, as plain data. Each makes sense on any machine, so every part of a walk is a walk too: a step is
 * passed over if it finds nothing to change.
 */
export type Step =
  | { readonly do: "edit"; readonly agent: string; readonly edit: Edit }
  | {
      readonly do: "apply";
      readonly now: boolean;
      readonly agents: readonly string[];
      readonly cut: Cut | undefined;
    }
  | { readonly do: "two-applies"; readonly waits: boolean }
  | { readonly do: "wish"; readonly wish: Wish; readonly agent: string }
  | { readonly do: "destroy"; readonly cut: Cut | undefined }
  | { readonly do: "adopt" }
  | { readonly do: "misspell" }
  | { readonly do: "attach"; readonly agent: string }
  | { readonly do: "detach" }
  | { readonly do: "reading"; readonly reading: ReadingName; readonly agent: string }
  | { readonly do: "page"; readonly signal: "KILL" | "TERM" }
  | { readonly do: "watch"; readonly end: WatchEnd }
  | { readonly do: "pull"; readonly end: WatchEnd; readonly isSigned: boolean }
  | { readonly do: "push" }
  | { readonly do: "rollback"; readonly back: number }
  | { readonly do: "drift"; readonly drift: DriftName; readonly agent: string };

const agent = fc.constantFrom(...roster);
const cut: fc.Arbitrary<Cut> = fc.record({
  signal: fc.constantFrom("KILL", "KILL", "INT", "TERM"),
  afterMs: fc.integer({ min: 50, max: 1500 }),
  whole: fc.boolean(),
});
const maybeCut = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: cut });
const apply = fc.record({
  do: fc.constant("apply" as const),
  now: fc.constantFrom(false, false, true),
  agents: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(agent, { minLength: 1, maxLength: 3 }) },
  ),
  cut: maybeCut,
});
const ending = fc.constantFrom("KILL" as const, "TERM" as const);
const end: fc.Arbitrary<WatchEnd> = fc.record({ signal: ending, after: fc.integer({ min: 1, max: 6 }) });
const wishes = ["restart", "start", "stop", "suspend", "suspend", "resume"] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant("edit"), agent, edit: fc.constantFrom(...edits) }) },
  { weight: 26, arbitrary: apply },
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant("drift"), drift: fc.constantFrom(...driftNames), agent }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("wish"), wish: fc.constantFrom(...wishes), agent }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("two-applies"), waits: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("destroy"), cut: maybeCut }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("adopt") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("misspell") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("attach"), agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("detach") }) },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant("reading"), reading: fc.constantFrom(...readingNames), agent }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("page"), signal: ending }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("watch"), end }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pull"),
      end,
      isSigned: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("push") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rollback"), back: fc.integer({ min: 1, max: 5 }) }) },
);

const applyAll: Step = { do: "apply", now: false, agents: [], cut: undefined };

/** Three steps about one agent that would hardly ever come together by chance. */
const story: fc.Arbitrary<readonly Step[]> = fc.oneof(
  agent.map((one): readonly Step[] => [
    { do: "wish", wish: "suspend", agent: one },
    { do: "edit", agent: one, edit: "env" },
    applyAll,
  ]),
  fc
    .tuple(agent, fc.constantFrom(...driftNames))
    .map(([one, drift]): readonly Step[] => [
      { do: "drift", drift, agent: one },
      { do: "edit", agent: one, edit: "stop" },
      applyAll,
    ]),
);

const part = fc.oneof(
  { weight: 19, arbitrary: step.map((one): readonly Step[] => [one]) },
  { weight: 1, arbitrary: story },
);

/** Returns the steps of a seed. A longer walk begins with the same steps. */
export function stepsOf(seed: number, count: number): readonly Step[] {
  return fc.sample(fc.noBias(part), { seed, numRuns: count }).flat().slice(0, count);
}

/** Returns a step in words. */
export function inWords(one: Step): string {
  switch (one.do) {
    case "edit":
      return `edit fleet.yaml: ${one.edit} ${one.agent}`;
    case "apply":
      return ["apply", ...(one.now ? ["--now"] : []), ...one.agents, ...cutInWords(one.cut)].join(" ");
    case "two-applies":
      return `two applies at once, the second ${one.waits ? "waits" : "does not wait"}`;
    case "wish":
      return `${one.wish} ${one.agent}`;
    case "destroy":
      return ["destroy", ...cutInWords(one.cut)].join(" ");
    case "adopt":
      return "make handy by hand, and adopt it";
    case "misspell":
      return "apply a fleet.yaml with a mistake";
    case "attach":
      return `attach to ${one.agent}`;
    case "detach":
      return "detach from everybody";
    case "reading":
      return `read: ${one.reading} ${one.agent}`;
    case "page":
      return `open the page, and end it by SIG${one.signal}`;
    case "watch":
      return `watch for ${one.end.after} s, until SIG${one.end.signal}`;
    case "pull":
      return `follow a repository for ${one.end.after} s, until SIG${one.end.signal}, ${one.isSigned ? "" : "un"}signed`;
    case "push":
      return "apply to all hosts, of which one is down";
    case "rollback":
      return `roll back, ${one.back} states`;
    case "drift":
      return `drift: ${one.drift} ${one.agent}`;
  }
}

function cutInWords(one: Cut | undefined): readonly string[] {
  if (one === undefined) return [];
  return [`(SIG${one.signal} to ${one.whole ? "its whole group" : "it alone"} after ${one.afterMs} ms)`];
}
