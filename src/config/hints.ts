import { suggestDuration } from "./durations.ts";
import { dotSegments, maxNameLength, reservedEnvPattern } from "./names.ts";
import { suggestMemorySize, suggestTerminalSize } from "./sizes.ts";
import { quote } from "./wording.ts";

/** What to write instead of a wrong value, if that can be told from the value. */
export type HintFor = (value: unknown) => string | undefined;

/** YAML reads `1` and `true` as no strings, which surprises most in env. */
export const hintToQuote: HintFor = (value) =>
  typeof value === "number" || typeof value === "boolean"
    ? `put it in quotes: YAML reads a ${typeof value} without them`
    : undefined;

/** For the words that YAML 1.1 took for booleans. */
export const hintForFlag: HintFor = (value) => {
  if (typeof value !== "string") return undefined;
  if (/^(?:yes|on|true)$/i.test(value)) return "write true, without quotes";
  return /^(?:no|off|false)$/i.test(value) ? "write false, without quotes" : undefined;
};

/** For a value that should be a map. */
export const hintForMap: HintFor = (value) => {
  if (typeof value === "string" && /^[\w-]+:\S/.test(value)) return "put a space after the colon";
  return Array.isArray(value) ? "write KEY: VALUE lines, without dashes" : undefined;
};

/** For a value that should be a list. */
export const hintForList: HintFor = (value) => {
  if (typeof value !== "string") return undefined;
  return /^-\S/.test(value) ? "put a space after each dash" : `put it in brackets: [${value}]`;
};

/** For the name of a fleet, an agent or a runtime. */
export const hintForName: HintFor = (value) => {
  if (typeof value !== "string") return hintToQuote(value);
  const guess = value
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replaceAll(/^[-_]+|-+$/g, "")
    .slice(0, maxNameLength);
  return guess === "" || guess === value ? undefined : `for example ${quote(guess)}`;
};

/** For a path that is relative, or in a form that nobody expands. */
export const hintForPath: HintFor = (value) => {
  if (typeof value !== "string" || value === "") return undefined;
  if (value.includes("$")) return "variables are not expanded here; begin with ~/ for your home directory";
  if (dotSegments.test(value) && /^[/~]/.test(value)) return "write the path without its . and .. parts";
  if (/^~[^/]/.test(value)) return "~ stands only for your own home directory; write another one in full";
  if (value.endsWith("/") || value === "~") return "this is the path of a directory";
  return value.startsWith("/") || value.startsWith("~")
    ? undefined
    : didYouMean(`~/${value.replace(/^\.\//, "")}`);
};

/** For the name of an environment variable. */
export const hintForEnvName: HintFor = (value) => {
  if (typeof value !== "string") return undefined;
  if (reservedEnvPattern.test(value)) return "the fleet sets this variable itself: choose another name";
  const guess = value.replaceAll(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d)/, "_");
  return guess === "" || guess === value ? undefined : `for example ${quote(guess)}`;
};

/** For a command of an agent or a runtime. */
export const hintForCommand: HintFor = (value) => {
  if (value === null || Array.isArray(value) || (typeof value === "string" && value.trim() === "")) {
    return "say what to run, or remove the key";
  }
  return hintToQuote(value);
};

/** For a duration without a unit, or with a unit in words. */
export const hintForDuration: HintFor = (value) => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) {
    return `add a unit: ${value}s for seconds, ${value}ms for milliseconds`;
  }
  if (typeof value === "number") return "write whole numbers with their units, such as 1m30s";
  if (typeof value !== "string") return undefined;
  return didYouMean(/^\d+$/.test(value) ? `${value}s` : suggestDuration(value));
};

/** For a memory size without a unit, or with a unit that systemd does not know. */
export const hintForMemorySize: HintFor = (value) => {
  if (typeof value === "string" && !/^\d+$/.test(value)) return didYouMean(suggestMemorySize(value));
  const number = Number(value);
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  return number > 0 && number < 1024
    ? `add a unit: ${number}G or ${number}M`
    : "add a unit, as in 8G or 512M";
};

/** For a CPU quota without its percent sign. */
export const hintForCpuQuota: HintFor = (value) => {
  if (typeof value === "string" && /^\d+(?:\.\d+)? %$/.test(value)) return didYouMean(value.replace(" ", ""));
  return typeof value === "number" || (typeof value === "string" && /^[\d.]+$/.test(value))
    ? "write a percentage: 100% is one CPU, 200% are two"
    : undefined;
};

/** For a terminal size in other words. */
export const hintForTerminalSize: HintFor = (value) => {
  if (Array.isArray(value)) return didYouMean(suggestTerminalSize(value.join("x ")));
  return typeof value === "string" ? didYouMean(suggestTerminalSize(value)) : 'write "COLUMNSxROWS"';
};

function didYouMean(guess: string | undefined): string | undefined {
  return guess === undefined ? undefined : `did you mean ${quote(guess)}?`;
}
