import type { MemoryEnd } from "../observed/types.ts";
import { sizeText } from "../text/size-text.ts";

/** Returns `memory ran out: it reached its limit of 60 MB`, or that it was no limit of the agent. */
export function memoryEndPhrase({ limitBytes }: Pick<MemoryEnd, "limitBytes">): string {
  return limitBytes === undefined
    ? "memory ran out on the machine, and the kernel ended what took most"
    : `memory ran out: it reached its limit of ${sizeText(limitBytes)}`;
}

/** Returns the remedy. */
export function memoryEndHint({ limitBytes }: Pick<MemoryEnd, "limitBytes">): string {
  return limitBytes === undefined
    ? "a limit in resources.memoryMax keeps one agent from taking the memory of all; fleet top shows who takes how much"
    : "raise resources.memoryMax, or let it take less; fleet top shows who takes how much";
}
