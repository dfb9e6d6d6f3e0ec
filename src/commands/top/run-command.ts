import { ask } from "../../report/terminal/ask.ts";
import { runInForeground } from "../../system/child/foreground.ts";
import type { TopVerb } from "../../top/top-state.ts";

/** The words of each command: its own plan, guards and question come with it. */
const topCommands: Readonly<Record<TopVerb | "resume", readonly string[]>> = {
  attach: ["attach"],
  restart: ["restart"],
  stop: ["stop"],
  suspend: ["suspend"],
  resume: ["resume"],
  logs: ["logs", "--follow"],
  why: ["why"],
};

/**
 * Runs a command of fleet about one agent on the terminal, and waits until the person has read what it says. `path` is
 * that of the fleet file, absolute.
 */
export async function runForAgent(verb: TopVerb | "resume", agent: string, path: string): Promise<void> {
  const [script = ""] = process.argv.slice(1);
  const args = [...process.execArgv, script, ...topCommands[verb], "--file", path, agent];
  const end = await runInForeground(process.execPath, args, []);
  const isRead = end.kind === "ended" && end.code === 0 && (verb === "attach" || verb === "logs");
  if (!isRead) await ask("\nPress Enter to go back to fleet top. ");
}
