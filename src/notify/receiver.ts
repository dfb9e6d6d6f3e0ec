import type { FleetConfig } from "../config/types.ts";

/** One entry of `notify` in fleet.yaml. */
export type Receiver = NonNullable<FleetConfig["notify"]>[number];

/** Returns a receiver in words, without the parts of an address that may be secret. */
export function receiverPhrase({ command, webhook, webhookFile, desktop }: Receiver): string {
  if (command !== undefined) {
    const [program = ""] = typeof command === "string" ? command.trim().split(/\s/, 1) : command;
    return `the command ${program} …`;
  }
  if (webhook !== undefined) return `the webhook ${new URL(webhook).origin}`;
  if (webhookFile !== undefined) return `the webhook in ${webhookFile}`;
  return desktop === true ? "the desktop" : "the bell";
}
