import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ReadingState } from "../../terminal/reading.ts";
import type { PageTerminal } from "../../terminal/terminal.ts";

/** The buttons of a terminal that reach nobody: the size of its letters, its text, and the lines above it. */
export function TerminalTools({
  terminal,
  reading: { hasMore, isAbove },
}: {
  readonly terminal: PageTerminal;
  readonly reading: ReadingState;
}): JSX.Element {
  const [letters, setLetters] = useState(() => terminal.letters());
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(terminal.text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }
  const tools: readonly (readonly [title: string, label: string, act: () => void])[] = [
    ["A−", "Smaller letters", () => setLetters(terminal.letters(-1))],
    ["A+", "Larger letters", () => setLetters(terminal.letters(1))],
    [isCopied ? "Copied" : "Copy", "Copy the selection, or the screen", () => void copy()],
    ...(hasMore ? [["Earlier", "Earlier lines", () => terminal.scrollTo("first")] as const] : []),
    ...(isAbove ? [["To the end", "To the last lines", () => terminal.scrollTo("end")] as const] : []),
  ];
  return (
    <span class="tools" role="group" aria-label="Terminal">
      <button
        type="button"
        class="quiet"
        title="The whole screen of the agent, as large as it fits"
        aria-pressed={letters === "fit"}
        onMouseDown={keepFocus}
        onClick={() => setLetters(terminal.letters("fit"))}
      >
        Fit
      </button>
      {tools.map(([title, label, act]) => (
        <button
          key={label}
          type="button"
          class="quiet"
          aria-label={spokenName(title, label)}
          onMouseDown={keepFocus}
          onClick={act}
        >
          {/* A title of the button itself would be read a second time. */}
          <span title={label}>{title}</span>
        </button>
      ))}
    </span>
  );
}

/** Leaves the focus in the terminal: typing would end without it. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

/** Returns the name of a button for a screen reader: its own words are in it, so that they can also be spoken to it. */
function spokenName(title: string, label: string): string {
  if (title === "Copied") return title;
  return label.includes(title) ? label : `${title}: ${label}`;
}
