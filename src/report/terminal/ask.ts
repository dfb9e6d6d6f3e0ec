import { createInterface } from "node:readline";
import { handleStreamErrors } from "./print.ts";

/**
 * Asks for a line on the terminal, with standard error for the question. Undefined after Ctrl-C, and at the end of the
 * input.
 */
export function ask(question: string): Promise<string | undefined> {
  handleStreamErrors("stderr");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const answerWith = (answer: string | undefined): void => {
      resolve(answer);
      terminal.close();
    };
    terminal.once("SIGINT", () => answerWith(undefined));
    terminal.once("close", () => answerWith(undefined));
    process.stdin.once("error", () => answerWith(undefined));
    terminal.question(question, answerWith);
  });
}
