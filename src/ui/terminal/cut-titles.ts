const escape = 0x1b;
const k = 0x6b;
const backslash = 0x5c;
/** The longest title that is waited for, bytes: tmux gives up no later. */
const longest = 4_096;

/**
 * Returns a filter for a stream that removes `ESC k TITLE ESC \`. Programs on a terminal of the kind `screen` set titles
 * that way, and xterm.js would print them. A sequence may be split over any pieces. Pure, except for its memory.
 */
export function cutTitles(): (bytes: Buffer) => Buffer {
  let state: "text" | "escape" | "title" | "title-escape" = "text";
  let length = 0;
  return (bytes) => {
    if (state === "text" && !bytes.includes(escape)) return bytes;
    const kept = Buffer.allocUnsafe(bytes.length + 1);
    let size = 0;
    for (const byte of bytes) {
      switch (state) {
        case "text":
          if (byte === escape) state = "escape";
          else kept[size++] = byte;
          break;
        case "escape":
          if (byte === k) {
            [state, length] = ["title", 0];
            break;
          }
          kept[size++] = escape;
          if (byte !== escape) {
            state = "text";
            kept[size++] = byte;
          }
          break;
        case "title":
          length += 1;
          if (byte === escape) state = "title-escape";
          else if (byte === 7 || length > longest) state = "text";
          break;
        case "title-escape":
          state = byte === backslash ? "text" : "title";
          break;
      }
    }
    return kept.subarray(0, size);
  };
}
