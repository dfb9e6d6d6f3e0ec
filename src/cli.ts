import { CommanderError } from "commander";
import { arrange, fileAsOption } from "./command-line/arrange.ts";
import { isCommand, optionsWithValue, program } from "./command-line/program.ts";
import { createContext, report, type Context } from "./commands/shared/context.ts";
import { onlyWithHosts } from "./commands/shared/only-with-hosts.ts";
import { reportBug } from "./commands/shared/reporting/report-bug.ts";
import { reportLostOutput } from "./commands/shared/reporting/report-lost-output.ts";
import { asksForJson } from "./commands/shared/asks-for-json.ts";
import { isSavedPlan } from "./commands/plan/is-saved-plan.ts";
import { isAllWritten } from "./report/terminal/print.ts";
import { hostNamedIn } from "./hosts/host-address.ts";
import { exitCodes } from "./commands/shared/exit-codes.ts";

/** Runs the command line of this process. */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  if (given[0] === "__complete") {
    const { answerShell } = await import("./command-line/completion/answer.ts");
    return answerShell(given.slice(1), {
      isCommand,
      declare: (name) => program(name, () => Promise.resolve()),
    });
  }
  if (given[0] === "__remote") {
    const { serveRemote } = await import("./commands/remote/serve-remote.ts");
    process.exitCode = await serveRemote(given[1] ?? "", async (words, contextOf) => {
      if (words[0] === "__page-rows")
        return (await import("./commands/ui/page-rows.ts")).pageRowsCommand(contextOf({}));
      if (words[0] === "__page-screens") {
        const { pageScreensCommand } = await import("./commands/ui/page-screens.ts");
        return pageScreensCommand(contextOf({}), words.slice(1));
      }
      let code: number = exitCodes.ok;
      const root = program(words[0], async (flags, command) => {
        code = await command(contextOf(flags));
      });
      await root.parseAsync([...words], { from: "user" });
      return code;
    });
    return endIfAllIsSaid();
  }
  const json = asksForJson(given);
  const arranged = arrange(given, isCommand);
  if (arranged.kind === "no-command") {
    const { reportNoCommand } = await import("./command-line/usage/report-usage.ts");
    reportNoCommand(arranged.options, json);
    process.exitCode = reportLostOutput(exitCodes.usage);
    return;
  }
  const root = program(arranged.words[0], async (flags, command) => {
    const context = createContext(flags);
    const host = flags.host ?? hostNamedIn(words);
    const code = await (host === undefined ? runHere(context, command) : runOnHosts(context, host));
    process.exitCode = reportLostOutput(code);
    endIfAllIsSaid();
  });
  const runHere = async (
    context: Context,
    command: (context: Context) => Promise<number>,
  ): Promise<number> => {
    const pointless = onlyWithHosts(words[0] ?? "", context.flags);
    return pointless === undefined ? command(context) : report(context, [pointless]);
  };
  const runOnHosts = async (context: Context, host: string): Promise<number> => {
    const { wordsForHosts } = await import("./commands/hosts/dispatch/words-for-hosts.ts");
    const forHosts = wordsForHosts(words, root);
    if (words[0] === "source")
      return (await import("./commands/hosts/source/steer-hosts.ts")).steerHosts(context, host, forHosts);
    return (await import("./commands/hosts/dispatch/on-hosts.ts")).onHosts(context, host, forHosts);
  };
  const words = fileAsOption(arranged.words, optionsWithValue(root), isSavedPlan);
  try {
    await root.parseAsync(words, { from: "user" });
  } catch (error) {
    // Help and the version were printed. Anything else than an error of commander is a bug.
    if (!(error instanceof CommanderError)) process.exitCode = reportBug(error, json);
    else {
      if (error.exitCode !== 0 && error.code !== "commander.help") {
        const { reportUsage } = await import("./command-line/usage/report-usage.ts");
        await reportUsage(error, words, root, json);
      }
      process.exitCode = reportLostOutput(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
    }
  }
}

/**
 * Exits right away: tearing down a large heap takes node longer than printing a plan, but the kernel does it
 * at once.
 */
function endIfAllIsSaid(): void {
  if (isAllWritten()) process.exit();
}

void main();
