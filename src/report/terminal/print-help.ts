import { readFileSync } from "node:fs";
import { lostOutput, print } from "./print.ts";

/** Prints the `fleet --help` that the build keeps beside this file; returns false if there is none or it cannot be written. */
export function printKeptHelp(): boolean {
  try {
    const text = readFileSync(new URL("help.txt", import.meta.url), "utf8");
    print("stdout", text);
    return lostOutput() === undefined;
  } catch {
    return false;
  }
}
