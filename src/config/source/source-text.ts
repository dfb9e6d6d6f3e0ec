import { formatDuration } from "../../text/durations.ts";
import type { GitSettings } from "./source-settings.ts";

/** Returns the text of a source.yaml with these settings. Pure. */
export function sourceText({ fleet, git, ref, path, host, intervalMs, verify }: GitSettings): string {
  const lines = [
    "# The Git repository that this machine takes its fleet.yaml from. fleet watch --source follows it.",
    "version: 1",
    `fleet: ${JSON.stringify(fleet)}`,
    `git: ${JSON.stringify(git)}`,
    `ref: ${JSON.stringify(ref)}`,
    `path: ${JSON.stringify(path)}`,
    ...(host === undefined ? [] : [`host: ${JSON.stringify(host)}`]),
    `interval: ${formatDuration(intervalMs)}`,
    verify.kind === "none"
      ? "verify: none"
      : `verify: { allowedSigners: ${JSON.stringify(verify.allowedSigners)}, commits: ${verify.commits} }`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The name of a setting, as people read it. */
export type ShownSetting = "git" | "ref" | "path" | "host" | "interval" | "verify";

/** Returns the settings for people, each with its value. Pure. */
export function shownSettings({
  git,
  ref,
  path,
  host,
  intervalMs,
  verify,
}: GitSettings): readonly (readonly [ShownSetting, string])[] {
  return [
    ["git", git],
    ["ref", ref],
    ["path", path],
    ...(host === undefined ? [] : [["host", host] as const]),
    ["interval", formatDuration(intervalMs)],
    ["verify", verify.kind === "none" ? "none" : verify.commits],
  ];
}
