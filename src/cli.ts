import { CommanderError } from "commander";
import { program } from "./command-line/program.ts";
import { createContext } from "./commands/context.ts";
import { reportBug } from "./commands/report-bug.ts";
import { reportLostOutput } from "./commands/report-lost-output.ts";
import { asksForJson, reportUsage } from "./commands/report-usage.ts";
import { exitCodes } from "./commands/exit-codes.ts";

/** Runs the command line of this process. */
async function main(): Promise<void> {
  const json = asksForJson(process.argv);
  try {
    await program(process.argv[2], json, async (flags, command) => {
      process.exitCode = reportLostOutput(await command(createContext(flags)));
      endIfAllIsSaid();
    }).parseAsync();
  } catch (error) {
    // Commander has told what is wrong, or has shown the help or version. Anything else thrown is a bug.
    if (error instanceof CommanderError) {
      process.exitCode = reportLostOutput(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
      if (json && error.exitCode !== 0) reportUsage(error.message);
    } else process.exitCode = reportBug(error, json);
  }
}

/** To take the heap of a large fleet apart, which the kernel does at once, takes node longer than to print a plan. */
function endIfAllIsSaid(): void {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
}

void main();
