import type { Selection } from "../../plan/selection/selection.ts";
import { deliveryLine, sendJson } from "../../report/send/send-json.ts";
import { deliveryLines, hesitationLines, hesitationQuestion } from "../../report/send/send-text.ts";
import { canAsk, confirm } from "../../report/terminal/confirm.ts";
import type { Delivery } from "../../send/delivery.ts";
import { signedText } from "../../send/sender.ts";
import { boundedExec } from "../../system/bounded-exec.ts";
import { timeoutFactor } from "../../system/exec.ts";
import { listenForSignals } from "../../system/signals.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { SendFlags } from "../shared/flags.ts";
import { surveyAddressees } from "./addressees.ts";
import { deliverText, type Recipient, type Sending } from "./deliver.ts";
import { eightAtATime } from "./eight-at-a-time.ts";
import { inputText } from "./input-text.ts";
import { recipientsOf } from "./recipients.ts";

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
  const { output } = context;
  const input = context.caller?.input;
  const { all = false, textFile, raw = false, force = false } = flags;
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
  if (!begun.ok) return report(context, begun.diagnostics);
  const { surveyed, addressees } = begun.value;
  const { agents, rest, sender } = addressees;
  const read = await inputText(input ?? rest?.join(" "), textFile, raw);
  if (!read.ok) return report(context, read.diagnostics);

  const text = signedText(read.value, sender);
  const reader = { sender, host: context.flags.hostHere };
  const sending: Sending = {
    exec: boundedExec(context.exec, callMs),
    socket: surveyed.desired.layout.socket,
    text,
    hasEnter: flags.enter !== false,
    isForced: force,
    isFromAgent: sender !== undefined,
    factor: timeoutFactor(process.env),
  };
  const selected = recipientsOf(surveyed, agents);
  const ready = selected.filter((each) => each.kind === "ready");
  const signals = listenForSignals(() => undefined, context.caller?.stop);
  const { soon } = signals.stopSignals;
  const isLines = flags.output === "jsonl";
  const results = new Map<string, Delivery>();
  const noteDelivery = (delivery: Delivery): void => {
    results.set(delivery.agent, delivery);
    if (isLines) output.raw(deliveryLine(delivery, reader));
  };
  const deliverAll = (some: readonly Recipient[], isForced: boolean): Promise<unknown> =>
    eightAtATime(some, async (one) =>
      noteDelivery(
        soon.aborted
          ? { agent: one.agent, verdict: "not-delivered", reason: "interrupted" }
          : await deliverText(one, { ...sending, isForced }),
      ),
    );
  for (const each of selected)
    if (each.kind === "not-ready")
      noteDelivery({ agent: each.agent, verdict: "not-delivered", reason: each.reason });
  await deliverAll(ready, sending.isForced);
  signals.end();
  // An agent would answer the question itself.
  const mayAsk = sender === undefined && context.caller === undefined && canAsk();
  const hesitant = [...results.values()].filter(isHesitant);
  if (hesitant.length > 0 && mayAsk && !output.options.json && !soon.aborted) {
    const answer = await confirm(hesitationQuestion(hesitant), hesitationLines(hesitant));
    if (answer === "yes") {
      const wanted = new Set(hesitant.map(({ agent }) => agent));
      const again = ready.filter(({ agent }) => wanted.has(agent));
      await deliverAll(again, true);
    }
  }
  const deliveries = selected.flatMap(({ agent }) => results.get(agent) ?? []);
  if (!isLines) output.json(sendJson(text, deliveries, reader));
  const shown = output.options.quiet
    ? deliveries.filter(({ verdict }) => verdict !== "delivered")
    : deliveries;
  if (!output.options.json) {
    output.raw(
      deliveryLines(shown, output.colors, reader)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  return soon.aborted ? exitCodes.interrupted : exitCodeOfDeliveries(deliveries);
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
