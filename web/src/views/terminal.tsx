import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TerminalReason, UiTerminal } from "../../../src/ui/protocol.ts";
import { tell } from "../connection.ts";
import { KeyBar } from "../control/key-bar.tsx";
import { followTyping, pasteToAgent, typeKeys, typingText, type Typing } from "../control/typing.ts";
import { Empty } from "../parts.tsx";
import type { ReadingState } from "../terminal/reading.ts";
import type { PageTerminal } from "../terminal/terminal.ts";
import { followTerminal, loadLibrary, type FollowedTerminal } from "../terminals.ts";
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
  const [state, setState] = useState<UiTerminal>();
  const [reading, setReading] = useState<ReadingState>({ isAbove: false, hasMore: false });
  const [typing, setTyping] = useState<Typing>({ isOn: false, reason: null });
  const [isCtrlHeld, setCtrlHeld] = useState(false);
  const [opened, setOpened] = useState<PageTerminal>();
  useEffect(() => followTyping(name, setTyping), [name]);
  const paste = (text: string): void => {
    if (!pasteToAgent(name, text)) setTyping({ isOn: typing.isOn, reason: "too-long" });
  };
  // With the layout, because the first key may follow the words that invite it at once.
  useLayoutEffect(() => {
    setCtrlHeld(false);
    opened?.type(
      typing.isOn
        ? {
            keys: (text) => typeKeys(name, text),
            paste,
            releasedCtrl: () => setCtrlHeld(false),
            leave: () => tell({ t: "typing", agent: name, on: false }),
          }
        : undefined,
    );
  }, [name, opened, typing.isOn]);
  const [hasFailed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let terminal: PageTerminal | undefined;
    let followed: FollowedTerminal | undefined;
    let isOver = false;
    async function begin(): Promise<void> {
      try {
        const { openTerminal } = await loadLibrary();
        if (isOver || box.current === null) return;
        const made = openTerminal(box.current, name, {
          state(next) {
            setReading(next);
            followed?.reading(next.isAbove);
          },
          wantsEarlier: (end) => followed?.earlier(end),
          wantsPicture: () => followed?.again(),
        });
        terminal = made;
        setOpened(made);
        followed = followTerminal(name, {
          tell(next) {
            setState(next);
            made.shape(next);
          },
          write: (kind, bytes, drawn) => made.write(kind, bytes, drawn),
          earlier: (earlier) => made.earlier(earlier),
        });
        setFailed(false);
      } catch {
        if (!isOver) setFailed(true);
      }
    }
    void begin();
    return () => {
      isOver = true;
      followed?.end();
      terminal?.close();
      setOpened(undefined);
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
      {isShown && opened !== undefined && (
        <div class="changes-of terminal-tools">
          {isControlled && (
            <button
              type="button"
              aria-pressed={typing.isOn}
              // The focus stays in the terminal.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => tell({ t: "typing", agent: name, on: !typing.isOn })}
            >
              {typing.isOn ? "Stop typing" : "Type…"}
            </button>
          )}
          <TerminalTools terminal={opened} reading={reading} />
          {isControlled && <span role="status">{typingText(typing)}</span>}
        </div>
      )}
      <div ref={box} class={`screen ${isShown ? "" : "away"} ${typing.isOn ? "typing" : ""}`} />
      {typing.isOn && opened !== undefined && (
        <KeyBar
          isCtrlHeld={isCtrlHeld}
          onCtrl={() => {
            opened.holdCtrl(!isCtrlHeld);
            setCtrlHeld(!isCtrlHeld);
          }}
          onKey={(key) => opened.press(key)}
          onPaste={paste}
        />
      )}
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
