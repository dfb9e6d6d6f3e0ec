import type { JSX } from "preact";
import { barKeys, type BarKey } from "../terminal/bar-keys.ts";
import { keepFocus } from "../views/agent/terminal-tools.tsx";

const keySigns: Readonly<Record<BarKey, string>> = {
  Esc: "Esc",
  Tab: "Tab",
  Left: "←",
  Down: "↓",
  Up: "↑",
  Right: "→",
  Enter: "⏎",
};

/** The keys that the keyboard of a phone does not have. It shows on screens for fingers, and on narrow ones. */
export function KeyBar({
  isCtrlHeld,
  onCtrl,
  onKey,
  onPaste,
}: {
  readonly isCtrlHeld: boolean;
  readonly onCtrl: () => void;
  readonly onKey: (key: BarKey) => void;
  readonly onPaste: (text: string) => void;
}): JSX.Element {
  async function paste(): Promise<void> {
    const text = await navigator.clipboard.readText();
    if (text !== "") onPaste(text);
  }
  return (
    <div class="key-bar" role="toolbar" aria-label="Keys">
      <button type="button" aria-pressed={isCtrlHeld} onMouseDown={keepFocus} onClick={onCtrl}>
        Ctrl
      </button>
      {barKeys.map((key) => (
        <button key={key} type="button" aria-label={key} onMouseDown={keepFocus} onClick={() => onKey(key)}>
          {keySigns[key]}
        </button>
      ))}
      <button type="button" onMouseDown={keepFocus} onClick={() => void paste().catch(() => undefined)}>
        Paste
      </button>
    </div>
  );
}
