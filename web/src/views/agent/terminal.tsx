import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { TerminalReason, UiTerminal } from "../../../../src/ui/terminal/shown-terminal.ts";
import { KeyBar } from "../../control/key-bar.tsx";
import { typingText } from "../../control/typing.ts";
import { useTyping } from "../../control/use-typing.ts";
import { Empty } from "../../parts.tsx";
import { useTerminal } from "./use-terminal.ts";
import { TerminalTools } from "./terminal-tools.tsx";

const reasons: Readonly<Record<TerminalReason, string>> = {
  log: "It has a log, and tmux has one pipe for each pane: a picture four times a second instead of a stream.",
  pipe: "Somebody has piped its output: a picture four times a second instead of a stream.",
  ended: "Its command has ended. This is its last screen.",
  "not-running": "It does not run. Its screen appears here as soon as it does.",
  "too-many": "Too many terminals are open. Close one of another agent.",
  failed: "tmux does not answer. Trying again…",
};

/** The screen of an agent, live. It never resizes the pane, and counts for nobody as attached. */
export function TerminalOf({
  name,
  isControlled,
}: {
  readonly name: string;
  readonly isControlled: boolean;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const { again, hasFailed, opened, reading, state } = useTerminal(name, box);
  const { isCtrlHeld, paste, turn, turnCtrl, typing } = useTyping(name, opened);
  if (hasFailed) {
    return (
      <Empty title="The terminal cannot be loaded">
        <button type="button" onClick={again}>
          Load again
        </button>
      </Empty>
    );
  }
  const isShown = state !== undefined && state.kind !== "none";
  return (
    <>
      <p class="note" role="status">
        {state === undefined ? "Opening the terminal…" : terminalText(state)}
      </p>
      {isShown && opened !== undefined && (
        <div class="changes-of terminal-tools">
          {isControlled && (
            <button
              type="button"
              aria-pressed={typing.isOn}
              // The focus stays in the terminal.
              onMouseDown={(event) => event.preventDefault()}
              onClick={turn}
            >
              {typing.isOn ? "Stop typing" : "Type…"}
            </button>
          )}
          <TerminalTools terminal={opened} reading={reading} />
          {isControlled && <span role="status">{typingText(typing)}</span>}
        </div>
      )}
      {/* On the screen before its first text: the terminal would draw a hidden box two frames later. */}
      <div
        ref={box}
        class={`screen ${state?.kind === "none" ? "away" : ""} ${typing.isOn ? "typing" : ""}`}
      />
      {typing.isOn && opened !== undefined && (
        <KeyBar
          isCtrlHeld={isCtrlHeld}
          onCtrl={turnCtrl}
          onKey={(key) => opened.press(key)}
          onPaste={paste}
        />
      )}
    </>
  );
}

function terminalText({ columns, kind, mode, reason, rows }: UiTerminal): string {
  const parts = [
    kind === "none" ? "" : `${columns} × ${rows} characters.`,
    reason === null ? "" : reasons[reason],
    mode === "" ? "" : `tmux is in ${mode} here, for somebody who is attached.`,
  ];
  return parts.filter(Boolean).join(" ") || "Live.";
}
