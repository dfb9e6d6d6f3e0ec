import type { Delivery, Doubt, Obstacle } from "../../send/delivery.ts";
import type { Sender } from "../../send/sender.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { agentWords } from "../phrases.ts";

/** The reader of results. */
export interface ResultReader {
  /** The agent that sends; undefined for a person. */
  readonly sender: Sender | undefined;
  /** The name of this machine for a reader on another one; undefined for one here. */
  readonly host: string | undefined;
}

/** The end of a line about an agent that works: it takes the text when it can. */
const workPhrase = " (it is working)";

/** Returns a line for each agent: its name, the verdict, and the reason of a text that is not delivered. */
export function deliveryLines(
  deliveries: readonly Delivery[],
  colors: Colors,
  reader: ResultReader,
): readonly string[] {
  const width = Math.max(...deliveries.map(({ agent }) => agent.length));
  return deliveries.map((delivery) => {
    const name = delivery.agent.padEnd(width);
    const message = deliveryText(delivery, reader);
    switch (delivery.verdict) {
      case "delivered":
        return `${name}  ${colors.green("delivered")}${delivery.wasWorking === true ? workPhrase : ""}`;
      case "unconfirmed":
        return `${name}  ${colors.yellow("unconfirmed")}${delivery.wasWorking === true ? workPhrase : ""}: ${message ?? ""}`;
      case "not-delivered":
        return `${name}  ${colors.red("not delivered")}: ${message ?? ""}`;
    }
  });
}

/**
 * Returns the reason of a text that is not delivered, and the way on; undefined for a delivered one. An agent as sender has
 * fewer ways.
 */
export function deliveryText(delivery: Delivery, { host, sender }: ResultReader): string | undefined {
  const agent = agentWords(visible(delivery.agent), host);
  switch (delivery.verdict) {
    case "delivered":
      return undefined;
    case "unconfirmed":
      return doubtText(delivery.reason, agent);
    case "not-delivered":
      return (
        (sender === undefined ? undefined : forPeopleText(delivery)) ??
        obstacleText(delivery.reason, agent, delivery.detail)
      );
  }
}

/** Returns the reason given to an agent for a question or a draft, which are for people. */
function forPeopleText({
  reason,
  detail = "",
}: Extract<Delivery, { verdict: "not-delivered" }>): string | undefined {
  if (reason === "question") return `it ${askingPhrase(detail)}. Only a person may answer it; try later`;
  return reason === "draft"
    ? `a person is writing in its input line: ${quotedRow(detail)}. Try later`
    : undefined;
}

function doubtText(reason: Doubt, agent: string): string {
  switch (reason) {
    case "not-shown":
      return `its screen does not show the text. Look before you send it again: fleet attach ${agent}`;
    case "not-entered":
      return `the text is in its input line, but its program has not taken the Enter: fleet attach ${agent}`;
  }
}

/** Returns the reason why nothing has reached an agent, and the way on. `agent` is as commands name it. */
export function obstacleText(reason: Obstacle, agent: string, detail = ""): string {
  switch (reason) {
    case "service":
      return `it is a service, and has no terminal: fleet logs ${agent} shows its output`;
    case "not-running":
      return `it does not run: fleet start ${agent}`;
    case "ended":
      return `its command has ended: fleet start ${agent}`;
    case "stopping":
      return "it is being stopped";
    case "restarted":
      return "it was restarted in this moment";
    case "input-off":
      return `somebody has turned the input of its pane off (select-pane -d)`;
    case "line-too-long":
      return "its terminal reads whole lines of at most 4,095 bytes, and the text has a longer one";
    case "question":
      return `it ${askingPhrase(detail)}. Answer it with fleet attach ${agent}, or send with --force`;
    case "draft":
      return `its input line holds a draft: ${quotedRow(detail)}. Send with --force to add to it and enter both, or with --no-enter`;
    case "locked":
      return "another send to it has not ended";
    case "interrupted":
      return "the run was interrupted before";
    case "tmux-failed":
      return detail === "" ? "tmux has failed" : visible(detail);
  }
}

/** Returns an agent asks a question, with the question if it is known. */
export function askingPhrase(question: string): string {
  return question === "" ? "asks a question" : `asks a question: ${quotedRow(question)}`;
}

/** Returns the question to a person about agents that ask something, or have a draft. */
export function hesitationQuestion(hesitant: readonly Delivery[]): string {
  return hesitant.length === 1
    ? "Send the text all the same?"
    : `Send the text to these ${hesitant.length} all the same?`;
}

/** Returns the lines above that question. */
export function hesitationLines(hesitant: readonly Delivery[]): readonly string[] {
  return hesitant.map((delivery) => {
    if (delivery.verdict !== "not-delivered") return visible(delivery.agent);
    const what =
      delivery.reason === "question"
        ? "asks a question, and the text may answer it"
        : "has a draft in its input line, and the text would be added to it";
    return `${visible(delivery.agent)} ${what}: ${quotedRow(delivery.detail ?? "")}`;
  });
}

/** Longest part of a screen in a message, characters. */
const mostShown = 60;

/** Returns a row of a screen for a message. */
function quotedRow(row: string): string {
  const text = visible(row);
  return JSON.stringify(text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
}
