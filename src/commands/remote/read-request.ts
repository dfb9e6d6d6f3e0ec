import { goAheadLine, lineSplitter, type RemoteRequest } from "../../transport/frames.ts";

/** The words of the other machine. */
export interface Heard {
  /** The request; undefined for anything else. */
  readonly request: Promise<RemoteRequest | undefined>;
  /** Waits for the go-ahead of a change, for at most so long, ms. False without one: then nobody waits for the change. */
  readonly goAhead: (withinMs: number) => Promise<boolean>;
  /** Reads no further word. */
  readonly close: () => void;
}

/** Listens to the other machine, on standard input. */
export function hearRequest(): Heard {
  const { stdin } = process;
  const split = lineSplitter();
  const lines: string[] = [];
  let isEnded = false;
  let wake = (): void => undefined;
  const end = (): void => {
    isEnded = true;
    wake();
  };
  stdin
    .setEncoding("utf8")
    .on("data", (text: string) => {
      lines.push(...split(text));
      wake();
    })
    .once("end", end)
    .once("error", end);
  const nextLine = (withinMs?: number): Promise<string | undefined> =>
    new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(() => settle(undefined), withinMs);
      const settle = (line: string | undefined): void => {
        wake = () => undefined;
        clearTimeout(timer);
        resolve(line);
      };
      wake = () => {
        if (lines.length > 0 || isEnded) settle(lines.shift());
      };
      wake();
    });
  return {
    request: nextLine().then((line) => parsedRequest(line ?? "")),
    goAhead: async (withinMs) => (await nextLine(withinMs)) === goAheadLine,
    close: () =>
      void stdin
        .removeAllListeners()
        .on("error", () => undefined)
        .pause()
        .destroy(),
  };
}

/** Parses the request. It comes from the same program on the other machine, so its form needs no check. */
function parsedRequest(line: string): RemoteRequest | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "words" in value
      ? (value as RemoteRequest)
      : undefined;
  } catch {
    return undefined;
  }
}
