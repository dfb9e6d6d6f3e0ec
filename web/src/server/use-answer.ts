import { useEffect, useState } from "preact/hooks";
import { askServer, type Answered } from "./api.ts";
import { change } from "../store.ts";

/** An answer of the server, which may be an older one while a newer one is on its way. */
export interface Asked<T> {
  readonly answer: Answered<T> | undefined;
  readonly isAsking: boolean;
  /** The `key` of the answer. */
  readonly key: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly again: () => void;
}

/** Asks the server when the component appears, and again whenever `key` changes or `again` is called. */
export function useAnswer<T>(path: string, key: string): Asked<T> {
  const [turn, setTurn] = useState(0);
  const [isAsking, setAsking] = useState(true);
  const [seen, setSeen] = useState<{
    readonly answer: Answered<T>;
    readonly key: string;
    readonly at: number;
  }>();
  useEffect(() => {
    let isCurrent = true;
    setAsking(true);
    void asked();
    async function asked(): Promise<void> {
      const answer = await askServer<T>(path);
      if (!isCurrent) return;
      if (answer.kind === "no-session") change({ phase: "logged-out" });
      setSeen({ answer, key, at: Date.now() });
      setAsking(false);
    }
    return () => void (isCurrent = false);
  }, [path, key, turn]);
  return {
    answer: seen?.answer,
    isAsking,
    key: seen?.key ?? key,
    at: seen?.at ?? 0,
    again: () => setTurn((before) => before + 1),
  };
}
