import { type Diagnostic, fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { talking } from "../../../hosts/host-address.ts";
import type { HostResult } from "../../../hosts/host-result.ts";
import { hostCommands } from "../../../hosts/host-commands.ts";
import { isInAgent } from "../../../observe/processes/control-group.ts";
import { clockLines } from "../../../report/hosts/check-lines.ts";
import { type Context, report } from "../../shared/context.ts";
import { exitCodes } from "../../shared/exit-codes.ts";
import type { EventsFlags, SendFlags } from "../../shared/flags.ts";
import { inputText } from "../../send/input-text.ts";
import { isOnTerminal } from "./attach-on-host.ts";
import { onTerminal } from "./on-terminal.ts";
import { changeOnHosts } from "../change-on-hosts.ts";
import { planOnHosts } from "../plan-on-hosts.ts";
import { prepareErrands } from "../prepare-errands.ts";
import { type Errands, runOnHosts } from "../run-hosts.ts";
import { codeOf, showResults, withoutTexts } from "../show-results.ts";
import { withErrands } from "../with-errands.ts";
import { withoutLacking } from "../without-lacking.ts";

/** Commands that show times of hosts. */
const tellsTimes: ReadonlySet<string> = new Set(["status", "why", "logs", "events", "history"]);

/** Runs a command on the hosts of a list. `words` are its command line without the options for this machine. */
export async function onHosts(given: Context, list: string, words: readonly string[]): Promise<number> {
  const [command = ""] = words;
  const kind = hostCommands[command];
  if (kind === "rolls-back")
    return (await import("../revision/rollback-on-hosts.ts")).rollbackOnHosts(given, list, words);
  if (kind !== "plans") return onNamedHosts(given, list, words);
  const asked = await (await import("../revision/in-revision.ts")).inRevision(given, words);
  return asked.ok
    ? onNamedHosts(asked.value.context, list, asked.value.words)
    : report(given, asked.diagnostics);
}

async function onNamedHosts(context: Context, list: string, words: readonly string[]): Promise<number> {
  const [command = ""] = words;
  // An agent could write to others whatever sendFromAgents says: each machine knows its own agents alone.
  if (talking.has(command) && isInAgent()) return report(context, [onlyHereProblem]);
  const input = command === "send" ? await inputForHosts(context) : ok(undefined);
  if (!input.ok) return report(context, input.diagnostics);
  const told = command === "exec" && !isOnTerminal() ? [command, "--no-tty", ...words.slice(1)] : words;
  const prepared = await prepareErrands(context, list, told);
  if (!prepared.ok) return report(context, prepared.diagnostics);
  const isLive = showsLines(command, context);
  const endsAtOnce = isLive || command === "wait";
  return withErrands(
    prepared.value,
    context,
    async (errands) => {
      const { fleet, config, reach } = prepared.value;
      const kind = hostCommands[command];
      if (kind === "asks-and-changes") return changeOnHosts(errands, { words, config, reach }, context);
      if (kind === "plans") return planOnHosts(errands, { words, config, reach }, context);
      if (kind === "takes-terminal") {
        return onTerminal(errands, { fleet, words: told }, context);
      }
      const asked = { ...errands, isLive, endsAtOnce };
      const ran = await runOnHosts(kind === "changes" ? withRunIds(errands, input.value) : asked, context);
      const { results } = withoutLacking(ran, context);
      // A form that somebody asks for is shown for each host.
      const isCounted = command === "status" && !told.some((word) => /^--(?:output|columns|sort)/.test(word));
      const isTable = command === "history" && results.length > 1 && !context.output.options.json;
      if (isTable) (await import("./show-histories.ts")).showHistories(results, context);
      const wasStopped = errands.stopSignals.soon.aborted;
      const left = endsAtOnce && wasStopped && !context.output.options.json ? notStopped(results) : results;
      const rest = isTable ? left.map(withoutTexts) : left;
      showResults(rest, { ...errands, isLive }, { fleet, command, isCounted }, context);
      if (tellsTimes.has(command)) for (const line of clockLines(results)) context.output.remark(line);
      // Ctrl-C is the usual end of logs --follow.
      return isLive && wasStopped ? exitCodes.ok : codeOf(results, wasStopped, context.flags);
    },
    !endsAtOnce,
  );
}

/** Returns the results without hosts whose connections Ctrl-C has ended: that was the wish of the person. */
function notStopped(results: readonly HostResult[]): readonly HostResult[] {
  return results.filter(({ end: { name } }) => name !== "lost" && name !== "not-begun");
}

/** Returns true for a command whose lines are shown as they come. */
function showsLines(command: string, { flags }: Context): boolean {
  const { follow = false, output } = flags as EventsFlags;
  return command === "logs" || (command === "events" && (follow || output === "jsonl"));
}

/** Reads the text of a file or of standard input here, before any host is asked. */
async function inputForHosts({ flags }: Context): Promise<Result<string | undefined>> {
  const { output, raw = false, textFile } = flags as SendFlags;
  if (output === "jsonl")
    return fail("bad-usage", "-o jsonl is for the agents of this machine", {
      detail:
        "A host gives all its results at once: after a lost connection, it is asked for all of them again.",
      hint: "leave out --host, or write --json",
    });
  return textFile === undefined ? ok(undefined) : inputText(undefined, textFile, raw);
}

/** Returns the same errands for a change without a question, each run with an id of its own. */
function withRunIds(errands: Errands, input: string | undefined): Errands {
  return {
    ...errands,
    purpose: "change",
    requestFor: (host) => ({ ...errands.requestFor(host), run: crypto.randomUUID(), input }),
  };
}

const onlyHereProblem: Diagnostic = {
  severity: "error",
  code: "blocked",
  summary: "an agent may send texts and keys on its own machine only",
  hint: "send them from a terminal of your own",
};
