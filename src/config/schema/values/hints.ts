import { formatDuration, parseDuration, suggestDuration } from "../../../text/durations.ts";
import { shapeHint } from "./shape-hints.ts";
import { dotSegments, nameLike, reservedEnvPattern } from "./names.ts";
import type { Path } from "../../problem.ts";
import { suggestFileSize, suggestMemorySize, suggestTerminalSize } from "./sizes.ts";
import { quoteShortened } from "../../describe-path.ts";

/** A function that returns the correction of an invalid value, if the value and its place reveal it. */
export type HintFor = (value: unknown, path: Path) => string | undefined;

/** Returns a hint to quote: YAML reads `1` and `true` as no strings, which surprises most in env. */
export const hintToQuote: HintFor = (value) =>
  typeof value === "number" || typeof value === "boolean"
    ? `put it in quotes: YAML reads a ${typeof value} without them`
    : undefined;

/** Returns a hint for YAML 1.1's other words for booleans. */
export const hintForFlag: HintFor = (value) => {
  if (typeof value !== "string") return undefined;
  if (/^(?:yes|on|true)$/i.test(value)) return "write true, without quotes";
  return /^(?:no|off|false)$/i.test(value) ? "write false, without quotes" : undefined;
};

/** Returns a hint for a value that should be a map. */
export const hintForMap: HintFor = (value, path) => {
  if (typeof value === "string" && /^[\w-]+:\S/.test(value) && !value.includes("://")) {
    return shapeHint(path, value) ?? "put a space after the colon";
  }
  const shape = shapeHint(path, value);
  if (shape !== undefined) return shape;
  if (value === null && path[0] === "runtimes") return `write ${String(path.at(-1))}: { command: … }`;
  if (value === null) return "indent KEY: VALUE lines below it, or remove the key";
  return Array.isArray(value) ? "write KEY: VALUE lines, without dashes" : undefined;
};

/** Returns a hint for a value that should be a list. */
export const hintForList: HintFor = (value) => {
  if (typeof value === "object" && value !== null) {
    return `write a list: [${Object.keys(value).slice(0, 5).join(", ")}]`;
  }
  if (typeof value !== "string") return undefined;
  return /^-\S/.test(value) ? "put a space after each dash" : `put it in brackets: [${value}]`;
};

/** Returns a hint for the name of a fleet, an agent or a runtime. */
export const hintForName: HintFor = (value, path) => {
  if (typeof value !== "string") return hintToQuote(value, path);
  const guess = nameLike(value);
  return guess === "" || guess === value ? undefined : `for example ${quoteShortened(guess)}`;
};

/** Returns a hint for a path with an unexpanded form, or in the form of another system. */
export const hintForPath: HintFor = (value) => {
  if (value === null) return 'an unquoted ~ means "nothing" in YAML: write "~" in quotes, or remove the key';
  if (typeof value !== "string" || value === "") return undefined;
  if (/^[A-Za-z]:[\\/]/.test(value)) return windowsHint(value);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return "write the path of a file or folder, not an address";
  if (value.includes("$")) return "variables are not expanded here; begin with ~/ for your home directory";
  if (dotSegments.test(value)) return "write the path without its . and .. parts";
  if (/^~[^/]/.test(value)) return "~ stands only for your own home directory; write another one in full";
  return /(?:^|\/)\.{0,2}$/.test(value) || value === "~" ? "this is the path of a directory" : undefined;
};

function windowsHint(value: string): string {
  const below = value.slice(3).replaceAll("\\", "/");
  return `this is a path of Windows; under WSL that is "/mnt/${value.charAt(0).toLowerCase()}/${below}"`;
}

/** Returns a hint for the name of an environment variable. */
export const hintForEnvName: HintFor = (value) => {
  if (typeof value !== "string") return undefined;
  if (/^[A-Za-z_]\w*:\S/.test(value)) return "put a space after the colon";
  if (/^[A-Za-z_]\w*=/.test(value)) return "write NAME: VALUE, with a colon";
  if (reservedEnvPattern.test(value)) return "the fleet sets this variable itself: choose another name";
  const guess = value.replaceAll(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d)/, "_");
  return guess === "" || guess === value ? undefined : `for example ${quoteShortened(guess)}`;
};

/** Returns a hint for a command of an agent or a runtime. */
export const hintForCommand: HintFor = (value, path) => {
  if (value === null || Array.isArray(value) || (typeof value === "string" && value.trim() === "")) {
    return "say what to run, or remove the key";
  }
  return hintToQuote(value, path);
};

/** Returns a hint for the value of an environment variable. */
export const hintForEnvValue: HintFor = (value, path) => {
  if (value === null) return 'write "" for an empty value';
  if (typeof value === "object") return "put it in quotes: a variable holds text";
  return hintToQuote(value, path);
};

/** Returns a hint for a number in quotes, or a fraction. */
export const hintForNumber: HintFor = (value, path) => {
  if (typeof value === "string" && /^\d+$/.test(value)) return `write ${value} without quotes`;
  const key = path.at(-1);
  if (value === 0 && key === "replicas") return "to run none of them, write state: stopped";
  if (value === 0 && key === "limit") return "to never start it again, write policy: no";
  return undefined;
};

/** Returns a hint for a duration without a unit, or with a unit in words. */
export const hintForDuration: HintFor = (value, path) => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
    return `add a unit: ${value}s for seconds, ${value}ms for milliseconds`;
  }
  if (typeof value === "number") return "write whole numbers with their units, such as 1m30s";
  if (typeof value !== "string") return undefined;
  if (/^(?:never|infinity|forever|none|off|unlimited|inf)$/i.test(value)) return endlessHint(path);
  if (parseDuration(value) === 0) return "0 would stand for no limit at all: write 1s or more";
  const fraction = /^(?<number>\d+\.\d+) *(?<unit>d|h|m|s|ms)$/.exec(value)?.groups;
  if (fraction !== undefined) {
    const unit = parseDuration(`1${fraction["unit"]}`) ?? 0;
    return didYouMean(formatDuration(Math.round(Number(fraction["number"]) * unit)));
  }
  return didYouMean(/^\d+$/.test(value) ? `${value}s` : suggestDuration(value));
};

function endlessHint(path: Path): string {
  const key = path.at(-1);
  if (key === "idleAfter") return "for an agent that is never restarted by a change, write onChange: keep";
  if (key === "delay") return "for an agent that is never started again, write policy: no";
  return "the longest duration is 365d";
}

/** Returns a hint for a memory size without a unit, or with a unit unknown to systemd. */
export const hintForMemorySize: HintFor = (value) => {
  if (typeof value === "string" && /^(?:unlimited|none|max|never|-1)$/i.test(value))
    return didYouMean("infinity");
  if (typeof value === "string" && !/^\d+$/.test(value)) return didYouMean(suggestMemorySize(value));
  const number = Number(value);
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  return number > 0 && number < 1024
    ? `add a unit: ${number}G or ${number}M`
    : "add a unit, as in 8G or 512M";
};

/** Returns a hint for the size of a file in another form. */
export const hintForFileSize: HintFor = (value) =>
  typeof value === "string" || typeof value === "number"
    ? (didYouMean(suggestFileSize(String(value))) ?? "write a number with K, M or G, as in 10M")
    : undefined;

/** Returns a hint for a CPU quota without its percent sign. */
export const hintForCpuQuota: HintFor = (value) => {
  if (typeof value === "string" && /^\d+(?:\.\d+)? %$/.test(value)) return didYouMean(value.replace(" ", ""));
  const milli = /^(?<number>\d+)m$/.exec(String(value))?.groups?.["number"];
  if (milli !== undefined) return didYouMean(`${Number(milli) / 10}%`);
  return typeof value === "number" || (typeof value === "string" && /^[\d.]+$/.test(value))
    ? "write a percentage: 100% is one CPU, 200% are two"
    : undefined;
};

/** Returns a hint for a terminal size in another form. */
export const hintForTerminalSize: HintFor = (value) => {
  if (Array.isArray(value)) return didYouMean(suggestTerminalSize(value.join("x ")));
  return typeof value === "string" ? didYouMean(suggestTerminalSize(value)) : 'write "COLUMNSxROWS"';
};

function didYouMean(guess: string | undefined): string | undefined {
  return guess === undefined ? undefined : `did you mean ${quoteShortened(guess)}?`;
}
