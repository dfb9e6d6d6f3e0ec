import { setTimeout as sleep } from "node:timers/promises";
import { logPaths } from "../../desired/layout.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import { openLog, type LogPosition } from "../../drivers/files/logs/open-log.ts";
import { mostKeptFiles } from "../../observe/files/log-files.ts";
import { printBytes } from "../../report/terminal/print.ts";
import { listenForEnd } from "../../system/end-request.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { LogsFlags } from "../shared/flags.ts";
import type { AgentsFound } from "./agents-of.ts";

/** Time between two looks at the files, ms. */
const intervalMs = 250;

/**
 * Runs `fleet logs --raw`: prints the bytes of the log files of one agent, the oldest first. With `follow`, it continues across
 * rotations until Ctrl-C, or until its reader leaves.
 */
export async function printRawLog(
  context: Context,
  { layout, agents }: AgentsFound,
  { lines, follow = false }: LogsFlags,
): Promise<ExitCode> {
  const agent = onlyAgentOfLog(agents);
  if (!agent.ok) return report(context, agent.diagnostics);
  const paths = (): Iterable<string> => logPaths(layout, agent.value, mostKeptFiles);
  const first = await printFrom(paths(), undefined, lines);
  if (first.place === undefined && !follow) return report(context, [noLogFiles(agent.value, paths())]);
  if (!follow || first.hasReaderLeft) return exitCodes.ok;

  const ended = listenForEnd();
  let { place } = first;
  while (!ended.signal.aborted) {
    await sleep(intervalMs, undefined, { signal: ended.signal }).catch(() => undefined);
    const next = await printFrom(paths(), place, undefined);
    if (next.hasReaderLeft) break;
    place = next.place ?? place;
  }
  ended.close();
  return exitCodes.ok;
}

interface Printed {
  /** The place after the printed bytes; undefined without a file. */
  readonly place: LogPosition | undefined;
  readonly hasReaderLeft: boolean;
}

/** Prints a log from a place on, or its last lines. */
async function printFrom(
  paths: Iterable<string>,
  place: LogPosition | undefined,
  lines: number | undefined,
): Promise<Printed> {
  const log = openLog(paths, place);
  const from = lines === undefined ? place : lines === 0 ? log.end : log.placeOfLastLines(lines);
  try {
    for (const chunk of log.chunks(from)) {
      if (!(await printBytes(chunk))) return { place: log.end, hasReaderLeft: true };
    }
    return { place: log.end, hasReaderLeft: false };
  } finally {
    log.close();
  }
}

/** Returns the agent. Nobody can tell the bytes of two agents apart. */
function onlyAgentOfLog(agents: readonly string[]): Result<string> {
  const [agent] = agents;
  if (agent !== undefined && agents.length === 1) return ok(agent);
  return fail("bad-usage", `--raw prints the log of one agent, and this is about ${agents.length}`, {
    hint: wording`name the agent: ${fleetCommand("logs")} --raw AGENT`,
  });
}

function noLogFiles(agent: string, [path = ""]: Iterable<string>): Diagnostic {
  return {
    code: "file-not-found",
    severity: "error",
    summary: `${agent} has no log files`,
    detail: `${path} does not exist.`,
    hint: wording`\`log: true\` in fleet.yaml keeps the output of an agent in files; without it, see ${fleetCommand("logs")}`,
  };
}
