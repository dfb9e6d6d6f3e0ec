import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readBytes } from "../../drivers/files/read-bytes.ts";
import { maxTextBytes, textToSend } from "../../send/text.ts";

/** Returns the text of a command line, a file, or standard input (`-` or no source at all), ready to be sent. */
export async function inputText(
  words: string | undefined,
  file: string | undefined,
  keepsEnd: boolean,
): Promise<Result<string>> {
  if (words !== undefined) return textToSend(Buffer.from(words), "the text", keepsEnd);
  const isInput = file === undefined || file === "-";
  const source = isInput ? "standard input" : file;
  const bytes = await readBytes(isInput ? 0 : file, maxTextBytes + 1);
  if (typeof bytes === "string")
    return fail("file-unreadable", `cannot read ${source}: ${bytes}`, { hint: "name a file with text" });
  const text = textToSend(bytes, source, keepsEnd);
  return text.ok ? ok(text.value) : text;
}
