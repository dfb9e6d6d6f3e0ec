import * as z from "zod/mini";
import { choice, key } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { command, duration, filePath, webAddress } from "./values/values.ts";
import type { ValueKind } from "./values/value-kinds.ts";

/** The kinds of news a receiver may ask for. */
export const topics = [
  "failed",
  "crashed",
  "recovered",
  "completed",
  "pending",
  "blocked",
  "healed",
  "problem",
  "waiting",
  "limited",
  "idle",
] as const;

/** One kind of news. */
export type Topic = (typeof topics)[number];

/** The news of a receiver without a choice: those with a need for a person. */
export const defaultTopics: readonly Topic[] = ["failed", "blocked", "problem", "waiting", "limited"];

/** The keys that say how a receiver is reached. An entry of `notify` has exactly one of them. */
const receiverKinds = ["command", "webhook", "webhookFile", "desktop", "bell"] as const;

/** One entry of `notify`. */
export const receiverSchema = keyedMap(
  () => ({
    on: key(() => z.array(z.enum(topics, choice), "list"), "The news that it receives.", {
      default: defaultTopics,
      examples: [["failed", "pending"]],
    }),
    command: key(
      command,
      "A command to run, with the news in MOSAIC_NOTIFY_TITLE, MOSAIC_NOTIFY_TEXT and MOSAIC_NOTIFY_JSON.",
      { examples: ['curl -fsS -d "$MOSAIC_NOTIFY_TEXT" https://ntfy.sh/my-fleet'] },
    ),
    webhook: key(webAddress, "An address that receives the news as a JSON object, by POST.", {
      examples: ["https://example.org/hook"],
    }),
    webhookFile: key(filePath, "A file with such an address, if the address is a secret.", {
      examples: ["~/.config/mosaic/secrets/slack-hook"],
    }),
    desktop: key(() => z.literal(true, "flag"), "A message on the desktop, by notify-send."),
    bell: key(() => z.literal(true, "flag"), "The bell of the terminal in which fleet watch runs."),
    every: key(duration, "Shortest time between two messages. The news in between share a message.", {
      default: "30s",
    }),
  }),
  () => [
    z.refine(
      (entry) => receiverKinds.filter((kind) => entry[kind] !== undefined).length === 1,
      "receiver" satisfies ValueKind,
    ),
  ],
);
