import { print } from "./print.ts";

/** Tells, in words that every version of node can print, that this one is too old. */
export function printOldNode(version: string, oldest: string, program: string): void {
  print(
    "stderr",
    `Error: fleet needs node ${oldest} or newer, and this is node ${version} (${program}).\n` +
      "  = hint: install a newer one, such as with `nvm install --lts`, and run fleet with that\n",
  );
}
