import { wordingText } from "../terminal/wording-text.ts";
import { isCancel, select, text, type Option } from "@clack/prompts";
import { parseAgents } from "../../config/writing/starter.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import type { ReachedProgram } from "../../runtimes/unit-path.ts";

/** The answers to the questions of init, in the form of its flags. */
export interface InitAnswers {
  readonly runtime?: string;
  readonly command?: string;
  readonly agents?: string;
  readonly workdir?: string;
}

/** The facts behind the questions. */
export interface InitQuestions {
  /** The flags that were given: each one answers its question. */
  readonly given: InitAnswers;
  readonly installed: readonly ReachedProgram[];
  readonly defaultAgents: string;
  /** Checks a folder as init will. */
  readonly checkFolder: (path: string) => Result<unknown>;
  readonly hasColors: boolean;
}

/** Standard output may be the file that `--print` writes. */
const on = { input: process.stdin, output: process.stderr };

const other = "another command";

/** Asks on the terminal for the flags that were not given. Undefined after Ctrl-C or Esc. */
export async function askForFlags(asked: InitQuestions): Promise<InitAnswers | undefined> {
  const { given, defaultAgents, checkFolder, hasColors } = asked;
  // The library asks node, and node asks this variable, before each frame.
  if (!hasColors) process.env["NO_COLOR"] = "1";
  const program =
    given.runtime === undefined && given.command === undefined ? await askProgram(asked.installed) : {};
  if (program === undefined) return undefined;
  const agents =
    given.agents ??
    (await askText("Names of the agents? (coder=3 is three coders)", defaultAgents, parseAgents));
  if (agents === undefined) return undefined;
  const workdir = given.workdir ?? (await askText("Folder in which they work?", ".", checkFolder));
  return workdir === undefined ? undefined : { ...given, ...program, agents, workdir };
}

async function askProgram(
  installed: readonly ReachedProgram[],
): Promise<Pick<InitAnswers, "runtime" | "command"> | undefined> {
  const options: Option<string>[] = [
    ...installed.map(({ program, path }) => ({ value: program, label: program, hint: path })),
    {
      value: "shell",
      label: "a shell",
      hint: installed.length === 0 ? "no AI agent was found" : "to try things",
    },
    { value: other, label: other },
  ];
  const runtime = await select({ ...on, message: "Which program do the agents run?", options });
  if (isCancel(runtime)) return undefined;
  if (runtime !== other) return { runtime };
  const command = await askText("Command, a line for sh?", undefined, () => undefined);
  return command === undefined ? undefined : { command };
}

/** Asks for a line. Enter alone means `otherwise`. */
async function askText(
  message: string,
  otherwise: string | undefined,
  check: (answer: string) => Result<unknown> | undefined,
): Promise<string | undefined> {
  const answer = await text({
    ...on,
    message,
    ...(otherwise === undefined ? {} : { placeholder: otherwise, defaultValue: otherwise }),
    validate(value) {
      const line = (value ?? "").trim() || otherwise;
      if (line === undefined) return "Type a command.";
      const checked = check(line);
      if (checked === undefined || checked.ok) return undefined;
      const [problem] = checked.diagnostics;
      return `${problem?.summary ?? "invalid"} (${wordingText(problem?.hint ?? "")})`;
    },
  });
  return isCancel(answer) ? undefined : answer.trim() || otherwise;
}
