import type { HostEnd } from "../../transport/host-run-state.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { BootRefusal } from "../../transport/boot.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { count } from "../../text/counting.ts";
import { grouped } from "../../text/grouped.ts";
import { namesText } from "../alike.ts";
import { durationPhrase } from "../phrases.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns a whole line of one host among many. */
export function hostEventLine(host: string, line: string, colors: Colors): string {
  return line
    .split("\n")
    .map((each) => `${colors.dim(`${host} |`)} ${each}`)
    .join("\n");
}

/** Returns the heading of results that are alike. */
export function hostsHeading(names: readonly string[], colors: Colors): string {
  return colors.bold(`${namesText(names)}:`);
}

const refusalWords: Readonly<Record<BootRefusal, { readonly summary: string; readonly hint: string }>> = {
  nospace: {
    summary: "the program could not be written there",
    hint: "check the free space and the rights of ~/.cache there",
  },
  torn: { summary: "the program did not arrive whole", hint: "run it again" },
  damaged: { summary: "the program there is damaged", hint: "remove its folder there, and run it again" },
  nonode: {
    summary: "there is no node of version 20.19 or newer",
    hint: "install one there, for example with nvm, or link another one: ln -s PATH ~/.local/bin/node; or bring that of this machine: node: ship",
  },
  badnode: {
    summary: "the node of this host in fleet.yaml is none of version 20.19 or newer",
    hint: "correct its path in node, or remove node from this host, so that fleet searches for one there",
  },
  othermachine: {
    summary: "the node of this machine does not run there: its machine or its libc is another one",
    hint: "remove node: ship from this host, and install node there",
  },
  nodefails: {
    summary: "the node of this machine does not start there",
    hint: "remove node: ship from this host, and install node there; or run fleet by a node from nodejs.org here",
  },
};

/** The way to a host, for the words about it. */
export interface WayWords {
  /** The words that reach the host by hand. */
  readonly target: string;
  /** The machines between, as ssh names them; undefined without one. */
  readonly jump: string | undefined;
}

/** Returns the problem of a host whose command did not end, with its name. */
export function hostProblem(result: HostResult, way: WayWords): Diagnostic | undefined {
  const problem = hostTrouble(result, way);
  return problem && { ...problem, summary: `${result.host}: ${problem.summary}` };
}

/** Returns the problem of a host whose command did not end, in words that do not name it. `alike` are all hosts with it. */
export function hostTrouble(
  { host, end }: HostResult,
  way: WayWords,
  alike: readonly string[] = [host],
): Diagnostic | undefined {
  const problem = (summary: string, detail: string | undefined, hint: string): Diagnostic => ({
    severity: "error",
    code: "incomplete",
    summary,
    detail: detail === undefined || detail === "" ? undefined : visible(detail),
    hint,
  });
  switch (end.name) {
    case "done":
      return undefined;
    case "unreachable":
      return problem(
        way.jump === undefined ? "unreachable" : `unreachable through ${visible(way.jump)}`,
        end.detail,
        end.refusal === "key"
          ? `see the key, and accept it or not: fleet hosts trust ${alike.join(",")}`
          : handHint(way),
      );
    case "refused": {
      const { summary, hint } = refusalWords[end.reason];
      return problem(summary, end.detail, hint);
    }
    case "lost":
      return problem("the connection ended before the answer", end.detail, "run it again");
    case "unknown":
      return problem(
        "the connection ended during the change, and the result is unknown",
        end.detail,
        `the change goes on there; look at it later: fleet status --host ${host}`,
      );
    case "not-begun":
      return problem("not begun", undefined, "run it again");
  }
}

/** Returns the hint to look for the broken part of a way by hand. */
function handHint({ target, jump }: WayWords): string {
  const byHand = `try it by hand: ${target} true`;
  const [first] = jump?.split(",") ?? [];
  // Only the form of an address takes a port.
  return first === undefined
    ? byHand
    : `${byHand}; the machine between alone: ssh ssh://${visible(first)} true`;
}

/** Returns the problems of hosts whose command did not end. Hosts with the same problem share one. */
export function hostProblemsTogether(
  results: readonly HostResult[],
  wayOf: (host: string) => WayWords,
): readonly Diagnostic[] {
  const groups = grouped(results, ({ host, end }) => {
    if (end.name === "done") return undefined;
    if (end.name === "unreachable") return `unreachable ${end.refusal ?? ""} ${wayOf(host).jump ?? ""}`;
    return end.name === "refused" ? `refused ${end.reason}` : end.name;
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const all = group.map(({ host }) => host);
    const problem = first && hostTrouble(first, wayOf(first.host), all);
    if (problem === undefined) return [];
    return [{ ...problem, summary: `${namesText(all)}: ${problem.summary}`, detail: detailOf(group) }];
  });
}

/** The most different details of one problem. */
const mostDetails = 3;

/** Returns the details of hosts with one problem: each different one once, the most frequent first. */
function detailOf(group: readonly HostResult[]): string | undefined {
  const details = grouped(group, ({ end }) =>
    "detail" in end && end.detail !== "" ? end.detail : undefined,
  );
  const [first, ...others] = [...details].toSorted(([, a], [, b]) => b.length - a.length);
  if (first === undefined) return undefined;
  if (others.length === 0) return visible(first[0]);
  const shown = [first, ...others].slice(0, mostDetails);
  const left = details.size - shown.length;
  return [
    ...shown.map(([detail, some]) => `${namesText(some.map(({ host }) => host))}: ${visible(detail)}`),
    ...(left > 0 ? [`${left} more of this kind.`] : []),
  ].join("\n");
}

/** Returns the progress of a change of many hosts. */
export function hostsDoneLine(done: number, all: number): string {
  return `${done} of ${count(all, "host")} done`;
}

/** Returns the line about hosts without an answer. `ms` is the time of the wait. */
export function waitingLine(hosts: readonly string[], ms: number): string {
  return `Waiting for ${namesText(hosts)}, ${durationPhrase(ms / 1_000)}.`;
}

/** Returns the answer to Ctrl-C during a run on many hosts. */
export function hostsStopLine(request: "soon" | "now"): string {
  return request === "soon"
    ? "No further host is begun. Once more to end the connections."
    : "The connections end. A change that has begun goes on there.";
}

/** Returns the line about hosts that have none of the selected agents. */
export function lackingLine(hosts: readonly string[]): string {
  return `No agent is selected on ${namesText(hosts)}.`;
}

/** Returns the last line of a run on many hosts. */
export function hostsSummary(results: readonly HostResult[]): string {
  const isDone = ({ end }: HostResult): boolean => end.name === "done";
  const done = results.filter(isDone).length;
  const parts = (["refused", "unreachable", "lost", "unknown", "not-begun"] as const).flatMap((name) => {
    const number = results.filter(({ end }) => end.name === name).length;
    return number === 0 ? [] : [`${number} ${endWords[name]}`];
  });
  return `${count(results.length, "host")}: ${[`${done} answered`, ...parts].join(", ")}.`;
}

const endWords: Readonly<Record<Exclude<HostEnd["name"], "done">, string>> = {
  refused: "cannot run fleet",
  unreachable: "unreachable",
  lost: "lost",
  unknown: "unknown",
  "not-begun": "not begun",
};
