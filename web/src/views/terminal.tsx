import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TerminalReason, UiTerminal } from "../../../src/ui/protocol.ts";
import { Empty } from "../parts.tsx";
import type { PageTerminal } from "../terminal/terminal.ts";
import { followTerminal, loadLibrary } from "../terminals.ts";

const reasons: Readonly<Record<TerminalReason, string>> = {
  log: "It has a log, and tmux has one pipe for each pane: a picture four times a second instead of a stream.",
  pipe: "Somebody has piped its output: a picture four times a second instead of a stream.",
  ended: "Its command has ended. This is its last screen.",
  "not-running": "It does not run. Its screen appears here as soon as it does.",
  "too-many": "Too many terminals are open. Close one of another agent.",
  failed: "tmux does not answer. Trying again…",
};

/** The screen of an agent, live. It never resizes the pane, and counts for nobody as attached. */
export function TerminalOf({ name }: { readonly name: string }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<UiTerminal>();
  const [hasFailed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let terminal: PageTerminal | undefined;
    let isOver = false;
    let end: (() => void) | undefined;
    async function begin(): Promise<void> {
      try {
        const { openTerminal } = await loadLibrary();
        if (isOver || box.current === null) return;
        const opened = openTerminal(box.current, name);
        terminal = opened;
        end = followTerminal(name, {
          tell(next) {
            setState(next);
            if (next.kind !== "none") opened.resize(next.columns, next.rows);
          },
          write: (bytes, drawn) => opened.write(bytes, drawn),
        });
        setFailed(false);
      } catch {
        if (!isOver) setFailed(true);
      }
    }
    void begin();
    return () => {
      isOver = true;
      end?.();
      terminal?.close();
    };
  }, [name, turn]);
  if (hasFailed) {
    return (
      <Empty title="The terminal cannot be loaded">
        <button type="button" onClick={() => setTurn(turn + 1)}>
          Load again
        </button>
      </Empty>
    );
  }
  const isShown = state !== undefined && state.kind !== "none";
  return (
    <>
      <p class="note" role="status">
        {state === undefined ? "Opening the terminal…" : stateText(state)}
      </p>
      <div ref={box} class={isShown ? "screen" : "screen away"} />
    </>
  );
}

function stateText({ columns, kind, mode, reason, rows }: UiTerminal): string {
  const parts = [
    kind === "none" ? "" : `${columns} × ${rows}.`,
    reason === null ? "" : reasons[reason],
    mode === "" ? "" : `tmux is in ${mode} here, for somebody who is attached.`,
  ];
  return parts.filter(Boolean).join(" ") || "Live.";
}
