import type { Command, Option } from "commander";
import { withoutHost } from "../../../hosts/host-address.ts";

/** Options that are for this machine: the others go to the hosts. */
const forHere: ReadonlySet<string> = new Set([
  "--file",
  "--json",
  "--no-color",
  "--quiet",
  "--verbose",
  "--host",
  "--max-parallel",
  "--log-dir",
  "--skip-unreachable",
  "--yes",
  // The text of the revision crosses with the request.
  "--rev",
  "--dry-run",
  // Its text crosses with the request.
  "--text-file",
  // The plans of hosts are saved in one file here.
  "--out",
]);

/**
 * Returns a command line without the options for this machine, as the hosts get it. `root` has parsed the same words, so
 * they are valid.
 */
export function wordsForHosts(given: readonly string[], root: Command): readonly string[] {
  return withoutOptions(withoutHost(given), root);
}

function withoutOptions([name = "", ...words]: readonly string[], root: Command): readonly string[] {
  const options = root.commands.find((command) => command.name() === name)?.options ?? [];
  const optionOf = (flag: string): Option | undefined =>
    options.find(({ long, short }) => long === flag || short === flag);
  const kept: string[] = [name];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") return [...kept, word, ...rest];
    if (!/^-[^\d]/.test(word)) {
      // Everything after the agent belongs to the program.
      if (name === "exec") return [...kept, word, ...rest];
      kept.push(word);
      continue;
    }
    for (const { flag, value } of flagsIn(word, optionOf)) {
      const option = optionOf(flag);
      const takes = option?.required === true && value === undefined;
      const given = [...(value === undefined ? [] : [value]), ...(takes ? rest.splice(0, 1) : [])];
      const long = option?.long ?? flag;
      if (!forHere.has(long)) kept.push(long, ...given);
    }
  }
  return kept;
}

interface GivenFlag {
  readonly flag: string;
  /** The value in the same word; undefined without one. */
  readonly value: string | undefined;
}

/** Returns the options in one word: `--long=value`, or letters of which the last may have a value. */
function flagsIn(word: string, optionOf: (flag: string) => Option | undefined): readonly GivenFlag[] {
  if (word.startsWith("--")) {
    const at = word.indexOf("=");
    return [
      at === -1 ? { flag: word, value: undefined } : { flag: word.slice(0, at), value: word.slice(at + 1) },
    ];
  }
  const flags: GivenFlag[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const flag = `-${word.charAt(at)}`;
    if (optionOf(flag)?.required === true)
      return [...flags, { flag, value: word.slice(at + 1).replace(/^=/, "") || undefined }];
    flags.push({ flag, value: undefined });
  }
  return flags;
}
