/** The keys that the keyboard of a phone does not have. */
export const barKeys = ["Esc", "Tab", "Left", "Down", "Up", "Right", "Enter"] as const;

/** One of these keys. */
export type BarKey = (typeof barKeys)[number];

const arrows: Partial<Record<BarKey, string>> = { Up: "A", Down: "B", Right: "C", Left: "D" };
const others: Partial<Record<BarKey, string>> = { Esc: "\u001B", Tab: "\t", Enter: "\r" };

/** Returns the bytes of a key. `isApplication`: the program has asked for the other form of arrows (DECCKM). Pure. */
export function keyText(key: BarKey, isApplication: boolean): string {
  const arrow = arrows[key];
  return arrow === undefined ? (others[key] ?? "") : `\u001B${isApplication ? "O" : "["}${arrow}`;
}

/** Returns a typed character with Ctrl; anything else stays as it is. Pure. */
export function withCtrl(text: string): string {
  const code = text.toUpperCase().charCodeAt(0);
  if (text.length !== 1) return text;
  if (text === " ") return "\u0000";
  if (text === "?") return "\u007F";
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : text;
}

/** A drag of the mouse, in the form of SGR: `ESC [ < BUTTON ; COLUMN ; ROW M`. */
// oxlint-disable-next-line no-control-regex
const drag = /\u001B\[<(3[2-9]|[4-5]\d|6[0-3]);\d+;\d+M(?=\u001B\[<\1;\d+;\d+M)/g;

/** Returns keys without the places that a drag has passed. Pure. */
export function withoutPassedPlaces(text: string): string {
  return text.replaceAll(drag, "");
}
