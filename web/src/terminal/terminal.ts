import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import type { UiEarlier, UiTerminal } from "../../../src/ui/protocol.ts";
import { answerNothing } from "./answer-nothing.ts";
import { keyText, withCtrl, type BarKey } from "./bar-keys.ts";
import {
  cellOf,
  chosenLetters,
  fittingSize,
  keepLetters,
  nextSize,
  readableSize,
  type Letters,
} from "./letters.ts";
import { followMouse } from "./mouse.ts";
import { useOwnStyles } from "./own-styles.ts";
import { followReading, type Reader } from "./reading.ts";
import { scrollByTouch } from "./touch.ts";

/** A terminal on the page. */
export interface PageTerminal {
  /** Takes the size of the pane, and the rows above its next picture. */
  shape(terminal: UiTerminal): void;
  /** Draws a picture or more output, and then tells how many bytes. */
  write(kind: "picture" | "stream", bytes: Uint8Array, drawn: (bytes: number) => void): void;
  /** Takes earlier lines, or the reason for none. */
  earlier(earlier: UiEarlier): void;
  /** Goes to the first line that is there and asks for earlier ones, or goes to the end. */
  scrollTo(place: "first" | "end"): void;
  /** Returns the size of the letters, after a change. */
  letters(change?: "fit" | 1 | -1): Letters;
  /** Returns the selected text, or that of the screen. */
  text(): string;
  /** Hands over keys and pasted texts from now on, and gives the terminal the focus; undefined ends that. */
  type(typist: Typist | undefined): void;
  /** Presses a key that the keyboard does not have. */
  press(key: BarKey): void;
  /** Holds Ctrl for the next key. */
  holdCtrl(isHeld: boolean): void;
  close(): void;
}

/** The receiver of everything that somebody types. */
export interface Typist {
  readonly keys: (text: string) => void;
  readonly paste: (text: string) => void;
  /** Ctrl is not held any more. */
  readonly releasedCtrl: () => void;
  /** Somebody has pressed the key to leave, or has gone elsewhere on the page. */
  readonly leave: () => void;
}

/** Lines above the screen, with those that are read on demand. */
const mostLines = 10_000;

useOwnStyles();

/** Opens a terminal in a box. It only shows until somebody types. */
export function openTerminal(box: HTMLElement, name: string, reader: Reader): PageTerminal {
  const fontFamily = getComputedStyle(document.documentElement).getPropertyValue("--mono") || "monospace";
  const cell = cellOf(fontFamily);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorInactiveStyle: "outline",
    disableStdin: true,
    fontFamily,
    fontSize: 14,
    scrollback: mostLines,
    theme: { background: "#101315", foreground: "#e7e9ea", cursor: "#5ecfc6", cursorAccent: "#101315" },
    linkHandler: { activate: openLink },
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.loadAddon(new WebLinksAddon(openLink));
  answerNothing(terminal);
  const mouse = followMouse(terminal);
  terminal.open(box);
  terminal.textarea?.setAttribute("aria-label", `Terminal of ${name}`);
  const reading = followReading(terminal, reader, mostLines);
  let typist: Typist | undefined;
  let isCtrlHeld = false;
  let letters = chosenLetters();
  let size = { columns: terminal.cols, rows: terminal.rows };

  terminal.onData((text) => {
    if (typist === undefined) return;
    typist.keys(isCtrlHeld ? withCtrl(text) : text);
    if (isCtrlHeld) typist.releasedCtrl();
    isCtrlHeld = false;
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown") return typist !== undefined;
    if (event.ctrlKey && event.shiftKey && event.key.toUpperCase() === "C") {
      event.preventDefault();
      void navigator.clipboard.writeText(terminal.getSelection());
      return false;
    }
    if (typist === undefined) {
      if (scrollKey(event)) event.preventDefault();
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
    return !(event.ctrlKey && event.shiftKey && event.key.toUpperCase() === "V");
  });
  // In the alternate screen, xterm.js makes arrow keys of the wheel, and a question would take these for an answer.
  terminal.attachCustomWheelEventHandler(
    () => terminal.buffer.active.type === "normal" || terminal.modes.mouseTrackingMode !== "none",
  );
  scrollByTouch(box, terminal, () => cell.height * (terminal.options.fontSize ?? 14));
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

  /** Scrolls by a key, while nobody types. Returns false for another key. */
  function scrollKey({ altKey, ctrlKey, key, metaKey }: KeyboardEvent): boolean {
    if (ctrlKey || altKey || metaKey) return false;
    if (key === "PageUp") terminal.scrollPages(-1);
    else if (key === "PageDown") terminal.scrollPages(1);
    else if (key === "Home") terminal.scrollToTop();
    else if (key === "End") terminal.scrollToBottom();
    else return false;
    return true;
  }

  function fit(): void {
    const space = {
      width: box.clientWidth - 2 * padding - barWidth,
      height: Math.max(window.innerHeight * 0.6, window.innerHeight - topOf(box) - 24),
    };
    const next =
      letters === "fit"
        ? fittingSize(size, space, cell)
        : letters === "auto"
          ? readableSize(size.columns, space.width, cell)
          : letters;
    if (terminal.options.fontSize !== next) terminal.options.fontSize = next;
  }
  const observer = new ResizeObserver(fit);
  observer.observe(box);
  window.addEventListener("resize", fit);

  return {
    shape(next) {
      reading.shape(next);
      if (next.kind === "none") return;
      size = next;
      fit();
      if (terminal.cols !== next.columns || terminal.rows !== next.rows) {
        terminal.resize(next.columns, next.rows);
      }
    },
    write: reading.write,
    earlier: reading.earlier,
    scrollTo: reading.scrollTo,
    letters(change) {
      const present = terminal.options.fontSize ?? 14;
      if (change === undefined) return letters;
      letters = change === "fit" ? (letters === "fit" ? "auto" : "fit") : nextSize(present, change);
      keepLetters(letters);
      fit();
      return letters;
    },
    text() {
      const { active } = terminal.buffer;
      const row = (index: number): string =>
        active.getLine(active.viewportY + index)?.translateToString(true) ?? "";
      return terminal.hasSelection()
        ? terminal.getSelection()
        : Array.from({ length: terminal.rows }, (_, index) => row(index))
            .join("\n")
            .trimEnd();
    },
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
    close() {
      observer.disconnect();
      window.removeEventListener("resize", fit);
      terminal.dispose();
    },
  };
}

/** The space around a terminal in its box, and that of its scroll bar, px. */
const padding = 8;
const barWidth = 14;

/** Returns the place of an element on the page, px from its top. */
function topOf(element: HTMLElement): number {
  return element.getBoundingClientRect().top + window.scrollY;
}

/** Returns true for Ctrl and the key with `]`, wherever a keyboard has it. */
function isLeaveKey({ code, ctrlKey, key }: KeyboardEvent): boolean {
  return ctrlKey && (key === "]" || code === "BracketRight");
}

function openLink(_: MouseEvent, uri: string): void {
  if (!/^https?:\/\//i.test(uri)) return;
  // The text of a link need not tell its target.
  if (window.confirm(`Open ${uri}?`)) window.open(uri, "_blank", "noopener,noreferrer");
}
