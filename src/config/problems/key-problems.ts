import { isEntrySection } from "../entry-path.ts";
import { keyHabit } from "../habits/key-habits.ts";
import type { Path, Problem } from "../problem.ts";
import { knownKeys, type Section } from "../schema/schema.ts";
import { suggest } from "../../text/suggest.ts";
import { listInSentence, nameOfMap, quoteShortened } from "../describe-path.ts";

/** Names of the maps that take a key, for a misplaced one. */
const homes: readonly { readonly section: Section; readonly name: string }[] = [
  { section: "fleet", name: "the fleet itself" },
  { section: "tmux", name: "tmux" },
  { section: "host", name: "a host" },
  { section: "start", name: "start" },
  { section: "runtime", name: "a runtime" },
  { section: "receiver", name: "an entry of notify" },
  { section: "defaults", name: "defaults" },
  { section: "agent", name: "an agent" },
  { section: "service", name: "a service" },
  { section: "restart", name: "restart" },
  { section: "resources", name: "resources" },
  { section: "log", name: "log" },
  { section: "schedule", name: "schedule" },
];

/** Returns the problem of an unknown key in the map at `owner`. */
export function keyProblem(owner: Path, key: string): Problem {
  const section = sectionAt(owner);
  if (section === "hostDefaults" && placingKeys.has(key)) return placingDefault(owner, key);
  const known = section === undefined ? [] : knownKeys[section];
  const glued = gluedKey(key, known);
  if (glued !== undefined) return missingSpace(owner, key, glued);
  const place = placeHint(key);
  const habit = place === undefined && section !== undefined ? habitHint(section, key) : undefined;
  const guess = suggest(key, known);
  const hint = habit ?? (guess === undefined ? place : `did you mean ${quoteShortened(guess)}?`);
  return {
    code: "unknown-key",
    summary: `unknown key ${quoteShortened(key)} in ${nameOfMap(owner)}`,
    detail:
      habit === undefined && guess === undefined && known.length > 0
        ? `Known here: ${listInSentence(known, "and", known.length)}.`
        : undefined,
    hint,
    path: [...owner, key],
    on: "key",
  };
}

/** Words for the choice of hosts. */
const placingKeys: ReadonlySet<string> = new Set(["host", "hosts", "spread", "weight", "drain"]);

/** Returns the problem of defaults of a host that would choose hosts: they are for the agents that are there already. */
function placingDefault(owner: Path, key: string): Problem {
  return {
    code: "unknown-key",
    summary: `${quoteShortened(key)} in ${nameOfMap(owner)} cannot choose hosts`,
    detail: "Defaults of a host are for the agents that are there.",
    hint:
      key === "weight" || key === "drain"
        ? `${key} is a key of the host itself: write it next to its defaults`
        : "write hosts at the agent, or under defaults of the fleet",
    path: [...owner, key],
    on: "key",
  };
}

/** Returns the local equivalent of another tool's word. */
function habitHint(section: Section, key: string): string | undefined {
  const habit = keyHabit(section, key);
  if (habit === undefined) return undefined;
  if (habit.kind === "absent") return `mosaic-fleet has no ${key}: ${habit.see}`;
  const [outer = "", inner] = habit.key.split(".");
  return inner === undefined ? `did you mean ${quoteShortened(outer)}?` : `write ${outer}: { ${inner}: … }`;
}

/**
 * Returns the intended key of `command:bash`, which YAML reads as one word in braces; undefined for any other
 * word.
 */
export function gluedKey(key: string, known: readonly string[]): string | undefined {
  const word = /^(?<word>[\w-]+):\S/.exec(key)?.groups?.["word"];
  return word !== undefined && known.includes(word) ? word : undefined;
}

function missingSpace(owner: Path, key: string, word: string): Problem {
  return {
    code: "unknown-key",
    summary: `no space after the colon of ${quoteShortened(word)} in ${nameOfMap(owner)}`,
    detail: "YAML reads it as one word.",
    hint: `put a space after the colon: ${word}: …`,
    path: [...owner, key],
    on: "key",
  };
}

/** Returns the section of the map at `path`, if its keys are fixed. */
export function sectionAt(path: Path): Section | undefined {
  if (path[0] === "hosts" && path[2] === "defaults")
    return path.length === 3 ? "hostDefaults" : sectionAt(["defaults", ...path.slice(3)]);
  const last = path.at(-1);
  const isAgentKey =
    (isEntrySection(path[0]) && path.length === 3) || (path[0] === "defaults" && path.length === 2);
  if (isAgentKey && path[0] === "services" && last === "ready") return "serviceReady";
  if (isAgentKey) return isMapOfAgent(last) ? last : undefined;
  const below = windowPath(path);
  if (below !== undefined) return windowSection(below);
  if (path.length === 0) return "fleet";
  if (path.length === 1) {
    return last === "tmux" || last === "start" || last === "rollout" || last === "defaults"
      ? last
      : undefined;
  }
  if (path[0] === "runtimes" && path.length === 3) {
    return last === "screen" || last === "start" ? last : undefined;
  }
  if (path.length > 2) return undefined;
  if (path[0] === "notify" && typeof last === "number") return "receiver";
  if (path[0] === "services") return "service";
  if (path[0] === "hosts") return "host";
  return path[0] === "agents" ? "agent" : path[0] === "runtimes" ? "runtime" : undefined;
}

/** Returns the part of a path below `windows`; undefined for any other path. */
function windowPath(path: Path): Path | undefined {
  const length = path[0] === "agents" ? 3 : path[0] === "defaults" ? 2 : 0;
  return length > 0 && path[length - 1] === "windows" ? path.slice(length) : undefined;
}

function windowSection([, key, index, ...more]: Path): Section | undefined {
  if (key === undefined) return "window";
  if (key === "layout" && index === undefined) return "layout";
  return key === "panes" && typeof index === "number" && more.length === 0 ? "pane" : undefined;
}

const mapsOfAgent = [
  "restart",
  "resources",
  "log",
  "ready",
  "stop",
  "hooks",
  "worktree",
  "schedule",
] as const satisfies readonly Section[];

function isMapOfAgent(key: Path[number] | undefined): key is (typeof mapsOfAgent)[number] {
  return mapsOfAgent.some((map) => map === key);
}

function placeHint(key: string): string | undefined {
  const owners = homes.filter(({ section }) => knownKeys[section].includes(key)).map(({ name }) => name);
  return owners.length === 0
    ? undefined
    : `${quoteShortened(key)} is a key of ${listInSentence(owners, "and")}`;
}
