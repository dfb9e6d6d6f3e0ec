import * as z from "zod/mini";
import { key, map } from "./key.ts";
import { positiveDuration, stopText, tmuxKey } from "./values.ts";

/** The map `stop` of an agent. */
export const stop = z
  .strictObject(
    {
      send: key(
        stopText,
        "A text that ends the program, typed into its pane and followed by Enter. By default that of the program, if it is a known one.",
        { examples: ["/exit"] },
      ),
      keys: key(
        z.array(tmuxKey, "list").check(z.minLength(1, "keys")),
        "Keys that end the program, instead of a text, by their names in tmux.",
        { examples: [["C-c", "C-c"]] },
      ),
      timeout: key(
        positiveDuration,
        "Time to end after the text or the keys; then SIGTERM and stopTimeout follow.",
        {
          default: "30s",
          examples: ["1m"],
        },
      ),
    },
    map,
  )
  .check(z.refine(({ send, keys }) => send === undefined || keys === undefined, "sendOrKeys"));
