import { activityStates } from "../activity/activity.ts";
import type { Parameter, Parameters } from "./parameter.ts";

/** A tool, as an agent gets it. */
export interface Tool {
  readonly title: string;
  readonly description: string;
  readonly parameters: Parameters;
  /** The effect of a call. A tool without one is always there; the others are there if a person has allowed them. */
  readonly effect?: { readonly isDestructive: boolean; readonly isIdempotent: boolean };
}

const agentNames = {
  kind: "names",
  description: "Names of agents, or patterns such as worker-*.",
} as const satisfies Parameter;
const selector = {
  kind: "text",
  description: "A selector of labels, such as team=core or 'team in (a,b)'.",
} as const satisfies Parameter;
const all = { kind: "flag", description: "Every agent." } as const satisfies Parameter;
const someAgents = { agents: agentNames, selector } as const;
const selection = { agents: agentNames, selector, all } as const;
const since = {
  kind: "text",
  description: "Only what is newer: 30m, 18:00, yesterday.",
} as const satisfies Parameter;
const confirmation = {
  kind: "text",
  description:
    "The id from the first call, which changes nothing and returns the plan. A second call with this id executes it.",
} as const satisfies Parameter;
const twice =
  "The first call changes nothing: it returns the plan and its id. Read the plan, then call again with confirm.";

/** All tools, in the order of the list. */
export const tools = {
  status: {
    title: "Status of the fleet",
    description:
      "Shows the declared agents, their state (running, failed, stopped, ...), what they do (working, waiting for a person, idle), and their waiting changes. Call it first to learn the names.",
    parameters: {
      ...someAgents,
      activity: { kind: "choices", values: activityStates, description: "Only agents that do one of these." },
    },
  },
  plan: {
    title: "Plan",
    description: "Shows what an apply of fleet.yaml would do, and why. Changes nothing.",
    parameters: someAgents,
  },
  why: {
    title: "Explain an agent",
    description: "Explains the plan of one agent, from its line in fleet.yaml to its state on the machine.",
    parameters: { agent: { kind: "text", description: "The name of the agent.", isRequired: true } },
  },
  logs: {
    title: "Logs",
    description:
      "Returns what agents have printed on their terminals, and the messages of systemd about them.",
    parameters: {
      ...someAgents,
      lines: { kind: "count", description: "Lines of each agent. Default: 100, and 10 of its unit." },
      since,
      previous: { kind: "flag", description: "The last screen of the last run that failed." },
    },
  },
  events: {
    title: "Events",
    description: "Shows what has happened: applies, starts, failures, fixed drift. The last 50 by default.",
    parameters: {
      ...someAgents,
      lines: { kind: "count", description: "Number of events." },
      since,
      until: { kind: "text", description: "Events until this time." },
    },
  },
  wait: {
    title: "Wait for agents",
    description:
      "Waits until agents are idle, or do something else. Returns at once if they do already. After the timeout it is an error with the code timed-out: call it again to go on.",
    parameters: {
      ...selection,
      activity: {
        kind: "choices",
        values: activityStates,
        description: "The activities to wait for. Default: idle.",
      },
      state: { kind: "choice", values: ["running", "ended"], description: "In the place of an activity." },
      timeout: {
        kind: "duration",
        description: "The longest wait. Default: 50s, less than the limit of most clients.",
      },
      hold: { kind: "duration", description: "How long it must last. Default: 1s for idle, 0s for others." },
      any: { kind: "flag", description: "Until one of the agents has it. Default: all." },
    },
  },
  send: {
    title: "Send a text",
    description:
      "Gives a text to agents as if a person had typed it, and presses Enter. If you are an agent of the fleet, the text names you. Each agent has a verdict: delivered, unconfirmed or not-delivered. Nothing is sent to an agent that asks a question or has a draft in its input line: only a person may do that. Never repeat an unconfirmed text without a look at the logs.",
    parameters: {
      ...selection,
      text: { kind: "text", description: "The text. It may have several lines.", isRequired: true },
      enter: { kind: "flag", description: "False leaves the text in the input line. Default: true." },
    },
    effect: { isDestructive: false, isIdempotent: false },
  },
  start: {
    title: "Start agents",
    description: `Starts agents that were stopped by hand or have failed. ${twice}`,
    parameters: { ...selection, confirm: confirmation },
    effect: { isDestructive: false, isIdempotent: true },
  },
  restart: {
    title: "Restart agents",
    description: `Brings agents in line with fleet.yaml and restarts them now, also busy ones: their sessions end. ${twice}`,
    parameters: { ...selection, confirm: confirmation },
    effect: { isDestructive: true, isIdempotent: false },
  },
  stop: {
    title: "Stop agents",
    description: `Stops agents until the next apply: their sessions end. ${twice}`,
    parameters: { ...selection, confirm: confirmation },
    effect: { isDestructive: true, isIdempotent: true },
  },
  suspend: {
    title: "Suspend agents",
    description:
      "Has apply and watch leave agents alone until they are resumed. Changes nothing in the agents.",
    parameters: {
      ...selection,
      until: { kind: "text", description: "A duration or a time: 2h, 18:00, 'tomorrow 08:00'." },
    },
    effect: { isDestructive: false, isIdempotent: true },
  },
  resume: {
    title: "Resume agents",
    description: "Ends the suspension of agents.",
    parameters: selection,
    effect: { isDestructive: false, isIdempotent: true },
  },
  apply: {
    title: "Apply fleet.yaml",
    description: `Brings the machine in line with fleet.yaml: starts, restarts and removes agents as the plan says. ${twice}`,
    parameters: { ...someAgents, confirm: confirmation },
    effect: { isDestructive: true, isIdempotent: true },
  },
} as const satisfies Readonly<Record<string, Tool>>;

/** The name of a tool. */
export type ToolName = keyof typeof tools;

/** The names of all tools. */
export const toolNames = Object.keys(tools) as readonly ToolName[];

/** Returns the tool of a name; undefined if there is none. */
export function toolOf(name: string): Tool | undefined {
  return toolNames.some((each) => each === name) ? tools[name as ToolName] : undefined;
}
