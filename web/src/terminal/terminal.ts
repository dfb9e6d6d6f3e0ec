import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { answerNothing } from "./answer-nothing.ts";
import { useOwnStyles } from "./own-styles.ts";

/** A terminal on the page. */
export interface PageTerminal {
  resize(columns: number, rows: number): void;
  /** Draws bytes, and then tells how many. */
  write(bytes: Uint8Array, drawn: (bytes: number) => void): void;
  /** Hands over keys and pasted texts from now on, and gives the terminal the focus; undefined ends that. */
  type(typist: Typist | undefined): void;
  close(): void;
}

/** The receiver of everything that somebody types. */
export interface Typist {
  readonly keys: (text: string) => void;
  readonly paste: (text: string) => void;
  /** Somebody has pressed the key to leave, or has gone elsewhere on the page. */
  readonly leave: () => void;
}

/** The widest and the narrowest letters, px. */
const [largest, smallest] = [14, 7];
/** The width of a letter of the page's font, as a share of its height. */
const letterWidth = 0.602;

useOwnStyles();

/** Opens a terminal in a box. It only shows until somebody types. */
export function openTerminal(box: HTMLElement, name: string): PageTerminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorInactiveStyle: "outline",
    disableStdin: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono") || "monospace",
    fontSize: largest,
    scrollback: 5_000,
    theme: { background: "#101315", foreground: "#e7e9ea", cursor: "#5ecfc6", cursorAccent: "#101315" },
    linkHandler: { activate: openLink },
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  answerNothing(terminal);
  terminal.open(box);
  terminal.textarea?.setAttribute("aria-label", `Terminal of ${name}`);
  let typist: Typist | undefined;
  terminal.onData((text) => typist?.keys(text));
  terminal.onBinary((text) => typist?.keys(text));
  terminal.attachCustomKeyEventHandler((event) => {
    if (typist === undefined || event.type !== "keydown") return typist !== undefined;
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
    // Copying and pasting belong to the browser.
    return !(event.ctrlKey && event.shiftKey && ["C", "V"].includes(event.key.toUpperCase()));
  });
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
      terminal.options.disableStdin = next === undefined;
      if (next === undefined) terminal.blur();
      else terminal.focus();
    },
    resize(columns, rows) {
      const fits = Math.floor((box.clientWidth - 16) / (columns * letterWidth));
      terminal.options.fontSize = Math.max(smallest, Math.min(largest, fits));
      terminal.resize(columns, rows);
    },
    write: (bytes, drawn) => terminal.write(bytes, () => drawn(bytes.length)),
    close: () => terminal.dispose(),
  };
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
