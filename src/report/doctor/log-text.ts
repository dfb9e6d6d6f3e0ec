import type { Facts } from "../../doctor/finding.ts";
import { shellWord } from "../../text/shell-word.ts";
import { sizeText } from "../../text/size-text.ts";
import { namesText } from "../alike.ts";
import type { FindingText } from "./finding-words.ts";

type LogFactsOf<Kind extends Facts["kind"]> = Extract<Facts, { readonly kind: Kind }>;

/** Returns a finding on logs in words. */
export function logFindingText(facts: LogFactsOf<"log-unwritten" | "log-blocked" | "log-disk">): FindingText {
  switch (facts.kind) {
    case "log-unwritten": {
      const whose = facts.agents.length === 1 ? "its output is" : "their output is";
      return {
        message: `Nothing writes the log of ${namesText(facts.agents)}: ${whose} only in tmux.`,
        evidence: "The process that tmux starts for it (pipe-pane) has ended.",
        command: "fleet apply",
      };
    }
    case "log-blocked":
      return blockedText(facts);
    case "log-disk": {
      const { path, freeBytes, totalBytes, growthBytes } = facts;
      const folder = shellWord(path);
      return {
        message: diskMessage(facts),
        evidence:
          `${path}: ${sizeText(freeBytes)} of ${sizeText(totalBytes)} free. ` +
          `The logs may grow by ${sizeText(growthBytes)} until all of their files are full.`,
        command: `du -xah ${folder} | sort -h | tail   # then remove files, or lower log.maxSize and log.keep`,
      };
    }
  }
}

function diskMessage({ freeBytes, totalBytes, growthBytes }: LogFactsOf<"log-disk">): string {
  if (freeBytes < 2 ** 20) return "The disk of the logs is full: the next output will be missing in them.";
  return freeBytes < growthBytes && freeBytes > totalBytes * 0.05
    ? "The disk of the logs has less room than they may take."
    : "The disk of the logs is nearly full.";
}

const problems = {
  denied: "may not be written by you",
  "read-only": "is on a read-only file system",
  "no-folder": "is no folder",
  "no-file": "is no regular file",
} as const;

function blockedText({ path, problem, uid, mode, isOwn, agents }: LogFactsOf<"log-blocked">): FindingText {
  const owner = isOwn ? "you" : `user ${uid}`;
  const commands = {
    denied: isOwn ? undefined : `sudo chown "$USER" ${shellWord(path)}`,
    "read-only": `findmnt -T ${shellWord(path)}`,
    "no-folder": `ls -ld ${shellWord(path)}   # move it away`,
    "no-file": `ls -ld ${shellWord(path)}   # move it away`,
  } as const;
  return {
    message: `The log of ${namesText(agents)} cannot be written: ${path} ${problems[problem]}.`,
    evidence: `Its owner is ${owner}, its mode ${mode.toString(8).padStart(4, "0")}.`,
    command: commands[problem],
  };
}
