import { version } from "../../desired/version.ts";
import { lostOutput, print } from "./print.ts";

/** Prints the version, as `fleet --version` does; returns false if it cannot be written. */
export function printVersion(): boolean {
  print("stdout", `${version}\n`);
  return lostOutput() === undefined;
}
