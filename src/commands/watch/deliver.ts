import { readContent } from "../../drivers/files/read.ts";
import { postJson } from "../../drivers/receivers/post-json.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Receiver } from "../../notify/receiver.ts";
import type { Message } from "../../report/notify/message.ts";
import { print } from "../../report/terminal/print.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import { expandHome } from "../../text/paths.ts";

/** The means of a delivery. */
export interface Means {
  readonly exec: Exec;
  readonly machine: Machine;
  /** Ends a delivery under way. */
  readonly abort: AbortSignal;
}

/** A receiver that needs longer counts as failed, ms. */
const timeoutMs = 10_000;

/** The kernel takes no longer variable than 128 KiB (execve(2)). */
const longestJson = 100_000;

/** Hands a message to a receiver. Returns undefined once it has it, or the reason in words. */
export async function deliverMessage(
  receiver: Receiver,
  { title, text, payload }: Message,
  { exec, machine, abort }: Means,
): Promise<string | undefined> {
  const { command, webhook, webhookFile, desktop } = receiver;
  if (command !== undefined) {
    const [file = "", ...args] = typeof command === "string" ? ["sh", "-c", command] : command;
    const json = JSON.stringify(payload);
    const env = {
      MOSAIC_NOTIFY_TITLE: title,
      MOSAIC_NOTIFY_TEXT: text,
      MOSAIC_NOTIFY_JSON: json.length > longestJson ? "" : json,
    };
    return deliveryFailure(file, await exec({ file, args, env, timeoutMs }, abort));
  }
  if (webhook !== undefined) return postJson(webhook, payload, timeoutMs);
  if (webhookFile !== undefined) {
    const path = expandHome(webhookFile, machine.home);
    const address = readContent(path)?.trim();
    if (address === undefined) return `${webhookFile} cannot be read`;
    if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return `${webhookFile} has no address`;
    return postJson(address, payload, timeoutMs);
  }
  if (desktop === true) {
    const args = ["--app-name=mosaic-fleet", "--", title, text];
    return deliveryFailure("notify-send", await exec({ file: "notify-send", args, timeoutMs }, abort));
  }
  if (process.stdout.isTTY) print("stdout", "\u0007");
  return undefined;
}

function deliveryFailure(program: string, outcome: CommandOutcome): string | undefined {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0
        ? undefined
        : [`it ended with exit status ${outcome.code}`, lastLine(outcome.stderr)].filter(Boolean).join(": ");
    case "killed":
      return `it was ended by ${outcome.signal}`;
    case "timed-out":
      return `it did not end within ${outcome.timeoutMs / 1000} s`;
    case "not-found":
      return `${program} was not found`;
    case "not-started":
      return outcome.message;
  }
}
