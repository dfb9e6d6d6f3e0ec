import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import type { Output } from "../../report/output.ts";
import { deliveryLine, sendJson } from "../../report/send/send-json.ts";
import {
  deliveryLines,
  hesitationLines,
  hesitationQuestion,
  type ResultReader,
} from "../../report/send/send-text.ts";
import { canAsk, confirm } from "../../report/terminal/confirm.ts";
import type { Delivery } from "../../send/delivery.ts";
import { type Sender, signedText } from "../../send/sender.ts";
import { boundedExec } from "../../system/limited-exec.ts";
import { timeoutFactor } from "../../system/exec.ts";
import { listenForSignals } from "../../system/signals.ts";
import { type Context, report } from "../shared/context.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import type { SendFlags } from "../shared/flags.ts";
import { surveyAddressees } from "./addressees.ts";
import { deliverText, type Recipient, type SendOrder } from "./deliver.ts";
import { eightAtATime } from "./eight-at-a-time.ts";
import { inputText } from "./input-text.ts";
import { recipientsOf, type Selected } from "./recipients.ts";

/** The words of a command line about a text. */
export interface SendWords {
  readonly words: readonly string[];
  /** The words after `--`; undefined without one. */
  readonly afterDashes: readonly string[] | undefined;
}

/** Longest time for one call to tmux, ms. */
export const callMs = 5_000;

/** Runs `fleet send`: gives a text to agents as if a person had pasted it there. Never sends it twice. */
export async function sendCommand(
  context: Context,
  given: SendWords,
  labels: Selection["labels"],
  flags: SendFlags,
): Promise<ExitCode> {
  const begun = await prepareSend(context, given, labels, flags);
  if (!begun.ok) return report(context, begun.diagnostics);
  const { sending, selected, sender } = begun.value;
  const { output } = context;
  const reader = { sender, host: context.flags.hostHere };
  const signals = listenForSignals(() => undefined, context.caller?.stop);
  const { soon } = signals.stopSignals;
  const isLines = flags.output === "jsonl";
  const results = new Map<string, Delivery>();
  const noteDelivery = (delivery: Delivery): void => {
    results.set(delivery.agent, delivery);
    if (isLines) output.raw(deliveryLine(delivery, reader));
  };
  for (const each of selected)
    if (each.kind === "not-ready")
      noteDelivery({ agent: each.agent, verdict: "not-delivered", reason: each.reason });
  const ready = selected.filter((each) => each.kind === "ready");
  await deliverAll(ready, sending, soon, noteDelivery);
  signals.end();
  // An agent would answer the question itself.
  const mayAsk = sender === undefined && context.caller === undefined && canAsk();
  if (mayAsk && !output.options.json && !soon.aborted) {
    const agreed = await agreedTo([...results.values()].filter(isHesitant));
    const again = ready.filter(({ agent }) => agreed.has(agent));
    await deliverAll(again, { ...sending, isForced: true }, soon, noteDelivery);
  }
  const deliveries = selected.flatMap(({ agent }) => results.get(agent) ?? []);
  if (!isLines) output.json(sendJson(sending.text, deliveries, reader));
  printDeliveries(output, deliveries, reader);
  return soon.aborted ? exitCodes.interrupted : exitCodeOfDeliveries(deliveries);
}

/** A text that is ready, and its agents. */
interface PreparedSend {
  readonly sending: SendOrder;
  readonly selected: readonly Selected[];
  /** The agent that sends it; undefined for a person. */
  readonly sender: Sender | undefined;
}

/** Finds the agents and reads the text. */
async function prepareSend(
  context: Context,
  given: SendWords,
  labels: Selection["labels"],
  { all = false, textFile, raw = false, force = false, enter }: SendFlags,
): Promise<Result<PreparedSend>> {
  const input = context.caller?.input;
  const begun = await surveyAddressees(context, {
    ...given,
    verb: "send",
    labels,
    all,
    force,
    hasFile: textFile !== undefined || input !== undefined,
    // Standard input is the line to the other machine.
    hasInput: context.flags.hostHere === undefined && !process.stdin.isTTY,
  });
  if (!begun.ok) return begun;
  const { surveyed, addressees } = begun.value;
  const { agents, rest, sender } = addressees;
  const read = await inputText(input ?? rest?.join(" "), textFile, raw);
  if (!read.ok) return read;
  const sending: SendOrder = {
    exec: boundedExec(context.exec, callMs),
    socket: surveyed.desired.layout.socket,
    text: signedText(read.value, sender),
    hasEnter: enter !== false,
    isForced: force,
    isFromAgent: sender !== undefined,
    factor: timeoutFactor(process.env),
  };
  return ok({ sending, selected: recipientsOf(surveyed, agents), sender });
}

/** Delivers a text to some agents, until it is interrupted. */
async function deliverAll(
  some: readonly Recipient[],
  sending: SendOrder,
  interrupt: AbortSignal,
  onDelivery: (delivery: Delivery) => void,
): Promise<void> {
  await eightAtATime(some, async (one) =>
    onDelivery(
      interrupt.aborted
        ? { agent: one.agent, verdict: "not-delivered", reason: "interrupted" }
        : await deliverText(one, sending),
    ),
  );
}

/** Asks about the agents with a question or a draft, and returns those that are to get the text in spite of it. */
async function agreedTo(hesitant: readonly Delivery[]): Promise<ReadonlySet<string>> {
  if (hesitant.length === 0) return new Set();
  const answer = await confirm(hesitationQuestion(hesitant), hesitationLines(hesitant));
  return new Set(answer === "yes" ? hesitant.map(({ agent }) => agent) : []);
}

function printDeliveries(output: Output, deliveries: readonly Delivery[], reader: ResultReader): void {
  if (output.options.json) return;
  const shown = output.options.quiet
    ? deliveries.filter(({ verdict }) => verdict !== "delivered")
    : deliveries;
  const lines = deliveryLines(shown, output.colors, reader);
  output.raw(lines.map((line) => `${line}\n`).join(""));
}

function isHesitant(delivery: Delivery): boolean {
  return (
    delivery.verdict === "not-delivered" && (delivery.reason === "question" || delivery.reason === "draft")
  );
}

/** Returns the exit code of the worst result: refused, not delivered, unconfirmed, delivered. */
function exitCodeOfDeliveries(deliveries: readonly Delivery[]): ExitCode {
  if (deliveries.some(isHesitant)) return exitCodes.blocked;
  if (deliveries.some(({ verdict }) => verdict === "not-delivered")) return exitCodes.agentsFailed;
  return deliveries.some(({ verdict }) => verdict === "unconfirmed") ? exitCodes.error : exitCodes.ok;
}
