import { problemsJson } from "../../../report/gather-output.ts";
import { onlyThisMachine } from "../../../report/ui/host-problems.ts";
import type { UiRevision } from "../../../ui/changes/ui-change.ts";
import type { AgentTopic, FleetTopic } from "../../../ui/protocol.ts";
import type { Answer } from "../../../ui/server.ts";
import { eventsCommand } from "../../events/events.ts";
import { graphCommand } from "../../graph.ts";
import { historyCommand } from "../../history/history.ts";
import { revisionAt } from "../../history/with-revision.ts";
import { hostsCommand } from "../../hosts.ts";
import { logsCommand } from "../../logs/logs.ts";
import { planCommand } from "../../plan/plan.ts";
import { report, type Context } from "../../shared/context.ts";
import { exitCodes, type ExitCode } from "../../shared/exit-codes.ts";
import { whyCommand } from "../../why.ts";
import { answerOf, type ReadingCommand } from "./answer-of.ts";

/** The answers to the questions of pages: each is the JSON of a command that only reads. */
export interface Answers {
  fleet(topic: FleetTopic): Promise<Answer>;
  /** The difference of the fleet's files to an earlier state. */
  revision(id: string): Promise<Answer>;
  /** `host` is another machine of the fleet; undefined for this one. */
  agent(topic: AgentTopic, name: string, host?: string): Promise<Answer>;
}

/** A question to another machine, for a part of an agent's page. */
export type AskHost = (host: string, topic: AgentTopic, name: string) => Promise<Answer>;

/** Lines of a terminal or of a journal, and events, on one page. */
export const mostLogLines = 500;
export const mostEvents = 100;

const commandOfTopic: Readonly<Record<AgentTopic, (context: Context, name: string) => Promise<ExitCode>>> = {
  why: whyCommand,
  diff: (context, name) => planCommand(context, { names: [name] }, { format: "diff" }),
  journal: (context, name) => logsCommand(context, { names: [name] }, { unit: true, lines: mostLogLines }),
  text: (context, name) => logsCommand(context, { names: [name] }, { pane: true, lines: mostLogLines }),
  events: (context, name) => eventsCommand(context, { names: [name] }, { lines: mostEvents }),
};

/** The most runs in the history of the page. */
const mostRuns = 200;

const fleetCommands: Readonly<Record<FleetTopic, ReadingCommand>> = {
  plan: (context) => planCommand(context, { names: [] }, {}),
  history: (context) => historyCommand(context, { names: [] }, { lines: mostRuns }),
  // The page knows the states: it follows them.
  graph: (context) => graphCommand(context, { names: [] }, { offline: true }),
  hosts: hostsCommand,
};

async function revisionCommand(context: Context, id: string): Promise<ExitCode> {
  const at = await revisionAt(context, id);
  if (!at.ok) return report(context, at.diagnostics);
  context.output.json({ revision: at.value.revision.name, files: at.value.edits } satisfies UiRevision);
  return exitCodes.ok;
}

/** Returns the answers about a fleet file. Equal questions at the same time share one answer: many tabs cost no more. */
export function createAnswers(context: Context, file: string, askHost?: AskHost): Answers {
  const underWay = new Map<string, Promise<Answer>>();
  function once(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const asked = ask().finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  }
  function shared(key: string, command: ReadingCommand, isLines: boolean): Promise<Answer> {
    return once(key, () => answerOf({ ...context, flags: { file } }, command, isLines));
  }
  return {
    fleet: (topic) => shared(topic, fleetCommands[topic], false),
    revision: (id) => shared(`revision ${id}`, (each) => revisionCommand(each, id), false),
    agent(topic, name, host) {
      if (host === undefined)
        return shared(`${topic} ${name}`, (each) => commandOfTopic[topic](each, name), hasLines(topic));
      const elsewhere =
        askHost ?? (() => Promise.resolve({ isError: true, value: problemsJson([onlyThisMachine]) }));
      return once(`${host} ${topic} ${name}`, () => elsewhere(host, topic, name));
    },
  };
}

/** Returns true for a topic that is lines. */
export function hasLines(topic: AgentTopic): boolean {
  return topic === "journal" || topic === "text";
}
