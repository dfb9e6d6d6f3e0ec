import { version } from "../system/version.ts";
import { ignoreLostReaders } from "./lost-readers.ts";

/** Prints the version, as `fleet --version` does. */
export function printVersion(): void {
  ignoreLostReaders();
  process.stdout.write(`${version}\n`);
}
