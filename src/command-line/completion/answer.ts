import { statSync } from "node:fs";
import { homedir } from "node:os";
import { print } from "../../report/terminal/print.ts";
import { localMachine } from "../../system/environment.ts";
import { loadFleet } from "../../config/file/load.ts";
import { sliceFor } from "../../config/hosts/slice.ts";
import { replicaNames } from "../../config/schema/replicas.ts";
import { instancesOf } from "../../desired/instances.ts";
import { naturally } from "../../text/natural-order.ts";
import { bashReplies, readBashLine } from "./bash-line.ts";
import { readHistory } from "../../commands/events/read-history.ts";
import { mergedWindows } from "../../config/entries/merged-defaults.ts";
import { desiredWindows } from "../../desired/windows/windows.ts";
import { paneLabels } from "../../plan/view/compare-windows.ts";
import { layoutOf, type Layout } from "../../desired/layout.ts";
import { stateId } from "../../report/history/history-text.ts";
import { localTime } from "../../report/phrases.ts";
import type { Candidate, Candidates, KnownNames } from "./candidate.ts";
import { complete } from "./complete.ts";
import type { CommandTable } from "./slot.ts";

/**
 * Prints the answer to a shell's question for completions. The scripts next to this file ask: `bash LINE REPLACED`, or
 * `words WORD… CURRENT`. The first line is the kind of files to add and the beginning of the word that is no path, and
 * each further line a candidate with its description. Prints nothing if anything fails: a person is typing.
 */
export async function answerShell([form, ...rest]: readonly string[], table: CommandTable): Promise<void> {
  try {
    if (form === "bash") {
      const [line = "", replaced = ""] = rest;
      const read = readBashLine(line);
      const [first, ...before] = read.before.filter((word, at) => at > 0 || !/^\w+=/.test(word));
      if (first === undefined) return;
      const found = await complete(before, read.current, table, knownNamesIn);
      printCandidates(found, bashReplies(read, replaced, found));
      return;
    }
    const found = await complete(rest.slice(0, -1), rest.at(-1) ?? "", table, knownNamesIn);
    const lines = found.candidates.map(({ value, about = "" }) => `${value}\t${firstLine(about)}`);
    printCandidates(found, lines);
  } catch {
    // No completions are better than a message in the middle of a line.
  }
}

function printCandidates({ files, prefix }: Candidates, lines: readonly string[]): void {
  const usable = lines.filter((line) => !line.includes("\n"));
  print("stdout", [`${files}\t${prefix}`, ...usable, ""].join("\n"));
}

function firstLine(text: string): string {
  const [first = ""] = text.trim().split("\n");
  return first.replace(/[\p{Cc}\s]+/gu, " ").slice(0, 100);
}

const noNames: KnownNames = { agents: [], labels: new Map(), hosts: [], states: () => [] };

/** Reads the names in a fleet file, as it is or from the cache. Asks neither systemd nor tmux. */
async function knownNamesIn(path: string | undefined): Promise<KnownNames> {
  const file = path?.replace(/^~(?=\/)/, () => homedir());
  // To read a pipe would take its text away from the command, or wait for ever.
  if (file !== undefined && !statSync(file).isFile()) return noNames;
  const machine = localMachine();
  const { configHome, cacheHome } = machine;
  // The agents of all hosts: this machine may be none of them.
  const loaded = await loadFleet({ path: file, configHome, cacheHome, isWhole: true });
  if (!loaded.ok) return noNames;
  const { declared } = loaded.value;
  const { agents: entries, defaults } = declared;
  const labels = new Map<string, Set<string>>();
  const ofHosts = Object.values(declared.hosts ?? {}).flatMap((host) => host.defaults ?? []);
  for (const each of [defaults, ...ofHosts, ...Object.values(entries)]) {
    for (const [key, value] of Object.entries(each.labels ?? {}))
      labels.set(key, (labels.get(key) ?? new Set()).add(value));
  }
  const agents = naturally(Object.keys(entries)).map((name) => {
    const { replicas, description, service, windows } = entries[name] ?? {};
    const side = service === true ? undefined : mergedWindows(defaults.windows, windows);
    const names = replicas === undefined ? undefined : replicaNames(name, replicas);
    return {
      name,
      about: description ?? (names && `${names.length} replicas`),
      replicas: names ?? [],
      windows: side && paneLabels(desiredWindows(side, "/", "/")),
    };
  });
  const { name, tmux } = loaded.value.config;
  const hosts = Object.entries(declared.hosts ?? {}).map(([host, { labels: own = {} }]) => ({
    name: host,
    labels: own,
    agents: () => naturally(instancesOf(sliceFor(declared, host)).map((each) => each.name)),
  }));
  return { agents, labels, hosts, states: () => statesIn(layoutOf(name, tmux.socket, machine)) };
}

/** Returns the states in the history of a fleet, the newest first. */
function statesIn(layout: Layout): readonly Candidate[] {
  const abouts = new Map<string, string>();
  for (const { digest, time, command } of readHistory(layout).toReversed()) {
    const id = stateId(digest);
    if (id !== undefined && !abouts.has(id)) abouts.set(id, `${localTime(Date.parse(time))} ${command}`);
  }
  return [...abouts].map(([value, about]) => ({ value, about }));
}
