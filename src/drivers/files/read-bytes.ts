import { createReadStream } from "node:fs";
import { fileTrouble } from "../../text/error-message.ts";

/** Returns the first bytes of a file or of an open descriptor, at most `most` of them; the reason if it fails. */
export async function readBytes(source: string | number, most: number): Promise<Uint8Array | string> {
  const options = typeof source === "number" ? { fd: source, autoClose: false } : {};
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(typeof source === "number" ? "" : source, options)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= most) break;
    }
  } catch (error) {
    return fileTrouble(error);
  }
  return Buffer.concat(chunks).subarray(0, most);
}
