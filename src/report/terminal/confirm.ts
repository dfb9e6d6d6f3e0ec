import { createInterface } from "node:readline";
import { handleStreamErrors, print } from "./print.ts";

/** Returns true if the program can ask a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks on the terminal, below what the question is about. Only `y` or `yes` is a yes; the end of the input, also by the
 * loss of the terminal, is a no; Ctrl-C is neither.
 */
export function confirm(
  question: string,
  about: readonly string[] = [],
): Promise<"yes" | "no" | "interrupted"> {
  for (const line of about) print("stderr", `${line}\n`);
  handleStreamErrors("stderr");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const answerWith = (answer: "yes" | "no" | "interrupted"): void => {
      resolve(answer);
      terminal.close();
    };
    terminal.once("SIGINT", () => {
      print("stderr", "\n");
      answerWith("interrupted");
    });
    terminal.once("close", () => answerWith("no"));
    process.stdin.once("error", () => answerWith("no"));
    terminal.question(`${question} [y/N] `, (answer) =>
      answerWith(/^y(es)?$/i.test(answer.trim()) ? "yes" : "no"),
    );
  });
}
