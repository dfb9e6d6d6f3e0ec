import type { UiPlanned, UiProblem } from "../../ui/changes/ui-change.ts";

/** Returns a plan that does not exist, because of a problem. */
export function unplanned(problem: UiProblem): UiPlanned {
  return { parts: [{ host: null, plan: null, problems: [problem], canRun: false }], canRun: false };
}

/** The problem of a change on a page that only shows. */
export const onlyShows: UiProblem = {
  summary: "this page only shows",
  place: null,
  detail: "Its server was started without --control, so nothing was changed.",
  hint: "end it, and start it with: fleet ui --control",
};

/** The problem of a plan that is no longer the one on the page. */
export const otherPlan: UiProblem = {
  summary: "the plan is no longer the one that you saw",
  place: null,
  detail: "The fleet has changed in the meantime. Nothing was changed.",
  hint: "read the new plan, and agree again",
};

/** The problem of too many changes at a time. */
export const tooManyChanges: UiProblem = {
  summary: "other changes of this page are still under way",
  place: null,
  detail: null,
  hint: "wait for their end",
};

/** Returns the problem of a rollback to a state of fleet.yaml, if that file comes from a Git repository. */
export function fromRepository(revision: string): UiProblem {
  return {
    summary: "fleet.yaml comes from a Git repository",
    place: null,
    detail: "A rollback pins its revision there, and the watch applies it. The page does not do that.",
    hint: `run in a terminal: fleet rollback ${revision}`,
  };
}

/** Returns the warning of a rollback in a fleet of several hosts. */
export function onlyHere(revision: string): string {
  return `Only this machine is changed. To change other hosts, too: fleet rollback ${revision} --host all`;
}

/** Returns the problem of a command that printed no answer: its last words, or its exit code. */
export function noAnswer(words: string, code: number | undefined): UiProblem {
  return {
    summary: "the command gave no answer",
    place: null,
    detail: words === "" ? `The command ended with ${code ?? "a signal"}.` : words,
    hint: null,
  };
}
