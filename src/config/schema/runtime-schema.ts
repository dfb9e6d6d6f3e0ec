import * as z from "zod/mini";
import { presetNames } from "../../runtimes/preset-names.ts";
import { choice, key } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { start } from "./life-keys.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import { command, duration, keyNames, pattern, patterns, resumeLine } from "./values/values.ts";

/** The patterns of a program's screen. */
export const screen = keyedMap(() => ({
  prompt: key(pattern, "A row with the prompt of the program.", { examples: ["^❯"] }),
  busy: key(pattern, "A row that the program shows only while it works.", {
    examples: ["esc to interrupt"],
  }),
  dialogs: key(patterns, "Rows of questions that a person must answer.", {
    examples: [["Do you want to proceed"]],
  }),
  limits: key(patterns, "Rows about a limit of the account; the group `until` names its end.", {
    examples: [["limit reached.* resets (?<until>.+)"]],
  }),
}));

/** One entry of `runtimes`. */
export const runtimeSchema = keyedMap(
  () => ({
    command: key(
      command,
      "Command of the runtime: a line for sh, or a list of words. With a preset: how to run its program, with your options.",
      { examples: ["claude --model opus"] },
    ),
    preset: key(
      () => z.enum(presetNames, choice),
      "The program that it runs: how it continues its conversation, and how to know what it does. `fleet explain preset claude` shows a preset.",
      { examples: ["claude"] },
    ),
    resume: key(
      resumeLine,
      "Line for sh that continues the conversation of the agent, instead of the preset's; false begins a new one at each start. $MOSAIC_CONVERSATION is the id of the conversation.",
      { examples: ["claude --continue", false] },
    ),
    activity: key(
      () => z.enum(["hooks", "screen", "off"], choice),
      "How to know what the program does: by hooks that the preset adds to its command and by its screen, by its screen alone, or not at all.",
      { default: "hooks" },
    ),
    enterDelay: key(duration, "Wait between a sent text and its Enter. The preset's by default.", {
      examples: ["300ms"],
    }),
    interrupt: key(keyNames, "Keys that interrupt the program, by tmux's names. The preset's by default.", {
      examples: [["Escape"], ["C-c"]],
    }),
    start: key(start, "The pace at which its agents start, as those of one account."),
    screen: key(screen, "Regular expressions for the last rows of the screen, each instead of the preset's."),
  }),
  () => [
    z.refine(({ command: line, preset }) => line !== undefined || preset !== undefined, {
      error: "command" satisfies ValueKind,
      path: ["command"],
    }),
    z.refine(({ resume, preset }) => resume === undefined || preset !== undefined, {
      error: "presetResume" satisfies ValueKind,
      path: ["resume"],
    }),
  ],
);
