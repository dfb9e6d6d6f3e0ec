import type { Terminal } from "@xterm/xterm";

/** Modes that ask for the focus, or for the mouse in old forms. They would make the page talk to the agent. */
const silenced: ReadonlySet<number> = new Set([9, 1001, 1004, 1005, 1015, 1016]);

/**
 * Keeps a terminal from answering the program in the pane. tmux has answered each question already, and a second answer
 * would be typed into the agent. It also keeps the program away from the clipboard.
 */
export function answerNothing({ parser }: Terminal): void {
  const nothing = (): boolean => true;
  const questions: readonly Parameters<typeof parser.registerCsiHandler>[0][] = [
    { final: "c" },
    { prefix: ">", final: "c" },
    { prefix: "=", final: "c" },
    { final: "n" },
    { prefix: "?", final: "n" },
    { intermediates: "$", final: "p" },
    { prefix: "?", intermediates: "$", final: "p" },
    { prefix: ">", final: "q" },
    { final: "t" },
    { prefix: "?", final: "u" },
  ];
  for (const question of questions) parser.registerCsiHandler(question, nothing);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, nothing);
  for (const color of [4, 10, 11, 12, 52]) parser.registerOscHandler(color, nothing);
  for (const final of ["h", "l"]) {
    parser.registerCsiHandler({ prefix: "?", final }, (modes) =>
      modes.every((mode) => typeof mode === "number" && silenced.has(mode)),
    );
  }
}
