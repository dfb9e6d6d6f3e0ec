import { waitsForEnd, type PendingAgent } from "../../../plan/agent-plan.ts";
import type { Plan } from "../../../plan/types.ts";
import { count } from "../../../text/counting.ts";
import { stakePhrase, suspensionPhrase } from "../../phrases.ts";
import { glyphs } from "./glyphs.ts";

/** A pending agent with one reason for its wait. */
type Held<Hold extends PendingAgent["hold"]> = PendingAgent & { readonly hold: Hold };

/** The words about agents that wait for one reason. */
interface HoldWords<Agent extends PendingAgent> {
  /** Says why; with `isMany`, of several agents, of which it has the shortest quiet time. */
  readonly phrase: (agent: Agent, isMany: boolean) => string;
  /** Says what is going to happen, in front of the change; the same for every wait unless given. */
  readonly verb?: (agent: Agent) => string;
  /** Says what will happen to an agent with this name, and how to have it at once. */
  readonly next: (agent: Agent, name: string) => string;
  /** The line after an apply. */
  readonly awaits: (agent: Agent) => AwaitedLine;
}

/** The things agents wait for, each with a line of its own after an apply; "none" without one. */
type AwaitedLine = keyof typeof awaitedWords | "none";

/** The words behind "1 agent waits", in the order of the lines. */
const awaitedWords = {
  place: () => "for the one whose place it takes. To go on now: fleet apply --now",
  job: () => "for a job to be completed. To see which: fleet status",
  move: () => "to end on another host. To see where: fleet place; with Git: fleet source status",
  change: () => "with a changed configuration. To restart now: fleet apply --now",
  end: (isOne: boolean) => `to be idle before ${isOne ? "its" : "their"} end. To end now: fleet apply --now`,
  "kept-end": () => "because of onChange: keep. To end now: fleet stop",
  resume: () => "because of a suspension. To go on: fleet resume",
};

const holds: { readonly [Hold in PendingAgent["hold"]]: HoldWords<Held<Hold>> } = {
  busy: {
    phrase: ({ atStake }, isMany) =>
      atStake === undefined ? "busy" : `busy (${stakePhrase(atStake, isMany)})`,
    verb: (agent) =>
      waitsForEnd(agent) ? `${glyphs[agent.awaiting].verb} when it is idle` : glyphs.pending.verb,
    next: (agent, name) =>
      isRename(agent)
        ? `none until the old one is idle, or: fleet apply --now ${name}`
        : `none until it is idle, or: fleet ${waitsForEnd(agent) ? "apply --now" : "restart"} ${name}`,
    awaits: (agent) => awaitsEnd(agent, "end"),
  },
  kept: {
    phrase: (agent) => `onChange: keep${isKeptRunning(agent) ? `; to end it: fleet stop ${agent.name}` : ""}`,
    verb: (agent) => (isKeptRunning(agent) ? "keeps running" : glyphs.pending.verb),
    next(agent, name) {
      if (isRename(agent)) return `none until the old one ends, or: fleet apply --now ${name}`;
      return waitsForEnd(agent)
        ? `nothing, until it ends by itself, or: fleet stop ${name}`
        : `nothing, until its next start, or: fleet restart ${name}`;
    },
    awaits: (agent) => awaitsEnd(agent, "kept-end"),
  },
  job: {
    phrase: () => "until the job is completed",
    next: ({ awaiting }) =>
      `none until the job is completed; then ${awaiting === "restart" ? "the next apply" : "systemd starts it"}`,
    awaits: (agent) => placeOr(agent, "job"),
  },
  move: {
    phrase: () => "once it has ended there",
    next: () =>
      "none until it has ended on the other host; to see it: fleet place, or with Git: fleet source status",
    awaits: (agent) => placeOr(agent, "move"),
  },
  suspended: {
    phrase: ({ suspended }) => suspensionPhrase(suspended),
    next: (_, name) => `nothing, until: fleet resume ${name}`,
    awaits: () => "resume",
  },
};

/** Returns the words for a wait. */
function holdWordsOf(agent: PendingAgent): HoldWords<PendingAgent> {
  // The key and the agent have the same reason, which the compiler cannot see.
  return holds[agent.hold] as HoldWords<never> as HoldWords<PendingAgent>;
}

/** Returns the reason for the wait of a change, in words; with `isMany`, of several agents, of which it has the shortest quiet time. */
export function holdPhrase(agent: PendingAgent, isMany = false): string {
  return holdWordsOf(agent).phrase(agent, isMany);
}

/**
 * Returns the reason for the wait of a change, in words, after a comma. An agent waiting for a job has it as its
 * change.
 */
export function holdAfter(agent: PendingAgent, isMany = false): string {
  return agent.hold === "job" ? "" : `, ${holdPhrase(agent, isMany)}`;
}

/** Returns the words for an agent that waits, in front of its change. */
export function waitingVerb(agent: PendingAgent): string {
  return holdWordsOf(agent).verb?.(agent) ?? glyphs.pending.verb;
}

/** Returns the next thing that happens to an agent that waits, and the command to have it now. `name` is that of commands. */
export function nextStepLine(agent: PendingAgent, name: string): string {
  return holdWordsOf(agent).next(agent, name);
}

/** Returns which agents wait, and how to go on, after an apply. */
export function pendingLines({ agents }: Plan): readonly string[] {
  const waiting = agents.filter((agent) => agent.action === "pending");
  return Object.entries(awaitedWords).flatMap(([awaited, words]) => {
    const names = waiting
      .filter((agent) => holdWordsOf(agent).awaits(agent) === awaited)
      .map(({ name }) => name);
    if (names.length === 0) return [];
    const few = names.length <= 5 ? names.join(" ") : "";
    const isOne = names.length === 1;
    return [`${count(names.length, "agent")} ${isOne ? "waits" : "wait"} ${words(isOne)} ${few}`.trimEnd()];
  });
}

/** Returns true for an agent that takes the place of another one, or gives its own to it. */
function isRename({ reason }: PendingAgent): boolean {
  return reason === "renamed" || reason === "takes-place";
}

/** Returns true for an agent that waits for its end, without an agent that takes its place. */
function isKeptRunning(agent: PendingAgent): boolean {
  return waitsForEnd(agent) && agent.reason !== "renamed";
}

/** Returns what a busy or kept agent waits for. The agent in the place of a renamed one has a line. */
function awaitsEnd(agent: PendingAgent, end: AwaitedLine): AwaitedLine {
  if (agent.reason === "renamed") return "none";
  return placeOr(agent, waitsForEnd(agent) ? end : "change");
}

function placeOr({ reason }: PendingAgent, other: AwaitedLine): AwaitedLine {
  return reason === "takes-place" ? "place" : other;
}
