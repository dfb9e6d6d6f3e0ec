import { formatDuration } from "../../text/durations.ts";
import type { FieldPlace, FieldPlaces } from "../../config/field-places.ts";
import type { Place } from "../../diagnostics/diagnostic.ts";
import type { WaitingValue } from "../../diffs/plan/waiting-values.ts";
import type { Difference, Explanation } from "../../plan/explain/explain.ts";
import { contradictsFleet } from "../../plan/deviation.ts";
import { runtimeOfGroup } from "../../desired/pace.ts";
import type { MemoryEnd, UnitWait } from "../../observed/types.ts";
import { stakeOf, type AgentPlan } from "../../plan/agent-plan.ts";
import { isInterrupted } from "../../plan/summary.ts";
import type { Note } from "../../plan/note.ts";
import type { Colors } from "../terminal/colors.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import { noteText } from "../plan/note-text.ts";
import { refusalText } from "../plan/refusal-text.ts";
import { visible } from "../terminal/display-text.ts";
import { changePhrase } from "../change-text.ts";
import { memoryEndHint, memoryEndPhrase } from "../memory-text.ts";
import { valuePhrase } from "../value-text.ts";
import { holdPhrase, nextStepLine } from "../plan/agents/hold-text.ts";
import { agentWords, heldPhrase, localTime, stakePhrase, suspensionPhrase } from "../phrases.ts";
import { glyphs } from "../plan/agents/glyphs.ts";
import { excerptOf } from "../terminal/source-excerpt.ts";
import type { RunTimes } from "../json/schedule-json.ts";
import type { Explained } from "./why-json.ts";

/** One link of the chain: its name, and its facts line by line. */
type WhyStep = readonly [label: string, lines: readonly string[]];

/**
 * Returns the output of `fleet why` as lines. One of the notes of the plan says what to do about a blocked fleet. `host` is the
 * name of this machine for a reader on another one.
 */
export function whyText(
  explained: readonly Explained[],
  places: FieldPlaces,
  notes: readonly Note[],
  host: string | undefined,
  colors: Colors,
): readonly string[] {
  return explained.flatMap(({ explanation, entry = "", values = [], times }, index) => [
    ...(index === 0 ? [] : [""]),
    colors.bold(visible(explanation.plan.name)),
    ...stepsOf(explanation, entry, places, notes, values, times, host)
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([label, lines]) =>
        lines.map((line, at) => `  ${(at === 0 ? label : "").padEnd(11)} ${line}`),
      ),
  ]);
}

function stepsOf(
  {
    plan,
    declared,
    policy,
    differences,
    block,
    completed,
    lostWorkdir,
    memoryEnd,
    wait,
    hindrance,
    refusals,
    deviations = [],
  }: Explanation,
  entry: string,
  places: FieldPlaces,
  notes: readonly Note[],
  values: readonly WaitingValue[],
  times: RunTimes | undefined,
  host: string | undefined,
): readonly WhyStep[] {
  const { suspended } = plan;
  const agent = agentWords(visible(plan.name), host);
  const atStake = stakeOf(plan);
  const isHeld = plan.action === "pending" && plan.hold !== "suspended" && plan.hold !== "job";
  const declaration = places.entry(entry);
  const isNone = differences.length === 0 && block === undefined && !deviations.some(contradictsFleet);
  const said = (difference: Difference): readonly string[] => differenceLines(difference, entry, places);
  const blocked = notes.filter(({ kind }) => kind === "hindrance").map(noteText);
  const failures = notes.flatMap((note) =>
    note.kind === "worktree-failed" && note.agent === plan.name ? [visible(note.failure)] : [],
  );
  return [
    ["declared", [declaration === undefined ? "no longer" : placeLine(declaration)]],
    ["difference", isNone ? ["none"] : differences.flatMap(said)],
    ["runs with", values.map(valuePhrase)],
    ["workdir", lostWorkdir === undefined ? [] : [`${visible(lostWorkdir)} was removed while it runs in it`]],
    ["last end", memoryEnd === undefined ? [] : memoryEndLines(memoryEnd)],
    ["start", wait === undefined ? [] : startLines(agent, wait)],
    ["worktree", failures],
    ["completed", completed === undefined ? [] : completedLines(agent, completed.atMs)],
    ["schedule", times === undefined ? [] : [runsLine(times)]],
    ["policy", declared === undefined ? policyLine(policy) : policyLines(declared, entry, places)],
    ["at stake", atStake === undefined ? [] : [stakePhrase(atStake)]],
    ["hold", isHeld ? [visible(holdPhrase({ ...plan, name: agent }))] : []],
    ["suspended", suspended === undefined ? [] : [visible(suspensionPhrase(suspended))]],
    ["blocked", block === undefined ? [] : said(block)],
    ["fleet", hindrance === undefined ? [] : [...said(hindrance), ...blocked.map(visible)]],
    ["in force", deviations.map((each) => visible(deviationNote(each)))],
    [
      "refused",
      refusals.map((refusal) => `${visible(refusalText(refusal))}; if that is meant, add ${refusal.flag}`),
    ],
    ["action", [refusals.length > 0 ? "nothing while that is refused" : verdictLine(plan, agent)]],
  ];
}

function memoryEndLines(end: MemoryEnd): readonly string[] {
  return [`${localTime(end.atMs)}, because ${memoryEndPhrase(end)}`, memoryEndHint(end)];
}

/** Returns `next run 2026-11-30 03:00, last run 2026-11-29 03:00`. */
function runsLine({ nextMs, lastMs }: RunTimes): string {
  const next = nextMs === undefined ? "no next run: its timer does not run" : `next run ${localTime(nextMs)}`;
  return `${next}, ${lastMs === undefined ? "no run so far" : `last run ${localTime(lastMs)}`}`;
}

/** Returns lines about a start that waits; none for its readiness, and for an end. `agent` is as commands name it. */
function startLines(agent: string, wait: UnitWait): readonly string[] {
  const { kind, words, untilMs } = wait;
  switch (kind) {
    case "limit": {
      const until = untilMs === undefined ? "" : ` until ${localTime(untilMs)}`;
      return [`waits${until}, because its account has reached a limit; before that by: fleet start ${agent}`];
    }
    case "dependency": {
      const names = words.split(" ").map(visible);
      return [`waits for ${names.join(", ")}, because it depends on ${names.length === 1 ? "that" : "them"}`];
    }
    case "turn":
      return turnLines(agent, wait);
    case "stop":
    case "ready":
    case "unready":
      return [];
  }
}

function turnLines(agent: string, { halt, sinceMs, words }: UnitWait): readonly string[] {
  const groups = words.split(" ").map((group) => {
    const runtime = runtimeOfGroup(group);
    return runtime === undefined ? "those of the fleet" : `those of runtime ${visible(runtime)}`;
  });
  const turn = `waits since ${localTime(sinceMs)} for its turn among ${groups.join(" and ")}`;
  if (halt === undefined) return [turn];
  return [turn, `none of them starts, because ${heldPhrase(halt)}; at once by: fleet start ${agent}`];
}

function completedLines(agent: string, atMs: number | undefined): readonly string[] {
  const since = atMs === undefined ? "" : `since ${localTime(atMs)}, `;
  return [`${since}with exit status 0; to run it again: fleet start ${agent}`];
}

function differenceLines(difference: Difference, entry: string, places: FieldPlaces): readonly string[] {
  const lines = difference.setIn.flatMap((field) => {
    const found = places.field(entry, field);
    if (found.length === 0) return [`  ${visible(field)} is not in fleet.yaml`];
    return found.map(
      ({ from, place }) => `  ${placeLine(place)}${from === "agent" ? "" : ` (${fromPhrase(from)})`}`,
    );
  });
  // Fields may share a line.
  return [visible(changePhrase(difference.change)), ...new Set(lines)];
}

function policyLines(
  { onChange, idleAfterMs }: NonNullable<Explanation["declared"]>,
  entry: string,
  places: FieldPlaces,
): readonly string[] {
  const said = (name: string, value: string): readonly string[] => {
    const [origin] = places.field(entry, name);
    return [
      `${name}: ${value}, ${originPhrase(origin)}`,
      ...(origin ? [`  ${placeLine(origin.place)}`] : []),
    ];
  };
  const idle = onChange === "when-idle" ? said("idleAfter", formatDuration(idleAfterMs)) : [];
  return [...said("onChange", onChange), ...idle];
}

/** Returns the policy of an agent that is no longer declared, so no line of fleet.yaml has it. */
function policyLine({ onChange, idleAfterMs }: Explanation["policy"]): readonly string[] {
  const idle = onChange === "when-idle" ? `, idleAfter: ${formatDuration(idleAfterMs)}` : "";
  return [`onChange: ${onChange}${idle}, as it was declared last`];
}

function originPhrase(origin: FieldPlace | undefined): string {
  if (origin === undefined) return "by default";
  return origin.from === "agent" ? "of the agent" : `of ${fromPhrase(origin.from)}`;
}

/** Returns the words for the part of fleet.yaml that sets a value. */
function fromPhrase(from: FieldPlace["from"]): string {
  return from === "host" ? "the defaults of this host" : from;
}

/** The most columns of a line of fleet.yaml. */
const widest = 100;

/** Returns `fleet.yaml:12: env: { MODEL: opus }`. */
function placeLine(place: Place): string {
  return `${visible(place.file)}:${place.line}: ${excerptOf(place, widest).text.trim()}`;
}

function verdictLine(plan: AgentPlan, agent: string): string {
  switch (plan.action) {
    case "none":
      return "nothing to do";
    case "blocked":
      return "nothing while that is in the way";
    case "pending":
      return nextStepLine(plan, agent);
    case "add":
    case "change":
    case "start":
    case "adopt":
    case "restart":
    case "stop":
    case "remove":
      return `${glyphs[plan.action].verb}${isInterrupted(plan) ? ", which interrupts its work" : ""}`;
  }
}
