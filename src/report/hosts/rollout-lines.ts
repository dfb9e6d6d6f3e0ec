import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { downIn, isUnavailable } from "../../hosts/rollout.ts";
import { count, listOf } from "../../text/counting.ts";
import { namesText } from "../alike.ts";
import { exactDuration } from "../phrases.ts";

/** Returns the line before a batch of hosts. */
export function batchLine(number: number, all: number, hosts: readonly string[]): string {
  return `Batch ${number} of ${all}: ${namesText(hosts)}.`;
}

/** Returns the line before a wait. */
export function soakLine(soakMs: number): string {
  return `Waiting ${exactDuration(soakMs)} to see if the agents stay up.`;
}

/** Returns the line of a rollout that goes on although more hosts are unavailable than allowed. */
export function goesOnLine({ unavailable, most }: Pick<Stopped, "unavailable" | "most">): string {
  return `${unavailablePhrase(unavailable)}, and at most ${most} may be. The rollout goes on with the others, because of onFailure: continue.`;
}

function unavailablePhrase(unavailable: number): string {
  return `${count(unavailable, "host")} ${unavailable === 1 ? "is" : "are"} not available`;
}

/** The state of a rollout that begins no further batch. */
interface Stopped {
  readonly results: readonly HostResult[];
  /** The hosts that are not begun. */
  readonly left: readonly string[];
  readonly unavailable: number;
  readonly most: number;
}

/** Returns what a rollout that stops has done, and what not. */
export function stoppedLine({ results, left, unavailable, most }: Stopped): string {
  const names = (isMeant: (result: HostResult) => boolean): readonly string[] =>
    results.filter(isMeant).map(({ host }) => host);
  const done = names(({ end }) => !isUnavailable(end));
  const failed = names(({ end }) => isUnavailable(end));
  const why =
    unavailable > most
      ? `The rollout stops: ${unavailablePhrase(unavailable)}, and at most ${most} may be.`
      : "The rollout stops.";
  return [
    why,
    `  changed:   ${done.length === 0 ? "none" : namesText(done)}`,
    `  failed:    ${failed.length === 0 ? "none" : namesText(failed)}`,
    `  not begun: ${namesText(left)}`,
    "Run it again to go on: changed hosts have nothing to do.",
  ].join("\n");
}

/** Returns the problem of a host whose agents do not stay up. */
export function unhealthyProblem(look: HostResult): Diagnostic {
  const down = downIn(look);
  return {
    severity: "error",
    code: "agent-ended",
    summary:
      look.end.name === "done"
        ? `${down.length === 0 ? "agents" : listOf(down)} did not stay up after the change`
        : "it does not answer after the change",
    hint: wording`look at them: ${fleetCommand("status")}`,
  };
}
