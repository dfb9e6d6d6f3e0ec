/** The kinds of binary messages to a page: more output of a terminal, or a whole picture of it. */
export const frameKinds = { stream: 1, picture: 2 } as const;

/** Returns a binary message: its kind, the channel of its terminal, and its bytes. */
export function frameOf(kind: keyof typeof frameKinds, channel: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(bytes.length + 3);
  frame.set([frameKinds[kind], channel >> 8, channel & 0xff]);
  frame.set(bytes, 3);
  return frame;
}

/** Returns the parts of such a message; undefined for another one. */
export function partsOf(
  frame: Uint8Array,
):
  | { readonly kind: keyof typeof frameKinds; readonly channel: number; readonly bytes: Uint8Array }
  | undefined {
  const [first, high = 0, low = 0] = frame;
  const kind = first === frameKinds.stream ? "stream" : first === frameKinds.picture ? "picture" : undefined;
  return kind && frame.length >= 3
    ? { kind, channel: high * 256 + low, bytes: frame.subarray(3) }
    : undefined;
}
