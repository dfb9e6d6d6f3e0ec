import { readFileSync } from "node:fs";
import { ignoreLostReaders } from "./lost-readers.ts";

/** Prints the text that the build has kept of `fleet --help` beside this file; false where there is none. */
export function printKeptHelp(): boolean {
  try {
    const text = readFileSync(new URL("help.txt", import.meta.url), "utf8");
    ignoreLostReaders();
    process.stdout.write(text);
    return true;
  } catch {
    return false;
  }
}
