import { hostValueOf, problemsOf, type HostResult } from "../../../hosts/host-result.ts";
import { gatherOutput, problemsJson } from "../../../report/gather-output.ts";
import { problemOnHosts } from "../../../report/hosts/host-hints.ts";
import { hostProblem, type WayWords } from "../../../report/hosts/host-lines.ts";
import { hostNotOnPage } from "../../../report/ui/host-problems.ts";
import { uninterrupted } from "../../../system/signals.ts";
import type { AgentTopic } from "../../../ui/protocol.ts";
import type { Answer } from "../../../ui/server.ts";
import { prepareErrands } from "../../hosts/prepare-errands.ts";
import { runOnHosts } from "../../hosts/run-hosts.ts";
import { wayTo } from "../../hosts/show-results.ts";
import type { Context } from "../../shared/context.ts";
import { exitCodes } from "../../shared/exit-codes.ts";
import { hasLines, mostEvents, mostLogLines } from "./answers.ts";

/** The command of each topic: it only reads. */
const wordsOfTopic: Readonly<Record<AgentTopic, (name: string) => readonly string[]>> = {
  why: (name) => ["why", name],
  diff: (name) => ["diff", name],
  journal: (name) => ["logs", name, "--unit", "--lines", String(mostLogLines)],
  text: (name) => ["logs", name, "--pane", "--lines", String(mostLogLines)],
  events: (name) => ["events", name, "--lines", String(mostEvents)],
};

/** Asks a host that `list` selects for a part of an agent's page, over ssh. Changes nothing there. */
export async function askHost(
  context: Context,
  list: string,
  host: string,
  topic: AgentTopic,
  name: string,
): Promise<Answer> {
  const quiet: Context = { ...context, output: gatherOutput().output };
  // Only hosts of the list are asked, whatever a page asks for.
  const allowed = await prepareErrands(quiet, list, wordsOfTopic[topic](name), [host]);
  if (!allowed.ok) return { isError: true, value: problemsJson(allowed.diagnostics) };
  const [target] = allowed.value.hosts;
  if (target === undefined) return { isError: true, value: problemsJson([hostNotOnPage(host)]) };
  const [result] = await runOnHosts({ ...allowed.value, purpose: "read", stopSignals: uninterrupted }, quiet);
  return result === undefined
    ? { isError: true, value: problemsJson([hostNotOnPage(host)]) }
    : answerIn(result, topic, wayTo(host, [target]));
}

function answerIn(result: HostResult, topic: AgentTopic, way: WayWords): Answer {
  const { end, frames } = result;
  const lost = hostProblem(result, way);
  const told = problemsOf(result).map((each) => problemOnHosts(each, [result.host]));
  const problems = [...told, ...(lost === undefined ? [] : [lost])];
  const errors = problems.filter(({ severity }) => severity === "error");
  if (end.name !== "done" || end.code !== exitCodes.ok || errors.length > 0)
    return { isError: true, value: problemsJson(problems) };
  if (hasLines(topic)) {
    const lines = frames.flatMap((frame) => (frame.kind === "json" ? [frame.value] : []));
    const remarks = frames.flatMap((frame) => (frame.kind === "remark" ? [frame.line] : []));
    return { isError: false, value: { lines, remarks } };
  }
  const value = hostValueOf(result);
  return { isError: false, value: typeof value === "object" && value !== null ? value : {} };
}
