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
