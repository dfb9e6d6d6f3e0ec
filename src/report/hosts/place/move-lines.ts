import { fail, type Diagnostic, type Result } from "../../../diagnostics/diagnostic.ts";
import type { Arrival } from "../../../hosts/arrivals.ts";
import type { Stranded } from "../../../hosts/departures.ts";
import type { Comeback } from "../../../hosts/presence.ts";
import { grouped } from "../../../text/grouped.ts";
import { naturally } from "../../../text/natural-order.ts";
import { namesText, rangesOf } from "../../alike.ts";
import type { Colors } from "../../terminal/colors.ts";
import type { HostMoveJson } from "../hosts-run-output.ts";

/** Returns the agents that move, to be read with the plans. Agents between the same hosts share a line. */
export function movesLines(arrivals: readonly Arrival[], colors: Colors): readonly string[] {
  const there = arrivals.filter(({ because }) => because === "there");
  if (there.length === 0) return [];
  const lines = [...grouped(there, ({ from, to }) => `${from} → ${to}`)].map(
    ([way, some]) => `  > ${namesIn(some)}: ${way}`,
  );
  return [colors.bold("Moves, each after its end on the old host:"), ...lines, ""];
}

function namesIn(arrivals: readonly Arrival[]): string {
  return rangesOf(naturally(arrivals.map(({ agent }) => agent)));
}

/** The old host of an agent in a run: `refused` if it has changed nothing, for a reason of its own. */
export type OldHost = "in-run" | "refused" | "outside";

/** Returns the problems of a host with the agents it has not started. */
export function heldProblems(
  host: string,
  held: readonly Arrival[],
  oldHost: (host: string) => OldHost,
): readonly Diagnostic[] {
  const own = held.filter(({ to }) => to === host);
  return [...grouped(own, ({ from, because }) => `${from} ${because}`).values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : [heldProblem(first, namesIn(some), oldHost(first.from))];
  });
}

/** Returns the same problems for all hosts: agents from one host share one. */
export function heldProblemsTogether(
  held: readonly Arrival[],
  oldHost: (host: string) => OldHost,
): readonly Diagnostic[] {
  return [...grouped(held, ({ from, because }) => `${from} ${because}`).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const to = [...new Set(some.map((each) => each.to))];
    const names = namesIn(some);
    if (to.length === 1) return [heldProblem(first, names, oldHost(first.from))];
    const problem = heldProblem(first, names, oldHost(first.from), "all");
    return [{ ...problem, summary: `${namesText(to)} have not started ${names}` }];
  });
}

/** Returns the problem of agents that wait for an end on their old host. `both` are the hosts of a command that ends it. */
function heldProblem(
  { from, to, because }: Arrival,
  names: string,
  oldHost: OldHost,
  both = `${from},${to}`,
): Diagnostic {
  const problem = (detail: string, hint: string, severity: Diagnostic["severity"] = "error"): Diagnostic => ({
    severity,
    code: "incomplete",
    summary: `${to} has not started ${names}`,
    detail,
    hint,
  });
  if (because === "unknown")
    return problem(
      `${from} does not answer, and may still run it. Two copies of an agent would be worse than none.`,
      `run it again when ${from} answers; if its machine is gone for ever: fleet place --write --lost ${from}`,
    );
  if (because !== "there")
    return problem(
      `${comebackSentence(from, because)} Two copies of an agent would be worse than none.`,
      comebackHint(from, because),
    );
  switch (oldHost) {
    case "in-run":
      return problem(
        `It has not ended on ${from} yet.`,
        `run it again later, or end it now: fleet apply --now --host ${both}`,
        "warning",
      );
    case "refused":
      return problem(
        `It is still on ${from}, which has changed nothing: see its plan or its error.`,
        `run it again when ${from} takes its plan`,
        "warning",
      );
    case "outside":
      return problem(`It is still on ${from}, which is not in this run.`, `fleet apply --host ${both}`);
  }
}

/** Returns the reason why a host without an agent may start it by itself. */
function comebackSentence(host: string, why: Comeback): string {
  switch (why) {
    case "follows":
      return `The watch of ${host} follows a file that still has it, so it may start there again.`;
    case "behind":
      return `${host} has not applied the revision that it fetched last, so it may start there again.`;
    case "pinned":
      return `${host} is pinned to another revision than the applied one, so it may start there again.`;
    case "unreadable":
      return `The file that the watch of ${host} follows cannot be read, so it may start there again.`;
  }
}

function comebackHint(host: string, why: Comeback): string {
  if (why === "unreadable") return `look at it: fleet source status on ${host}`;
  const first = why === "pinned" ? `end the pin, with fleet source unpin on ${host}, and ` : "";
  return `${first}let it apply the commit with the move: fleet hosts sync ${host}`;
}

/** Returns a warning of agents that are not on a host, and do not count as ended there. */
export function comebackWarning(host: string, agents: readonly string[], why: Comeback): Diagnostic {
  return {
    severity: "warning",
    code: "incomplete",
    summary: `${rangesOf(naturally(agents))} does not count as ended on ${host}`,
    detail: comebackSentence(host, why),
    hint: comebackHint(host, why),
  };
}

/** Returns the problem of a host whose agents would end without a host to start them. */
export function strandedProblem(own: readonly Stranded[]): Diagnostic | undefined {
  if (own.length === 0) return undefined;
  const agents = rangesOf(naturally(own.map(({ agent }) => agent)));
  const hosts = [...new Set(own.map(({ to }) => to))];
  const silent = hosts.filter((host) => own.some(({ to, because }) => to === host && because === "silent"));
  const ignored = hosts.filter((host) => own.some(({ to, because }) => to === host && because === "ignored"));
  const left = hosts.filter((host) => !silent.includes(host) && !ignored.includes(host));
  const all = namesText(hosts);
  const reasons = [
    ...(silent.length === 0
      ? []
      : [`${namesText(silent)} ${silent.length === 1 ? "does" : "do"} not answer.`]),
    ...(ignored.length === 0
      ? []
      : [`${namesText(ignored)} ${ignored.length === 1 ? "is" : "are"} ignored.`]),
    ...(left.length === 0 ? [] : [`Nothing is begun on ${namesText(left)} in this run.`]),
  ];
  const first =
    ignored.length > 0
      ? `give ${own.length === 1 ? "it" : "them"} another host, or remove state: ignore`
      : silent.length === 0
        ? `make a plan with ${all}`
        : `run it again when ${all} can be reached`;
  return {
    severity: "error",
    code: "blocked",
    summary: `${agents} would end, and ${all} could not start ${own.length === 1 ? "it" : "them"}`,
    detail: `${reasons.join(" ")} Nothing was changed on this host.`,
    hint: ignored.length > 0 ? first : `${first}; to end them anyway, leave that host out of --host`,
  };
}

/** Refuses to take an agent for ended elsewhere, because a host has it. */
export function endedElsewhereProblem(agent: string, host: string): Result<never> {
  return fail("blocked", `${agent} is still on ${host}`, {
    detail: "It would run twice. Nothing was written.",
    hint: `let ${host} end it: fleet hosts sync ${host}, or fleet apply --host ${host}`,
  });
}

/** Returns moves as their documented JSON. */
export function movesJson(
  arrivals: readonly Arrival[],
  arrived: readonly Arrival[],
): readonly HostMoveJson[] {
  return arrivals.map((arrival) => {
    const { agent, from, to, because } = arrival;
    return {
      agent,
      from,
      to,
      state: arrived.includes(arrival) ? "moved" : because === "there" ? "waits" : "unknown",
    };
  });
}
