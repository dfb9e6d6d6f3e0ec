/** The answers of a person about a draft. */
export type EditChoice = "edit" | "keep" | "discard" | "save" | "continue" | "again" | "quit";

/** The letter of each answer, and the rest of its words. */
const choiceWords: Readonly<Record<EditChoice, readonly [letter: string, rest: string]>> = {
  edit: ["e", "dit again"],
  keep: ["k", "eep the draft"],
  discard: ["d", "iscard it"],
  save: ["s", "ave it without applying"],
  continue: ["c", "ontinue with it"],
  again: ["b", "egin again and lose it"],
  quit: ["q", "uit"],
};

/** Returns the question with these answers. The first one is the default. */
export function choiceQuestion(choices: readonly EditChoice[]): string {
  return `${choices.map(letteredText).join(", ")} (${letterOf(choices[0])}): `;
}

/** Returns the chosen answer; undefined if the text is none of them. An empty text chooses the first. */
export function chosen(text: string, choices: readonly EditChoice[]): EditChoice | undefined {
  const given = text.trim().toLowerCase();
  if (given === "") return choices[0];
  return choices.find((choice) => given === letterOf(choice) || given === choice);
}

function letteredText(choice: EditChoice): string {
  const [letter, rest] = choiceWords[choice];
  return `[${letter}]${rest}`;
}

function letterOf(choice: EditChoice | undefined): string {
  return choice === undefined ? "" : choiceWords[choice][0];
}
