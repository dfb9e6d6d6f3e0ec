import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { alikeResults, type HostResult } from "../../hosts/host-result.ts";
import type { MassEnd } from "../../hosts/mass-end.ts";
import { withLatestOutput } from "../../hosts/presence.ts";
import { count } from "../../text/counting.ts";
import { namesText } from "../alike.ts";
import { wordingOnHosts } from "./host-hints.ts";
import { wordingText } from "../terminal/wording-text.ts";

const hostQuestions: Readonly<Record<string, string>> = {
  apply: "Apply these changes",
  restart: "Restart as shown",
  start: "Start as shown",
  stop: "Stop as shown",
  adopt: "Take over as shown",
  destroy: "Remove the fleet and end its sessions",
  enroll: "Install and follow the source as shown",
  unenroll: "Remove the source as shown",
  pin: "Stay at this revision",
  accept: "Accept this revision",
  unpin: "End the pin",
};

/** Returns the question before a change of several hosts. */
export function hostsQuestion(command: string, results: readonly HostResult[]): string {
  const names = results.map(({ host }) => host);
  const where = names.length === 1 ? (names[0] ?? "") : `${count(names.length, "host")}, ${namesText(names)}`;
  return `${hostQuestions[command] ?? "Go on"} on ${where}?`;
}

/** Returns the plans that wait for an agreement, to show with a question: equal ones once. */
export function proposedPlans(results: readonly HostResult[]): readonly string[] {
  return alikeResults(results).flatMap((group) => {
    const names = group.map(({ host }) => host);
    const lines = (withLatestOutput(group)?.frames ?? []).flatMap((frame) =>
      frame.kind === "text" ? frame.lines : [],
    );
    return [`${namesText(names)}:`, ...lines.map((line) => wordingText(wordingOnHosts(line, names)))];
  });
}

/** Returns the problem of a host without lingering. */
export function lingerProblem(): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: "agents would end with this connection",
    detail: "The user manager there runs only during a login. Nothing was changed.",
    hint: "run there: loginctl enable-linger",
  };
}

/** Returns the problem of a change that would end most agents of all hosts. */
export function massEndProblem({ ended, all }: MassEnd): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: `${ended} of ${count(all, "agent")} of these hosts together would be removed or stopped`,
    detail: "Nothing was changed.",
    hint: "look for the mistake in fleet.yaml; if it is meant: --allow-remove-all",
  };
}

/** Returns the problem of a host that is the machine of another one, too. */
export function twinProblem(other: string): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: `it is the same machine and account as host ${other}`,
    detail: "Each of the two would remove the agents of the other. Nothing was changed.",
    hint: "check ssh of both in fleet.yaml, and their entries in ~/.ssh/config",
  };
}

/** Returns the problem of a host whose plan has changed since the question. */
export function staleProblem(): Diagnostic {
  return {
    severity: "error",
    code: "stale-plan",
    summary: "the plan has changed since it was shown",
    detail: "Nothing was changed there.",
    hint: "run it again to see the plan of now",
  };
}

/** Returns the warning about a host whose watch and agents end with the last login. */
export function lingerWarning(): Diagnostic {
  return {
    severity: "warning",
    code: "blocked",
    summary: "the watch and its agents end with the last login there",
    detail: "Lingering is off, so the user manager runs only during a login, and not after a boot.",
    hint: "run there: loginctl enable-linger",
  };
}
