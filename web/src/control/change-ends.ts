import type { UiChange, UiEnd, UiMachinePlan } from "../../../src/ui/changes/ui-change.ts";
import type { Proposal } from "../store.ts";
import { counted } from "../words.ts";

const verbTitles: Readonly<Record<UiChange["verb"], string>> = {
  apply: "Apply",
  rollback: "Go back",
  restart: "Restart",
  start: "Start",
  stop: "Stop",
  suspend: "Suspend",
  resume: "Resume",
};

/** Returns the word of a change. */
export function verbWord({ verb }: UiChange): string {
  return verbTitles[verb];
}

/** Returns what a change does, as a title. */
export function changeTitle(change: UiChange): string {
  const { agents, hosts = [], now, revision } = change;
  if (revision !== undefined) return `Go back to ${revision}`;
  const who =
    agents.length === 0
      ? ["the fleet", ...(hosts.length === 0 ? [] : ["on", hosts.join(", ")])].join(" ")
      : agents.length > 3
        ? counted(agents.length, "agent")
        : agents.join(", ");
  return `${verbWord(change)} ${who}${now ? " now" : ""}`;
}

/** Returns what a change does that has no plan. */
export function withoutPlanText({ agents, verb }: UiChange): string {
  const [them, they] = agents.length === 1 ? ["it", "it is"] : ["them", "they are"];
  const effect =
    verb === "suspend"
      ? `An apply and a watch then leave ${them} alone until ${they} resumed.`
      : `An apply and a watch then change ${them} again as fleet.yaml says.`;
  return `${effect} Nothing happens to ${them} now.`;
}

/** The ends of a command by its exit code, each with what to do. */
const codeWords: Readonly<Record<number, string>> = {
  0: "Done.",
  1: "It failed. Its output says why, and what to do.",
  3: "The fleet has changed since the plan, so nothing was changed. Close this, and ask again for a new plan.",
  4: "Applied, but not every agent runs. Open the agents that failed: their output and journal say why.",
  5: "Another run holds the lock of the fleet, so nothing was changed. Its output names that run: ask again when it has ended.",
  6: "A guard refused it. Its output says what it refused, and what to do about it. Look at the plan again.",
  7: "The host was not reached, or its connection was lost. Its output says which: a change that has begun goes on there. Look at the agents, and ask again.",
  64: "The command did not take this. Load the page again: it may be of another version.",
  65: "fleet.yaml has an error, so nothing was changed. Fix it, and ask again.",
  130: "It was ended early. Look at the plan for the rest.",
};

/** Returns the ends of a change in words: those of several machines each on a line, unless all are well. */
function endsText(ends: readonly UiEnd[]): string {
  const [first, ...others] = ends;
  if (first === undefined || ends.every(({ code }) => code === 0)) return "Done.";
  if (others.length === 0) return endText(first);
  return ends.map((end) => `${placeName(end.host)}: ${endText(end)}`).join("\n");
}

function leftText({ host }: UiMachinePlan): string {
  return `${placeName(host)}: nothing was changed there.`;
}

/** Returns the name of a machine at the beginning of a line. */
function placeName(host: string | null): string {
  return host ?? "This machine";
}

function endText({ code }: UiEnd): string {
  if (code === null) return "Its end is unknown. Look at the events.";
  return codeWords[code] ?? `It ended with ${code}. Its output says why.`;
}

/** Returns the state of a change in words. */
export function stepText({ ends: all, planned, step }: Proposal): string {
  switch (step) {
    case "planning":
      return "Making the plan…";
    case "asked":
      return "";
    case "running":
      return "Under way. It goes on if you close this.";
    case "done":
      return [endsText(all), ...(planned?.parts.filter(({ canRun }) => !canRun).map(leftText) ?? [])].join(
        "\n",
      );
    case "lost":
      return "The connection was lost. If it had begun, it goes on: look at the events for its end.";
  }
}
