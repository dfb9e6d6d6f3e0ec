import type { RemoteRequest } from "../../transport/frames.ts";

/** Reads the line of the request from standard input; undefined for anything else. */
export function readRequest(): Promise<RemoteRequest | undefined> {
  const { stdin } = process;
  return new Promise((resolve) => {
    let text = "";
    const settle = (): void => {
      stdin.off("data", onData).pause().destroy();
      resolve(parsed(text));
    };
    const onData = (more: string): void => {
      text += more;
      if (more.includes("\n")) settle();
    };
    stdin.setEncoding("utf8").on("data", onData).once("end", settle).once("error", settle);
  });
}

/** Parses the request. It comes from the same program on the other machine, so its form needs no check. */
function parsed(text: string): RemoteRequest | undefined {
  try {
    const value: unknown = JSON.parse(text.split("\n", 1)[0] ?? "");
    return typeof value === "object" && value !== null && "words" in value
      ? (value as RemoteRequest)
      : undefined;
  } catch {
    return undefined;
  }
}
