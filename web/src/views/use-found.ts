import { useEffect, useState } from "preact/hooks";
import { connection } from "../server/connection.ts";

/** The screens that have a text. */
export interface Found {
  /** The number of screens that were searched. */
  readonly searched: number;
  /** The last lines with the text, by agent. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

/** The shortest text to look for. */
const shortest = 2;
/** The time without a further character after which a text is looked for, ms, and that between two looks. */
const [typedMs, againMs] = [250, 5_000] as const;

let ids = 2_000_000;
let take: ((id: number, found: Found) => void) | undefined;

connection.receive({
  connected: () => undefined,
  message(message) {
    if (message.t !== "found") return;
    const { agents, id, searched } = message;
    take?.(id, { searched, lines: new Map(agents.map(({ agent, lines }) => [agent, lines])) });
  },
});

/** Returns the screens with a text, now and again while the page is visible; undefined without a text or an answer. */
export function useFound(text: string): Found | undefined {
  const [found, setFound] = useState<{ readonly text: string; readonly found: Found }>();
  useEffect(() => {
    if (text.length < shortest) return undefined;
    let asked = 0;
    take = (id, next) => {
      if (id === asked) setFound({ text, found: next });
    };
    const look = (): void => {
      if (document.hidden) return;
      asked = ids += 1;
      connection.tell({ t: "find", id: asked, text });
    };
    const first = setTimeout(look, typedMs);
    const further = setInterval(look, againMs);
    return () => {
      clearTimeout(first);
      clearInterval(further);
      take = undefined;
    };
  }, [text]);
  // The answer to a shorter text stays until the next one is there.
  return text.length < shortest ? undefined : found?.found;
}
