import type { Terminal } from "@xterm/xterm";
import { keyText, withCtrl, type BarKey } from "./bar-keys.ts";
import type { Mouse } from "./mouse.ts";

/** The receiver of everything that somebody types. */
interface KeyReceiver {
  readonly keys: (text: string) => void;
  readonly paste: (text: string) => void;
  /** Ctrl is not held any more. */
  readonly releasedCtrl: () => void;
  /** Somebody has pressed the key to leave, or has gone elsewhere on the page. */
  readonly leave: () => void;
}

/** The keyboard of a terminal, which belongs to the page until somebody types. */
export interface Keyboard {
  /** Hands them over from now on, and gives the terminal the focus; undefined ends that. */
  readonly type: (typist: KeyReceiver | undefined) => void;
  /** Presses a key that the keyboard does not have. */
  readonly press: (key: BarKey) => void;
  /** Holds Ctrl for the next key. */
  readonly holdCtrl: (isHeld: boolean) => void;
  /** Scrolls the line with the cursor into the window. */
  readonly showCursor: () => void;
}

/** Follows the keyboard and the clipboard in the box of a terminal. Nothing leaves it before somebody types. */
export function followTypist(box: HTMLElement, terminal: Terminal, mouse: Mouse): Keyboard {
  let typist: KeyReceiver | undefined;
  let isCtrlHeld = false;
  terminal.onData((text) => {
    if (typist === undefined) return;
    typist.keys(isCtrlHeld ? withCtrl(text) : text);
    if (isCtrlHeld) typist.releasedCtrl();
    isCtrlHeld = false;
  });
  terminal.attachCustomKeyEventHandler((event) => takesKey(terminal, typist, event));
  // tmux knows whether the program wants to tell a paste from keys, and the terminal of the page does not.
  box.addEventListener(
    "paste",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text !== "") typist?.paste(text);
    },
    true,
  );
  terminal.textarea?.addEventListener("blur", () => {
    if (document.hasFocus()) typist?.leave();
  });
  return {
    type(next) {
      typist = next;
      isCtrlHeld = false;
      terminal.options.disableStdin = next === undefined;
      mouse.pass(next !== undefined);
      if (next === undefined) terminal.blur();
      else terminal.focus();
    },
    press(key) {
      typist?.keys(keyText(key, terminal.modes.applicationCursorKeysMode));
    },
    holdCtrl(isHeld) {
      isCtrlHeld = isHeld;
    },
    // Its field for keys is where the cursor is.
    showCursor: () => terminal.textarea?.scrollIntoView({ block: "nearest" }),
  };
}

/** Returns true if the terminal takes a key, and does with all others what they are for. */
function takesKey(terminal: Terminal, typist: KeyReceiver | undefined, event: KeyboardEvent): boolean {
  if (event.type !== "keydown") return typist !== undefined;
  const withShift = event.ctrlKey && event.shiftKey ? event.key.toUpperCase() : "";
  if (withShift === "C") {
    event.preventDefault();
    void navigator.clipboard.writeText(terminal.getSelection());
    return false;
  }
  if (typist === undefined) {
    if (scrolls(terminal, event)) event.preventDefault();
    return false;
  }
  if (isLeaveKey(event)) {
    event.preventDefault();
    typist.leave();
    return false;
  }
  // The programs of agents take this for a new line without an end of the prompt.
  if (event.key === "Enter" && event.shiftKey) {
    event.preventDefault();
    typist.keys("\u001B\r");
    return false;
  }
  // Pasting belongs to the browser.
  return withShift !== "V";
}

/** Scrolls by a key, while nobody types. Returns false for another key. */
function scrolls(terminal: Terminal, { altKey, ctrlKey, key, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey) return false;
  if (key === "PageUp") terminal.scrollPages(-1);
  else if (key === "PageDown") terminal.scrollPages(1);
  else if (key === "Home") terminal.scrollToTop();
  else if (key === "End") terminal.scrollToBottom();
  else return false;
  return true;
}

/** Returns true for Ctrl and the key with `]`, wherever a keyboard has it. */
function isLeaveKey({ code, ctrlKey, key }: KeyboardEvent): boolean {
  return ctrlKey && (key === "]" || code === "BracketRight");
}
