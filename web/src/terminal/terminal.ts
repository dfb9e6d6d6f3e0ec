import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import type { UiEarlier, UiTerminal } from "../../../src/ui/terminal/shown-terminal.ts";
import { answerNothing } from "./answer-nothing.ts";
import { cellOf } from "./letters.ts";
import { followMouse } from "./mouse.ts";
import { useOwnStyles } from "./own-styles.ts";
import { followReading, type Reader } from "./reading.ts";
import { followSize, type TerminalSize } from "./size.ts";
import { scrollByTouch } from "./touch.ts";
import { followTypist, type Keyboard } from "./typist.ts";

/** A terminal on the page. */
export interface PageTerminal extends Keyboard, Pick<TerminalSize, "letters"> {
  /** Takes the size of the pane, and the rows above its next picture. */
  shape(terminal: UiTerminal): void;
  /** Draws a picture or more output, and then tells how many bytes. */
  write(kind: "picture" | "stream", bytes: Uint8Array, drawn: (bytes: number) => void): void;
  /** Takes earlier lines, or the reason for none. */
  earlier(earlier: UiEarlier): void;
  /** Goes to the first line that is there and asks for earlier ones, or goes to the end. */
  scrollTo(place: "first" | "end"): void;
  /** Returns the selected text, or that of the screen. */
  text(): string;
  close(): void;
}

/** Lines above the screen, with those that are read on demand. */
const mostLines = 10_000;

useOwnStyles();

/** Opens a terminal in a box. It only shows until somebody types. */
export function openTerminal(box: HTMLElement, name: string, reader: Reader): PageTerminal {
  const fontFamily = getComputedStyle(document.documentElement).getPropertyValue("--mono") || "monospace";
  const cell = cellOf(fontFamily);
  const terminal = createTerminal(fontFamily);
  answerNothing(terminal);
  const mouse = followMouse(terminal);
  terminal.open(box);
  terminal.textarea?.setAttribute("aria-label", `Terminal of ${name}`);
  const reading = followReading(terminal, reader, mostLines);
  const size = followSize(box, terminal, cell);
  // In the alternate screen, xterm.js makes arrow keys of the wheel, and a question would take these for an answer.
  terminal.attachCustomWheelEventHandler(
    () => terminal.buffer.active.type === "normal" || terminal.modes.mouseTrackingMode !== "none",
  );
  scrollByTouch(box, terminal, () => cell.height * (terminal.options.fontSize ?? 14));
  return {
    ...followTypist(box, terminal, mouse),
    shape(next) {
      reading.shape(next);
      if (next.kind !== "none") size.shape(next);
    },
    write: (kind, bytes, drawn) => reading.write(kind, bytes, drawn),
    earlier: (earlier) => reading.earlier(earlier),
    scrollTo: (place) => reading.scrollTo(place),
    letters: size.letters,
    text: () => (terminal.hasSelection() ? terminal.getSelection() : shownText(terminal)),
    close() {
      size.close();
      terminal.dispose();
    },
  };
}

function createTerminal(fontFamily: string): Terminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorInactiveStyle: "outline",
    disableStdin: true,
    fontFamily,
    fontSize: 14,
    // As on the wall: dim colors on the dark ground can be read.
    minimumContrastRatio: 4.5,
    scrollback: mostLines,
    theme: { background: "#101315", foreground: "#e7e9ea", cursor: "#5ecfc6", cursorAccent: "#101315" },
    linkHandler: { activate: openLink },
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.loadAddon(new WebLinksAddon(openLink));
  return terminal;
}

/** Returns the text of the rows that are in the window of a terminal. */
function shownText({ buffer: { active }, rows }: Terminal): string {
  const row = (index: number): string =>
    active.getLine(active.viewportY + index)?.translateToString(true) ?? "";
  return Array.from({ length: rows }, (_, index) => row(index))
    .join("\n")
    .trimEnd();
}

function openLink(_: MouseEvent, uri: string): void {
  if (!/^https?:\/\//i.test(uri)) return;
  // The text of a link need not tell its target.
  if (window.confirm(`Open ${uri}?`)) window.open(uri, "_blank", "noopener,noreferrer");
}
