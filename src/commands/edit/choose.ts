import { ask } from "../../report/terminal/ask.ts";
import { print } from "../../report/terminal/print.ts";
import { choiceQuestion, chosen, type EditChoice } from "../../report/edit/edit-choices.ts";

/** Asks until the answer is one of the choices; undefined after Ctrl-C. */
export async function choose<const T extends EditChoice>(choices: readonly T[]): Promise<T | undefined> {
  for (;;) {
    const answer = await ask(choiceQuestion(choices));
    if (answer === undefined) {
      print("stderr", "\n");
      return undefined;
    }
    const choice = chosen(answer, choices);
    const known = choices.find((each) => each === choice);
    if (known !== undefined) return known;
  }
}
