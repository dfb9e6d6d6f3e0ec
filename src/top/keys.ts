import { esc } from "../text/characters.ts";

/** A key: a character as it is, or the name of another key. */
export type TopKey = string;

/** The sequences of terminals in normal and in application mode, by xterm's and the Linux console's tables. */
const keyOfSequence: Readonly<Record<string, TopKey>> = {
  "\u001B[A": "up",
  "\u001BOA": "up",
  "\u001B[B": "down",
  "\u001BOB": "down",
  "\u001B[5~": "page-up",
  "\u001B[6~": "page-down",
  "\u001B[H": "home",
  "\u001BOH": "home",
  "\u001B[1~": "home",
  "\u001B[F": "end",
  "\u001BOF": "end",
  "\u001B[4~": "end",
  "\u001B": "escape",
  "\r": "enter",
  "\n": "enter",
  "\u007F": "backspace",
  "\b": "backspace",
  "\u0003": "interrupt",
  "\u0004": "interrupt",
  "\u001A": "pause",
};

/** A whole sequence of a key, or one character. */
const one = new RegExp(`${esc}\\[[\\d;?]*[ -/]*[@-~]|${esc}O[A-Z]|[^]`, "gu");

/** Returns the keys of what a terminal has sent. Unknown sequences and control characters are no keys. */
export function keysOf(data: string): readonly TopKey[] {
  return (data.match(one) ?? []).flatMap(
    (each) => keyOfSequence[each] ?? (/^\P{Cc}$/u.test(each) ? [each] : []),
  );
}
