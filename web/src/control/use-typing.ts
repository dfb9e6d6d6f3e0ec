import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { connection } from "../server/connection.ts";
import type { PageTerminal } from "../terminal/terminal.ts";
import { followTyping, pasteToAgent, typeKeys, type Typing } from "./typing.ts";

/** The typing to an agent in its terminal. */
export interface UsedTyping {
  readonly typing: Typing;
  readonly isCtrlHeld: boolean;
  readonly turn: () => void;
  readonly turnCtrl: () => void;
  readonly paste: (text: string) => void;
}

/** Gives the keys of an open terminal to its agent, while that is on. */
export function useTyping(name: string, opened: PageTerminal | undefined): UsedTyping {
  const [typing, setTyping] = useState<Typing>({ isOn: false, reason: null });
  const [isCtrlHeld, setCtrlHeld] = useState(false);
  // With the layout: a frame later, the end of a terminal that was just left would end the typing in the next one.
  useLayoutEffect(() => followTyping(name, setTyping), [name]);
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
            leave: () => connection.tell({ t: "typing", agent: name, on: false }),
          }
        : undefined,
    );
  }, [name, opened, typing.isOn]);
  useEffect(() => {
    const view = window.visualViewport;
    if (!typing.isOn || opened === undefined || view === null) return;
    // The keyboard of a phone takes half of the window.
    view.addEventListener("resize", opened.showCursor);
    return () => view.removeEventListener("resize", opened.showCursor);
  }, [opened, typing.isOn]);
  return {
    typing,
    isCtrlHeld,
    turn: () => connection.tell({ t: "typing", agent: name, on: !typing.isOn }),
    turnCtrl() {
      opened?.holdCtrl(!isCtrlHeld);
      setCtrlHeld(!isCtrlHeld);
    },
    paste,
  };
}
