import type { PolledFolders, Polling } from "../../observed/polling.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { exactDuration } from "../phrases.ts";
import { listOf } from "../../text/counting.ts";

/** Returns the polled paths of a watch, the reasons, and the ways out: a line for each reason. */
export function pollingText({ everyMs, polled }: Polling, colors: Colors): readonly string[] {
  return polled.map((group) => {
    const seen = `Changes in ${polledPlaces(group)} are found by polling, every ${exactDuration(everyMs)}`;
    return `${colors.cyan("Note:")} ${seen}: ${reasonFor(group)}`;
  });
}

/** Returns `20 folders (/ and below)`, or the path of the only one. */
function polledPlaces({ folders, count: all }: PolledFolders): string {
  const shown = listOf(folders.map(visible), 3);
  if (all === 1) return shown;
  return `${all} folders (${shown}${all > folders.length ? " and below" : ""})`;
}

function reasonFor({ why, fileSystems }: PolledFolders): string {
  switch (why) {
    case "remote":
      return `on ${fileSystems.join(" and ")}, the kernel does not report what other machines change.`;
    case "asked":
      return "CHOKIDAR_USEPOLLING asks for it.";
    case "no-instances":
      return (
        "this user's inotify instances are used up (EMFILE); each program that watches files takes one. " +
        `Raise the limit: ${sysctl("max_user_instances", 1_024)}. Polling then ends by itself.`
      );
    case "no-watches":
      return (
        "this user's inotify watches are used up (ENOSPC); each folder that a program watches takes one. " +
        `Raise the limit: ${sysctl("max_user_watches", 1_048_576)}. Polling then ends by itself.`
      );
  }
}

function sysctl(limit: string, value: number): string {
  return `sudo sysctl fs.inotify.${limit}=${value}`;
}
