import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { answerNothing } from "./answer-nothing.ts";
import { useOwnStyles } from "./own-styles.ts";

/** A terminal on the page. */
export interface PageTerminal {
  resize(columns: number, rows: number): void;
  /** Draws bytes, and then tells how many. */
  write(bytes: Uint8Array, drawn: (bytes: number) => void): void;
  close(): void;
}

/** The widest and the narrowest letters, px. */
const [largest, smallest] = [14, 7];
/** The width of a letter of the page's font, as a share of its height. */
const letterWidth = 0.602;

useOwnStyles();

/** Opens a terminal in a box. It only shows: keys reach the agent another way. */
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
  return {
    resize(columns, rows) {
      const fits = Math.floor((box.clientWidth - 16) / (columns * letterWidth));
      terminal.options.fontSize = Math.max(smallest, Math.min(largest, fits));
      terminal.resize(columns, rows);
    },
    write: (bytes, drawn) => terminal.write(bytes, () => drawn(bytes.length)),
    close: () => terminal.dispose(),
  };
}

function openLink(_: MouseEvent, uri: string): void {
  if (!/^https?:\/\//i.test(uri)) return;
  // The text of a link need not tell its target.
  if (window.confirm(`Open ${uri}?`)) window.open(uri, "_blank", "noopener,noreferrer");
}
