import * as z from "zod/mini";
import { durationPattern, maxDurationMs, parseDuration } from "../../../text/durations.ts";
import { later } from "./later.ts";
import type { ValueKind } from "./value-kinds.ts";
import {
  dotSegments,
  envNamePattern,
  hasControlCharacter,
  hasUnusableCharacter,
  lostEnvNames,
  maxCarried,
  maxEnvName,
  maxPath,
  maxPathPart,
  isRegularExpression,
  namePattern,
  pathPattern,
  reservedEnvPattern,
  socketPattern,
  tmuxKeyPattern,
} from "./names.ts";
import {
  cpuQuotaPattern,
  fileSizePattern,
  isUsableMemorySize,
  memorySizePattern,
  parseFileSize,
  terminalSizePattern,
} from "./sizes.ts";

// The kinds of values in fleet.yaml. They use a regular expression wherever one is enough, so editors check
// it too.

const text = (kind: ValueKind) => z.string(kind);
const matching = (kind: ValueKind, pattern: RegExp) => text(kind).check(z.regex(pattern, kind));
const isOneLine = (value: string) => !hasControlCharacter(value) && !hasUnusableCharacter(value);
const isCarriable = (value: string) => !hasUnusableCharacter(value);
const isShortEnough = (value: string) => Buffer.byteLength(value) <= maxCarried;
/**
 * Returns true if the words fit into a line for sh: each word has quotes, and a quote within them becomes
 * four characters.
 */
const areShortEnough = (words: readonly string[]) =>
  isShortEnough(`exec ${words.map((word) => `'${word.replaceAll("'", "????")}'`).join(" ")}`);

export const flag = later(() => z.boolean("flag"));
export const reference = later(() => text("reference"));
export const name = later(() => matching("name", namePattern));
export const socket = later(() => matching("socket", socketPattern));
/** The characters of names, addresses and IPv6 scopes. Without a leading `-`, ssh does not take it for an option. */
export const sshTarget = later(() => matching("sshTarget", /^[A-Za-z0-9._@:%+[\]][A-Za-z0-9._@:%+[\]-]*$/));

/** Outputs ms. */
export const duration = later(() => durationOf("duration", 0));
/** Outputs ms. systemd takes 0 as "for ever" (TimeoutStopSec=) or "no limit" (StartLimitIntervalSec=). */
export const positiveDuration = later(() => durationOf("positiveDuration", 1));

export const memorySize = later(() =>
  matching("memorySize", memorySizePattern).check(z.refine(isUsableMemorySize, "memorySize")),
);
export const cpuQuota = later(() =>
  matching("cpuQuota", cpuQuotaPattern).check(z.refine((value) => Number.parseFloat(value) > 0, "cpuQuota")),
);
/** Outputs bytes. */
export const fileSize = later(() =>
  z.pipe(
    matching("fileSize", fileSizePattern).check(
      z.refine((value) => parseFileSize(value) !== undefined, "fileSize"),
    ),
    z.transform((value) => parseFileSize(value) ?? 0),
  ),
);
export const terminalSize = later(() => matching("terminalSize", terminalSizePattern));
/** At most the kernel's limit for a pid (proc(5), pid_max). */
export const tasksMax = later(() =>
  z.union([integerOf("tasksMax", 1, 2 ** 22), z.literal("infinity", "tasksMax")], "tasksMax"),
);

export const path = later(() => pathValue("path"));
export const filePath = later(() =>
  pathValue("filePath").check(
    z.refine((value) => value !== "~" && !/(?:^|\/)\.{0,2}$/.test(value), "filePath"),
  ),
);

/** An address for HTTP requests. */
export const webAddress = later(() =>
  matching("webAddress", /^https?:\/\/[^\s/]/).check(z.refine((value) => URL.canParse(value), "webAddress")),
);

/** Further files of the fleet: one, or a list. */
export const include = later(() => z.union([filePath(), z.array(filePath(), "list")], "include"));

export const line = later(() => text("line").check(z.maxLength(200, "line"), z.refine(isOneLine, "line")));
/** A text to type into a pane. A control character would be a key, and end the text. */
export const stopText = later(() =>
  text("stopText").check(
    z.minLength(1, "stopText"),
    z.maxLength(1000, "stopText"),
    z.refine((value) => isOneLine(value) && value.trim() !== "", "stopText"),
  ),
);

/** tmux expands formats in the names of windows, and shows other letters as _ without a UTF-8 locale. */
export const windowName = later(() =>
  matching("windowName", /^[A-Za-z0-9_][A-Za-z0-9_ ./+@-]{0,47}$/).check(
    z.refine((value) => !value.endsWith(" "), "windowName"),
  ),
);

/** A title of a window or pane. */
export const title = later(() => line().check(z.refine((value) => value.trim() !== "", "title")));

/** Outputs `20` or `30%`. */
export const paneSize = later(() =>
  z.pipe(
    z.union([wholeNumber(1, 9999), matching("paneSize", /^(?:[1-9]|[1-9]\d)%$/)], "paneSize"),
    z.transform(String),
  ),
);

const percentage = (kind: ValueKind) => matching(kind, /^(?:[1-9]|[1-9]\d|100)%$/);

/** A number of hosts, or a percentage of them: `3`, `25%`. */
export const hostShare = later(() => z.union([wholeNumber(1, 10_000), percentage("hostShare")], "hostShare"));
/** The same, or none. */
export const hostShareFromZero = later(() =>
  z.union([wholeNumber(0, 10_000), percentage("hostShare")], "hostShare"),
);
export const tmuxKey = later(() => matching("tmuxKey", tmuxKeyPattern));

/** An extended regular expression of POSIX for one row. An error for JavaScript is one for grep, too. */
export const rowPatternValue = later(() =>
  text("rowPattern").check(
    z.minLength(1, "rowPattern"),
    z.maxLength(1000, "rowPattern"),
    z.refine((value) => isOneLine(value) && isExtendedPattern(value), "rowPattern"),
  ),
);

/** Returns false for a pattern with an error, or with a form that only other tools have. */
function isExtendedPattern(value: string): boolean {
  if (/\\[dDpP]|\(\?/.test(value)) return false;
  try {
    return new RegExp(value).source !== "";
  } catch {
    return false;
  }
}

const labelName = later(() =>
  text("labelName").check(
    z.minLength(1, "labelName"),
    z.maxLength(200, "labelName"),
    z.refine(isOneLine, "labelName"),
  ),
);
export const labels = later(() => z.record(labelName(), line(), "map"));

/** A number of hosts, a percentage of them, their names, or their labels. */
export const canaryHosts = later(() =>
  z.union(
    [
      wholeNumber(1, 10_000),
      percentage("canary"),
      z.array(reference(), "list"),
      z.strictObject({ labels: labels() }, "map"),
    ],
    "canary",
  ),
);

/** A line for sh. */
export const shellCommand = later(() =>
  matching("command", /\S/).check(z.refine(isCarriable, "carriable"), z.refine(isShortEnough, "shortEnough")),
);

/** A string is a line for sh, a list an argument vector. */
export const command = later(() =>
  z.union(
    [
      shellCommand(),
      z.array(text("word").check(z.refine(isCarriable, "carriable")), "command").check(
        z.minLength(1, "command"),
        z.refine(([program]) => program === undefined || program.trim() !== "", {
          error: "program",
          path: [0],
        }),
        z.refine(areShortEnough, "shortEnough"),
      ),
    ],
    "command",
  ),
);

/** A line for sh that continues a conversation, or false for none. */
export const resumeLine = later(() =>
  z.union(
    [
      matching("resumeLine", /\S/).check(
        z.refine(isOneLine, "resumeLine"),
        z.refine(isShortEnough, "shortEnough"),
      ),
      z.literal(false, "resumeLine"),
    ],
    "resumeLine",
  ),
);

/** A regular expression for one row of a screen. */
export const pattern = later(() =>
  text("pattern").check(
    z.minLength(1, "pattern"),
    z.refine((value) => isRegularExpression(value), "pattern"),
  ),
);
export const patterns = later(() => z.array(pattern(), "list"));

/** Keys by the names of tmux: Escape, C-c, M-x, F1. */
export const keyNames = later(() =>
  z
    .array(matching("keyName", /^(?:[CMS]-)*(?:[!-~]|[A-Z][A-Za-z0-9]+)$/), "list")
    .check(z.minLength(1, "keyName")),
);

const shellLine = later(() =>
  matching("hook", /\S/).check(z.refine(isCarriable, "carriable"), z.refine(isShortEnough, "shortEnough")),
);

/** A line for sh, or several that run one after the other. */
export const hook = later(() =>
  z.union([shellLine(), z.array(shellLine(), "list").check(z.minLength(1, "hook"))], "hook"),
);

/** Names of agents from before: one, or a list. */
export const formerly = later(() =>
  z.union([name(), z.array(name(), "list").check(z.minLength(1, "formerly"))], "formerly"),
);

const envName = later(() =>
  matching("envName", envNamePattern).check(
    z.refine((value) => value.length <= maxEnvName, "envName"),
    z.refine((value) => !reservedEnvPattern.test(value), "freeEnvName"),
    z.refine((value) => !lostEnvNames.has(value), "arrivingEnvName"),
  ),
);
export const env = later(() =>
  z.record(
    envName(),
    text("envValue").check(z.refine(isCarriable, "carriable"), z.refine(isShortEnough, "shortEnough")),
    "map",
  ),
);

/** Returns the check of a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  return integerOf(`whole ${min}..${max}`, min, max);
}

function integerOf(kind: ValueKind, min: number, max: number) {
  return z.int(kind).check(z.minimum(min, kind), z.maximum(max, kind));
}

function durationOf(kind: ValueKind, min: number) {
  const written = matching(kind, durationPattern).check(
    z.refine((value) => {
      const ms = parseDuration(value);
      return ms !== undefined && ms >= min && ms <= maxDurationMs;
    }, kind),
  );
  return z.pipe(
    written,
    z.transform((value) => parseDuration(value) ?? 0),
  );
}

function pathValue(kind: ValueKind) {
  return matching(kind, pathPattern).check(
    z.refine((value) => isOneLine(value) && !dotSegments.test(value), kind),
    z.refine(isOpenable, "openable"),
  );
}

/**
 * Returns true if the kernel can open the path. The home directory is unknown here, so the plan checks the
 * length with it.
 */
function isOpenable(value: string): boolean {
  const areShort = value.split("/").every((part) => Buffer.byteLength(part) <= maxPathPart);
  return areShort && Buffer.byteLength(value) <= maxPath;
}
