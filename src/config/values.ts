import * as z from "zod";
import { durationPattern, maxDurationMs, parseDuration } from "./durations.ts";
import type { Kind } from "./expectations.ts";
import {
  controlCharacters,
  dotSegments,
  envNamePattern,
  lostEnvNames,
  maxCarried,
  maxEnvName,
  maxPath,
  maxPathPart,
  namePattern,
  pathPattern,
  reservedEnvPattern,
  socketPattern,
  unusableCharacters,
} from "./names.ts";
import { cpuQuotaPattern, isUsableMemorySize, memorySizePattern } from "./sizes.ts";

// The kinds of values in fleet.yaml. What a regular expression can say is said by one, so that editors check it too.

const text = (kind: Kind) => z.string(kind);
const matching = (kind: Kind, pattern: RegExp) => text(kind).regex(pattern, kind);
const integer = (kind: Kind, max: number) => z.int(kind).min(1, kind).max(max, kind);
const isOneLine = (value: string) => !controlCharacters.test(value) && !unusableCharacters.test(value);
const isCarriable = (value: string) => !unusableCharacters.test(value);
const isShortEnough = (value: string) => Buffer.byteLength(value) <= maxCarried;
/** As a line for sh, in which each word has quotes, and a quote within them becomes four characters. */
const areShortEnough = (words: readonly string[]) =>
  isShortEnough(`exec ${words.map((word) => `'${word.replaceAll("'", "????")}'`).join(" ")}`);

export const flag = z.boolean("flag");
export const reference = text("reference");
export const name = matching("name", namePattern);
export const socket = matching("socket", socketPattern);

/** Outputs ms. */
export const duration = durationOf("duration", 0);
/** Outputs ms. For what systemd takes 0 as "for ever" (TimeoutStopSec=) or "no limit" (StartLimitIntervalSec=). */
export const positiveDuration = durationOf("positiveDuration", 1);

export const memorySize = matching("memorySize", memorySizePattern).refine(isUsableMemorySize, "memorySize");
export const cpuQuota = matching("cpuQuota", cpuQuotaPattern).refine(
  (value) => Number.parseFloat(value) > 0,
  "cpuQuota",
);
export const cpuWeight = integer("cpuWeight", 10_000);
/** At most what the kernel allows as a pid (proc(5), pid_max). */
export const tasksMax = z.union(
  [integer("tasksMax", 2 ** 22), z.literal("infinity", "tasksMax")],
  "tasksMax",
);
export const replicas = integer("replicas", 1_000);
export const restartLimit = integer("limit", 10_000);

export const path = pathOf("path");
export const filePath = pathOf("filePath").refine(
  (value) => value !== "~" && !value.endsWith("/"),
  "filePath",
);

export const line = text("line").max(200, "line").refine(isOneLine, "line");
const labelName = text("labelName").min(1, "labelName").max(200, "labelName").refine(isOneLine, "labelName");
export const labels = z.record(labelName, line, "map");

/** A string is a line for sh, a list an argument vector. */
export const command = z.union(
  [
    matching("command", /\S/).refine(isCarriable, "carriable").refine(isShortEnough, "shortEnough"),
    z
      .array(text("word").refine(isCarriable, "carriable"), "command")
      .min(1, "command")
      .refine(([program]) => program === undefined || program.trim() !== "", { error: "program", path: [0] })
      .refine(areShortEnough, "shortEnough"),
  ],
  "command",
);

const envName = matching("envName", envNamePattern)
  .refine((value) => value.length <= maxEnvName, "envName")
  .refine((value) => !reservedEnvPattern.test(value), "freeEnvName")
  .refine((value) => !lostEnvNames.has(value), "arrivingEnvName");
export const env = z.record(
  envName,
  text("envValue").refine(isCarriable, "carriable").refine(isShortEnough, "shortEnough"),
  "map",
);

function durationOf(kind: Kind, min: number) {
  return matching(kind, durationPattern)
    .refine((value) => {
      const ms = parseDuration(value);
      return ms !== undefined && ms >= min && ms <= maxDurationMs;
    }, kind)
    .transform((value) => parseDuration(value) ?? 0);
}

function pathOf(kind: Kind) {
  return matching(kind, pathPattern)
    .refine((value) => isOneLine(value) && !dotSegments.test(value), kind)
    .refine(isOpenable, "openable");
}

/** What ~ stands for is not known here: that a path is too long because of it is found by the plan. */
function isOpenable(value: string): boolean {
  const areShort = value.split("/").every((part) => Buffer.byteLength(part) <= maxPathPart);
  return areShort && Buffer.byteLength(value) <= maxPath;
}
