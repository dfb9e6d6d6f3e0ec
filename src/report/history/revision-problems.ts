import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { OpenedState } from "../../history/kept-fleet.ts";

/** Explains nothing has this name. */
export function unknownRevision(revision: string, file: string, hasHistory: boolean): Result<never> {
  return fail("unknown-revision", `there is no revision ${JSON.stringify(revision)} of ${file}`, {
    detail: hasHistory
      ? "It is neither the id of a state in the history, nor a commit with this file in the Git repository around it."
      : "The history of this fleet is empty, and the file is in no Git repository with such a commit.",
    hint: wording`${fleetCommand("history")} lists the states, and git log the commits`,
  });
}

/** Explains that several states begin with this id. */
export function ambiguousRevision(revision: string, ids: readonly string[]): Result<never> {
  return fail("unknown-revision", `${ids.length} states begin with ${revision}`, {
    detail: `They are ${ids.join(", ")}.`,
    hint: "write more digits of the id",
  });
}

/** Explains that the texts of a state are not known any more. */
export function lostRevision(
  name: string,
  opened: OpenedState | undefined,
  file: string,
  commits: readonly string[],
): readonly [string, Pick<Diagnostic, "detail" | "hint">] {
  const inGit =
    commits.length === 0
      ? ""
      : ` Git has no such text in ${commits.length === 1 ? "commit" : "commits"} ${commits.join(", ")}.`;
  if (opened === undefined || opened.missing.length === 0)
    return [
      `the text of ${file} in state ${name} is not known any more`,
      {
        detail: `Its copy in the history is gone or damaged.${inGit} Nothing was changed.`,
        hint: wording`choose another state of ${fleetCommand("history")}, or a commit`,
      },
    ];
  const places = opened.missing.map((each) => `${each.name ?? file}:${each.line}`);
  return [
    `state ${name} has secrets that ${file} does not have any more`,
    {
      detail: `The history keeps no secrets. They were at ${places.join(", ")}.${inGit} Nothing was changed.`,
      hint: `put these secrets back into ${file} first, or edit it by hand`,
    },
  ];
}

/** Explains the errors of an older text, which follow. */
export function notValidNow(name: string, file: string): Diagnostic {
  return {
    severity: "error",
    code: "revision-unreadable",
    summary: `${file} of revision ${name} is not valid`,
    detail: "The lines of the following errors are those of that revision. Nothing was changed.",
  };
}

/** Explains a rollback does not rename a fleet: its agents would run twice. */
export function renamedFleet(
  name: string,
  then: { readonly fleet: string; readonly socket: string },
  now: { readonly fleet: string; readonly socket: string },
): Result<never> {
  return fail("revision-unreadable", `revision ${name} is of another fleet`, {
    detail: `It has the name ${then.fleet} and the socket ${then.socket}, and now they are ${now.fleet} and ${now.socket}. The agents would run twice. Nothing was changed.`,
    hint: wording`change the name back by hand, after ${fleetCommand("destroy")}`,
  });
}

/** Explains a revision is of the time before the fleet had several machines. */
export function withoutHosts(name: string): Result<never> {
  return fail("revision-unreadable", `revision ${name} has no hosts`, {
    detail: "The agents of all machines would run on this one. Nothing was changed.",
    hint: "change fleet.yaml by hand",
  });
}
