import type { IncomingMessage } from "node:http";

/** The largest body of a request, bytes. */
const mostBytes = 4_096;

/** Returns the body of a request as text; undefined for one that is too large or ends early. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > mostBytes) return undefined;
      chunks.push(bytes);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}
