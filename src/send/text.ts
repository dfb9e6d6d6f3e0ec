import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";

/** Longest text, bytes. tmux takes a text of this size to a pane in a third of a second (measured). */
export const maxTextBytes = 1024 * 1024;

/** Longest line a terminal in line mode takes, bytes, without its line feed: N_TTY_BUF_SIZE of Linux is 4,096. */
export const maxCookedLine = 4_095;

/**
 * Characters a terminal may take for a key or a command: all control characters except line feed and tab. ESC could
 * end the paste early, and then the rest of the text would be keys.
 */
const dangerous = /(?![\n\t])\p{Cc}/u;

/**
 * Returns bytes as a text to send: UTF-8 without control characters, except line feeds and tabs. CRLF becomes LF. Removes
 * the line feeds at the end, unless `keepsEnd`. `source` names the text in problems.
 */
export function textToSend(bytes: Uint8Array, source: string, keepsEnd: boolean): Result<string> {
  if (bytes.length > maxTextBytes) {
    return fail("bad-usage", `${source} is longer than 1 MiB`, {
      hint: "write it into a file, and send the agent its path",
    });
  }
  const decoded = decode(bytes);
  if (decoded === undefined) {
    return fail("bad-usage", `${source} is not UTF-8`, {
      hint: "convert it with iconv, or write it into a file and send the agent its path",
    });
  }
  const whole = decoded.replaceAll("\r\n", "\n");
  const at = whole.search(dangerous);
  if (at >= 0) return controlCharacter(whole, at, source);
  const text = keepsEnd ? whole : whole.replace(/\n+$/, "");
  return text.trim() === ""
    ? fail("bad-usage", `${source} is empty`, {
        hint: wording`for a key alone: ${fleetCommand("keys")} AGENT Enter`,
      })
    : ok(text);
}

/** Returns the length of the longest line, bytes, without its line feed. */
export function longestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => Buffer.byteLength(line)));
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function controlCharacter(text: string, at: number, source: string): Result<string> {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
  const name = characterNames.get(code);
  return fail(
    "bad-usage",
    `${source} has a control character at byte ${Buffer.byteLength(before)}, in line ${line}`,
    {
      detail: `It is U+${code}${name === undefined ? "" : ` (${name})`}. A program would take it for a key.`,
      hint: wording`remove it, for example with \`sed 's/\\x1b\\[[0-9;]*m//g'\` for colours; ${fleetCommand("keys")} AGENT KEY presses a key`,
    },
  );
}

const characterNames: ReadonlyMap<string, string> = new Map([
  ["0000", "NUL"],
  ["0003", "Ctrl-C"],
  ["000D", "carriage return"],
  ["001B", "ESC"],
  ["007F", "backspace"],
]);
