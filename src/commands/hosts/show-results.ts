import { alikeResults, problemsOf, hostValueOf, type HostResult } from "../../hosts/host-result.ts";
import { withLatestOutput } from "../../hosts/presence.ts";
import { diagnosticToJson } from "../../report/diagnostics.ts";
import {
  hostEventLine,
  hostProblem,
  hostProblemsTogether,
  hostsHeading,
  hostsSummary,
  type WayWords,
} from "../../report/hosts/host-lines.ts";
import { problemOnHosts, wordingOnHosts } from "../../report/hosts/host-hints.ts";
import { namesText } from "../../report/alike.ts";
import { fewestCounted, manyStatusLines } from "../../report/hosts/many-status-lines.ts";
import type { HostFactsJson, HostRunJson, HostsRunJson } from "../../report/hosts/hosts-run-output.ts";
import type { Frame } from "../../transport/frames.ts";
import type { Context } from "../shared/context.ts";
import { combinedCode, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { Errands, ReachableHost } from "./run-hosts.ts";

/** A run on hosts, for its output. */
export interface Shown {
  readonly fleet: string;
  readonly command: string;
  /** True for states of agents, of which those of many hosts are counted. */
  readonly isCounted?: boolean | undefined;
  /** True if the JSON has the facts of each host, which the text has in a table. */
  readonly hasFacts?: boolean | undefined;
  readonly moves?: HostsRunJson["moves"];
  readonly rollout?: HostsRunJson["rollout"];
}

/** Shows the results of a run: those that are alike once, in the order of the hosts. */
export function showResults(
  results: readonly HostResult[],
  { hosts, isLive = false }: Errands,
  shown: Shown,
  context: Context,
): void {
  const { output } = context;
  if (output.options.json && !isLive) return output.json(hostsRunJson(results, hosts, shown));
  const done = results.filter(({ end }) => end.name === "done");
  const isCounted = shown.isCounted === true && done.length >= fewestCounted;
  if (isCounted) output.text([...manyStatusLines(done, output.colors), ""]);
  for (const group of alikeResults(isCounted ? done.map(withoutTexts) : done)) {
    const first = withLatestOutput(group);
    if (first !== undefined) showGroup(asToldHere(first, group), group, results.length === 1, context);
  }
  const problems = hostProblemsTogether(results, (host) => wayTo(host, hosts));
  if (problems.length > 0) output.diagnostics(problems);
  if (problems.length > 0 && results.length > 1) output.text([hostsSummary(results)]);
}

/** Returns a result with its problems alone. */
export function withoutTexts(result: HostResult): HostResult {
  return { ...result, frames: result.frames.filter(({ kind }) => kind === "problems") };
}

/** Returns the result of a group with the names of its hosts in the commands that it recommends. */
function asToldHere(first: HostResult, group: readonly HostResult[]): HostResult {
  const names = group.map(({ host }) => host);
  const frames = first.frames.map((frame): Frame => {
    if (frame.kind === "problems")
      return { ...frame, problems: frame.problems.map((each) => problemOnHosts(each, names)) };
    return frame.kind === "text"
      ? { ...frame, lines: frame.lines.map((line) => wordingOnHosts(line, names)) }
      : frame;
  });
  return { ...first, frames };
}

function showGroup(
  first: HostResult,
  group: readonly HostResult[],
  isAlone: boolean,
  { output }: Context,
): void {
  const names = group.map(({ host }) => host);
  const { colors } = output;
  const hasText = first.frames.some(({ kind }) => kind === "text" || (kind === "raw" && !isAlone));
  if (hasText) output.text([hostsHeading(names, colors)]);
  for (const frame of first.frames) showFrame(frame, names, output);
  if (hasText && !isAlone) output.text([""]);
}

function showFrame(frame: Frame, names: readonly string[], output: Context["output"]): void {
  const host = namesText(names);
  const { kind } = frame;
  if (kind === "text") output.text(frame.lines);
  else if (kind === "raw") output.raw(frame.text.endsWith("\n") ? frame.text : `${frame.text}\n`);
  else if (kind === "remark") output.remark(hostEventLine(host, frame.line, output.colors));
  else if (kind === "problems")
    output.diagnostics(frame.problems.map((each) => ({ ...each, summary: `${host}: ${each.summary}` })));
}

/** Returns the way to a host, for the words about it. */
export function wayTo(host: string, hosts: readonly ReachableHost[]): WayWords {
  const { route, jump } = hosts.find(({ name }) => name === host) ?? {};
  switch (route?.kind) {
    case "ssh":
      return { target: `ssh ${route.target}`, jump };
    case "program":
      return { target: route.words.join(" "), jump: undefined };
    case "here":
    case undefined:
      return { target: "sh -c", jump: undefined };
  }
}

/** Returns the results as one object. */
export function hostsRunJson(
  results: readonly HostResult[],
  hosts: readonly ReachableHost[],
  { fleet, command, hasFacts = false, moves, rollout }: Shown,
): HostsRunJson {
  const byHost = results.map((result): readonly [string, HostRunJson] => {
    const own = hostProblem(result, wayTo(result.host, hosts));
    const { end } = result;
    return [
      result.host,
      {
        state: end.name,
        code: end.name === "done" ? end.code : null,
        result: hostValueOf(result) ?? null,
        diagnostics: [
          ...problemsOf(result).map((each) => problemOnHosts(each, [result.host])),
          ...(own === undefined ? [] : [own]),
        ].map(diagnosticToJson),
        ...(hasFacts ? { facts: hostFactsJson(result) } : {}),
      },
    ];
  });
  const done = results.filter(({ end }) => end.name === "done").length;
  return {
    formatVersion: "1.0",
    fleet,
    command,
    hosts: Object.fromEntries(byHost),
    ...(moves === undefined ? {} : { moves }),
    ...(rollout === undefined ? {} : { rollout }),
    summary: { hosts: results.length, done, incomplete: results.length - done },
  };
}

function hostFactsJson({ facts, clockAheadMs }: HostResult): HostFactsJson | null {
  if (facts === undefined) return null;
  const { node, isShippedNode = false, lingers = null, hostname } = facts;
  return { node, isShippedNode, lingers, clockAheadMs: clockAheadMs ?? null, hostname };
}

/** Returns the exit code of a run. */
export function codeOf(
  results: readonly HostResult[],
  wasInterrupted: boolean,
  { skipUnreachable = false }: Context["flags"] = {},
): ExitCode {
  if (wasInterrupted) return exitCodes.interrupted;
  const ends = results.map(({ end }) => end);
  return combinedCode(skipUnreachable ? ends.filter(({ name }) => name !== "unreachable") : ends);
}
