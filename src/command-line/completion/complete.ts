import type { Command, Option } from "commander";
import { takesFile } from "../arrange.ts";
import { takesAddresses } from "../../hosts/host-address.ts";
import type { Candidate, Candidates, Files, KnownAgent, KnownNames } from "./candidate.ts";
import { addressCandidates, hostCandidates } from "./host-candidates.ts";
import { labelCandidates } from "./label-candidates.ts";
import { slotAt, type Slot, type CommandTable } from "./slot.ts";

/** A reader of the names in a fleet file; none if it cannot be read. Only called if they are needed. */
export type ReadNames = (file: string | undefined) => Promise<KnownNames>;

/**
 * Returns everything that may stand in the place of `current` after the words `before` it, from the table of commands.
 * The shell drops candidates that do not begin as `current` does.
 */
export async function complete(
  before: readonly string[],
  current: string,
  table: CommandTable,
  read: ReadNames,
): Promise<Candidates> {
  const { slot, file } = slotAt(before, current, table);
  switch (slot.kind) {
    case "nothing":
      return onlyCandidates([]);
    case "command":
      return onlyCandidates(slot.options && current.startsWith("-") ? leading(table) : commands(table));
    case "options":
      return onlyCandidates(optionsLeft(slot.command, slot.given));
    case "value":
      return valueCandidates(slot, current.slice(slot.prefix.length), () => read(file));
    case "argument":
      return argumentsOf(slot, current, () => read(file));
  }
}

function onlyCandidates(candidates: readonly Candidate[]): Candidates {
  return { candidates, files: "none", prefix: "" };
}

function commands({ declare }: CommandTable): readonly Candidate[] {
  const own = declare(undefined).commands.map((command) => ({
    value: command.name(),
    about: command.description(),
  }));
  return [...own, { value: "help", about: "show the help of a command" }];
}

/** Returns the options before a command. */
function leading({ declare }: CommandTable): readonly Candidate[] {
  const status = declare("status").commands[0];
  const common = ["--file", "--json", "--no-color", "--quiet", "--verbose"];
  const shared = status?.options.filter(({ long }) => common.includes(long ?? "")) ?? [];
  return [...shared.map(optionCandidate), { value: "--version", about: "print the version" }, help];
}

const help: Candidate = { value: "--help", about: "show the help" };

function optionsLeft({ options }: Command, given: ReadonlySet<string>): readonly Candidate[] {
  const left = options.filter(({ long, hidden }) => !hidden && !given.has(long ?? ""));
  return [...left.map(optionCandidate), help];
}

function optionCandidate({ long, short, description }: Option): Candidate {
  return { value: long ?? short ?? "", about: description };
}

async function valueCandidates(
  { option, command, prefix }: Extract<Slot, { kind: "value" }>,
  typed: string,
  names: () => Promise<KnownNames>,
): Promise<Candidates> {
  const result = (candidates: readonly Candidate[], files: Files = "none"): Candidates => ({
    candidates: candidates.map((each) => ({ ...each, value: `${prefix}${each.value}` })),
    files,
    prefix,
  });
  if (option.argChoices !== undefined) return result(option.argChoices.map((value) => ({ value })));
  // The placeholder of the help says which kind of value it is.
  switch (/<(.+)>/.exec(option.flags)?.[1] ?? "") {
    case "labels":
      return result(labelCandidates(typed, (await names()).labels));
    case "hosts":
      return result(hostCandidates(typed, (await names()).hosts));
    case "revision":
      return result((await names()).states());
    case "duration":
      return result(["10s", "1m", "10m", "1h"].map((value) => ({ value })));
    case "time":
      return result((option.long === "--since" ? past : future).map((value) => ({ value })));
    case "folder":
      return result([], "folders");
    case "path":
      return result([], "yaml");
    case "file":
      return option.long === "--against" && command !== ""
        ? result([{ value: "empty", about: "a machine without a fleet" }], "any")
        : result([], "any");
    default:
      return result([]);
  }
}

const past = ["10m", "1h", "1d", "today", "yesterday"];
const future = ["30m", "2h", "1d", "1w", "18:00", "tomorrow"];

async function argumentsOf(
  { command, given }: Extract<Slot, { kind: "argument" }>,
  typed: string,
  names: () => Promise<KnownNames>,
): Promise<Candidates> {
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  const argument = declared[given.length] ?? (last?.variadic === true ? last : undefined);
  const file = { candidates: [], files: "yaml", prefix: "" } as const;
  if (argument === undefined)
    return takesFile(command.name()) && given.length === 0 ? file : onlyCandidates([]);
  if (argument.argChoices !== undefined)
    return onlyCandidates(argument.argChoices.map((value) => ({ value })));
  switch (argument.name()) {
    case "agent": {
      if (typed.includes(":") && takesWindows.has(command.name()))
        return onlyCandidates(windowCandidates((await names()).agents, typed));
      const isPath = /[./~]/.test(typed);
      const isAddress = takesAddresses(command.name());
      if (isPath && !isAddress) return filesForAgent(command, file);
      const known = await names();
      const found = isPath ? [] : agents(known.agents, given, typed);
      if (found.some(({ value }) => value.startsWith(typed))) return onlyCandidates(found);
      const addresses = isAddress ? addressCandidates(typed, known.hosts) : [];
      return addresses.length > 0 ? onlyCandidates(addresses) : filesForAgent(command, file);
    }
    case "hosts":
      return given[0] === "import"
        ? { ...file, files: "any" }
        : onlyCandidates(hostCandidates(typed, (await names()).hosts));
    case "revision":
      return onlyCandidates((await names()).states());
    case "command":
      return { ...file, files: "line" };
    default:
      return { ...file, files: "any" };
  }
}

/** Returns the files in the place of an agent: a fleet file, a saved plan, or none. */
function filesForAgent(command: Command, file: Candidates): Candidates {
  if (!takesFile(command.name())) return onlyCandidates([]);
  return command.name() === "apply" ? { ...file, files: "any" } : file;
}

/** The commands that take `AGENT:WINDOW`. */
const takesWindows: ReadonlySet<string> = new Set(["attach", "logs"]);

/** Returns the windows next to the agent before the colon. */
function windowCandidates(entries: readonly KnownAgent[], typed: string): readonly Candidate[] {
  const agent = typed.slice(0, typed.indexOf(":"));
  const entry = entries.find(({ name, replicas }) => name === agent || replicas.includes(agent));
  return (entry?.windows ?? []).map((window) => ({ value: `${agent}:${window}` }));
}

/** Returns entries, and the replicas of an entry once its name is typed: 500 names at once are no help. */
function agents(
  entries: readonly KnownAgent[],
  given: readonly string[],
  typed: string,
): readonly Candidate[] {
  const all = entries.flatMap(({ name, about, replicas }): readonly Candidate[] => {
    const each = typed.startsWith(name) ? replicas.map((value) => ({ value })) : [];
    return [{ value: name, about }, ...each];
  });
  return all.filter(({ value }) => !given.includes(value));
}
