import type { KeyPress } from "../../send/delivery.ts";
import type { Colors } from "../terminal/colors.ts";
import { agentWords } from "../phrases.ts";
import { visible } from "../terminal/display-text.ts";
import type { KeysJson } from "./send-output.ts";
import { askingPhrase, obstacleText } from "./send-text.ts";

type NotPressed = Extract<KeyPress, { verdict: "not-pressed" }>;

/**
 * Returns a line for each agent: its name, the result, and the reason of keys that were not pressed. `host` is the name of this
 * machine for a reader on another one.
 */
export function keyLines(
  keys: readonly string[],
  results: readonly KeyPress[],
  host: string | undefined,
  colors: Colors,
): readonly string[] {
  const width = Math.max(...results.map(({ agent }) => agent.length));
  return results.map((result) => {
    const name = result.agent.padEnd(width);
    return result.verdict === "pressed"
      ? `${name}  ${colors.green("pressed")} ${visible(keys.join(" "))}`
      : `${name}  ${colors.red("not pressed")}: ${reasonText(result, keys.length, host)}`;
  });
}

/** Returns the results as their documented JSON object. */
export function keysJson(
  keys: readonly string[],
  results: readonly KeyPress[],
  host: string | undefined,
): KeysJson {
  return {
    formatVersion: "2.0",
    keys,
    agents: results.map((result) => ({
      agent: result.agent,
      verdict: result.verdict,
      pressed: result.pressed,
      reason: result.verdict === "pressed" ? null : result.reason,
      message: result.verdict === "pressed" ? null : reasonText(result, keys.length, host),
    })),
  };
}

function reasonText(result: NotPressed, count: number, host: string | undefined): string {
  const some = result.pressed === 0 ? "" : `after ${result.pressed} of ${count} keys, `;
  return some + obstacleToKeysText(result, host);
}

function obstacleToKeysText({ agent, reason, detail = "" }: NotPressed, host: string | undefined): string {
  if (reason === "in-mode")
    return `somebody reads in its pane (${visible(detail)}), which takes the keys; --force ends that first`;
  if (reason === "synchronized")
    return "other panes of its window would get the keys too (synchronize-panes)";
  if (reason === "question") return `it ${askingPhrase(detail)}. Only a person may answer it`;
  return obstacleText(reason, agentWords(visible(agent), host), detail);
}
