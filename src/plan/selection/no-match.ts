import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording, type Wording } from "../../diagnostics/wording.ts";
import { count, listOf } from "../../text/counting.ts";
import { suggest } from "../../text/suggest.ts";
import type { LabelSelector, Requirement } from "./label-selector.ts";
import { patternTest } from "./patterns.ts";
import type { Selectable } from "./candidates.ts";
import type { Selection } from "./selection.ts";

/** A hint proposes a name or a label with a similar spelling, never a wider selection than the one asked for. */
const list = wording`\`${fleetCommand("status")}\` lists the agents`;

/** Returns the problem of a name no agent has. */
export function noSuchAgent<T>(name: string, { names }: Selectable): Result<T> {
  return fail("unknown-agent", `there is no agent "${name}"`, {
    hint: hintForNoMatch(name, [...names.keys()]),
  });
}

/** Returns the problem of a name that only agents of other hosts have. */
export function onlyElsewhere(name: string, hosts: readonly string[]): Result<never> {
  return fail("agent-elsewhere", `agent "${name}" is on another machine: ${listOf(hosts)}`, {
    hint: `add --host ${hosts.join(",")}, if the command has it; \`fleet hosts\` lists the agents of all machines`,
  });
}

function hintForNoMatch(name: string, names: readonly string[]): Wording {
  if (/\.ya?ml$/i.test(name)) return `to name the fleet file: -f ${name}`;
  if (name.includes("=")) return `to select by labels: -l ${name}`;
  if (name === "all") return "--all selects all agents";
  const likely = suggest(name, names);
  return likely === undefined ? list : `did you mean "${likely}"?`;
}

/** Returns the problem of a pattern no name fits. */
export function noSuchPattern<T>(pattern: string, { names }: Selectable): Result<T> {
  return fail("unknown-agent", `no agent fits "${pattern}"`, {
    hint: hintForPattern(pattern, [...names.keys()]),
  });
}

function hintForPattern(pattern: string, names: readonly string[]): Wording {
  const [stem = "", rest = ""] = pattern.split(/(?=[*?[].*)/s, 2);
  const word = stem.replace(/-$/, "");
  const likely = word === "" ? undefined : suggest(word, names);
  if (likely === undefined || likely === word) return list;
  const corrected = `${likely}${stem.slice(word.length)}${rest}`;
  return names.some(patternTest(corrected))
    ? `did you mean '${corrected}'?`
    : wording`${list}; there is "${likely}"`;
}

/** Returns the problem of a selector that fits no declared agent. */
export function noSuchLabels<T>(selector: LabelSelector, { labels }: Selectable): Result<T> {
  const known = new Map<string, Set<string>>();
  for (const each of labels.values()) {
    for (const [key, value] of Object.entries(each)) known.set(key, (known.get(key) ?? new Set()).add(value));
  }
  const hints = selector.requirements.flatMap((requirement) => hintForLabel(requirement, known) ?? []);
  return fail("unknown-agent", `no agent has these labels: ${selector.text}`, {
    hint: hints[0] ?? (known.size === 0 ? "no agent in fleet.yaml has labels" : labelsHere(known)),
  });
}

type KnownLabels = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns a correction of one requirement, if its name or its only value is probably misspelled. */
function hintForLabel(requirement: Requirement, known: KnownLabels): string | undefined {
  const { kind, key } = requirement;
  const values = known.get(key);
  if (values === undefined) {
    const likely = kind === "absent" || kind === "not-in" ? undefined : suggest(key, known.keys());
    return likely === undefined ? undefined : `did you mean the label "${likely}"?`;
  }
  if (kind !== "in") return undefined;
  const [wrong] = requirement.values.filter((value) => !values.has(value));
  const likely = wrong === undefined ? undefined : suggest(wrong, values);
  return likely === undefined ? undefined : `did you mean ${key}=${likely}?`;
}

function labelsHere(known: KnownLabels): string {
  const all = [...known].flatMap(([key, values]) => [...values].map((value) => `${key}=${value}`));
  return `the labels in fleet.yaml are ${listOf(all.sort(), 8)}`;
}

/** Returns the problem of names and labels that have no agent in common. */
export function noneInCommon<T>({ names, labels }: Selection): Result<T> {
  return fail("unknown-agent", `no agent of ${names.join(" ")} has these labels: ${labels?.text ?? ""}`, {
    hint: "names and -l together select the agents that both select",
  });
}

/** Returns the problem of a selection whose agents are all out of its scope. */
export function noAgentLeft<T>(words: string, number: number): Result<T> {
  if (number === 0) return fail("unknown-agent", "the fleet has no agents");
  return fail("unknown-agent", `${words} selects only agents that fleet.yaml does not declare as running`, {
    detail: `It selects ${count(number, "agent")}.`,
    hint: "name such an agent in full, to see what is in its way",
  });
}
