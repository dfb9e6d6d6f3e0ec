import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TerminalReason, UiTerminal } from "../../../src/ui/protocol.ts";
import { tell } from "../connection.ts";
import { followTyping, typeKeys, type Typing } from "../control/typing.ts";
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
export function TerminalOf({
  name,
  isControlled,
}: {
  readonly name: string;
  readonly isControlled: boolean;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<UiTerminal>();
  const [typing, setTyping] = useState<Typing>({ isOn: false, reason: null });
  const opened = useRef<PageTerminal>(undefined);
  useEffect(() => followTyping(name, setTyping), [name]);
  // With the layout, because the first key may follow the words that invite it at once.
  useLayoutEffect(() => {
    opened.current?.type(
      typing.isOn
        ? {
            keys: (text) => typeKeys(name, text),
            paste: (text) => tell({ t: "paste", agent: name, text }),
            leave: () => tell({ t: "typing", agent: name, on: false }),
          }
        : undefined,
    );
  }, [name, typing.isOn]);
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
        const made = openTerminal(box.current, name);
        terminal = made;
        opened.current = made;
        end = followTerminal(name, {
          tell(next) {
            setState(next);
            if (next.kind !== "none") made.resize(next.columns, next.rows);
          },
          write: (bytes, drawn) => made.write(bytes, drawn),
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
      {isControlled && isShown && (
        <p class="changes-of">
          <button
            type="button"
            aria-pressed={typing.isOn}
            // The focus stays in the terminal.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => tell({ t: "typing", agent: name, on: !typing.isOn })}
          >
            {typing.isOn ? "Stop typing" : "Type…"}
          </button>
          <span role="status">{typingText(typing)}</span>
        </p>
      )}
      <div ref={box} class={`screen ${isShown ? "" : "away"} ${typing.isOn ? "typing" : ""}`} />
    </>
  );
}

const typingEnds: Readonly<Record<Exclude<Typing["reason"], null>, string>> = {
  "only-shows": "This page only shows. Start it with fleet ui --control.",
  "not-running": "Typing has ended: the agent has no terminal.",
  ended: "Typing has ended: its command has ended.",
  restarted: "Typing has ended: the agent was restarted.",
  "input-off": "Its terminal takes no input.",
  mode: "tmux is in a mode that takes the keys. Somebody who is attached can leave it.",
  synchronized: "tmux would give the keys to other panes, too.",
  idle: "Typing has ended: there was no key for ten minutes.",
  failed: "Typing has ended: tmux did not take the keys.",
  lost: "Typing has ended: the connection was lost.",
};

function typingText({ isOn, reason }: Typing): string {
  if (isOn) return "Your keys go to the agent. Ctrl+] leaves.";
  return reason === null ? "" : typingEnds[reason];
}

function stateText({ columns, kind, mode, reason, rows }: UiTerminal): string {
  const parts = [
    kind === "none" ? "" : `${columns} × ${rows}.`,
    reason === null ? "" : reasons[reason],
    mode === "" ? "" : `tmux is in ${mode} here, for somebody who is attached.`,
  ];
  return parts.filter(Boolean).join(" ") || "Live.";
}
