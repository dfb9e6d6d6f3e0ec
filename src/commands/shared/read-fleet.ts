import { wordingText } from "../../report/terminal/wording-text.ts";
import { resolve } from "node:path";
import { findFleet, loadFleet, type LoadedFleet } from "../../config/file/load.ts";
import { replicaNumbers } from "../../config/schema/replicas.ts";
import type { FleetConfig } from "../../config/types.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import { fileOfOwnAgent } from "../../observe/files/file-of-own-agent.ts";
import { optimizeAsUsual, optimizeLate } from "../../system/v8-flags.ts";
import type { CommonFlags } from "./flags.ts";
import type { Context } from "./context.ts";

/** The first read of each run, by its flags, because a pipe can be read once. */
const firstReads = new WeakMap<CommonFlags, LoadedFleet>();

/** Returns the first read of fleet.yaml in this run, undefined before it. */
export function firstRead({ flags }: Context): LoadedFleet | undefined {
  return firstReads.get(flags);
}

/** Reads the fleet.yaml of the flags, and shows its warnings. */
export async function readFleet(context: Context): Promise<Result<FleetConfig>> {
  const loaded = await readFleetFile(context);
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

/** Reads the same with the text, for commands that show lines of it. `isWhole`: with the agents of all hosts. */
export async function readFleetFile(context: Context, isWhole = false): Promise<Result<LoadedFleet>> {
  const { flags, output } = context;
  const loaded = await loadFor(context, isWhole);
  if (!loaded.ok) return loaded;
  if (countAgents(loaded.value.config) >= manyAgents) optimizeLate();
  firstReads.set(flags, loaded.value);
  for (const warning of loaded.value.warnings) {
    // The one JSON object is the result's.
    if (output.options.json) output.remark(`Warning: ${warning.summary}: ${wordingText(warning.hint ?? "")}`);
    else output.diagnostics([warning]);
  }
  return loaded;
}

/** With fewer agents, V8 optimizes hardly anything before the end of a plan; with a shorter text, before that of its parsing. */
const manyAgents = 200;
const longText = 2_000;

function countAgents({ agents }: FleetConfig): number {
  return Object.values(agents).reduce((sum, { replicas }) => sum + replicaNumbers(replicas).length, 0);
}

/** Reads it once more, because it may have been edited since; a pipe keeps its first text. */
export async function readFleetAgain(context: Context): Promise<Result<FleetConfig>> {
  const { flags } = context;
  const known = firstReads.get(flags);
  if (known !== undefined && flags.file !== undefined && !isRegularFile(flags.file)) return ok(known.config);
  const loaded = await loadFor(context);
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

/** Returns the absolute path of the fleet file of the flags, for a command that follows it. A pipe cannot be followed. */
export async function findFollowedFile({ flags, machine }: Context): Promise<Result<string>> {
  const { configHome, cacheHome } = machine;
  const found = await findFleet({ path: flags.file, configHome, cacheHome });
  if (!found.ok) return found;
  const path = resolve(found.value);
  if (isRegularFile(path)) return ok(path);
  return fail("bad-usage", `${found.value} cannot be watched: it is not a regular file`);
}

/** Loads it. V8 optimizes as usual after the parsing, because it rejects kept code of modules that are loaded later. */
async function loadFor({ flags, machine }: Context, isWhole = false): Promise<Result<LoadedFleet>> {
  const { home, configHome, cacheHome } = machine;
  let isForParsing = false;
  const loaded = await loadFleet({
    path: flags.file,
    draft: flags.draft,
    texts: flags.texts,
    hostHere: flags.hostHere,
    isWithoutPlaces: flags.isWithoutPlaces,
    waits: flags.waits,
    among: flags.among,
    host: flags.sourceHost,
    isWhole,
    fallback: () => fileOfOwnAgent(machine),
    home,
    configHome,
    cacheHome,
    onParse: (text) => {
      if (text.length >= longText && optimizeLate()) isForParsing = true;
    },
  });
  if (isForParsing) optimizeAsUsual();
  return loaded;
}
