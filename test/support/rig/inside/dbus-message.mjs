// Messages of D-Bus, as far as show-units.mjs needs them: calls with strings, and their replies. See the specification,
// https://dbus.freedesktop.org/doc/dbus-specification.html#type-system and #message-protocol-messages.

/** The codes of header fields, with the types of their values. */
const fields = { path: [1, "o"], interface: [2, "s"], member: [3, "s"], signature: [8, "g"] };
const replySerial = 5;
/** The types of messages. */
const [methodCall, methodReturn, failure] = [1, 2, 3];
/** The alignment of types, bytes; that of all others is 4. */
const alignments = { y: 1, g: 1, v: 1, t: 8, x: 8, d: 8, "(": 8, "{": 8 };

/**
 * Returns a method call.
 *
 * @param {number} serial
 * @param {string} path
 * @param {string} of
 * @param {string} member
 * @param {readonly (string | readonly string[])[]} args
 * @returns {Buffer}
 */
export function callOf(serial, path, of, member, args) {
  const body = writer();
  for (const arg of args) {
    if (typeof arg === "string") body.text(arg);
    else body.texts(arg);
  }
  const signature = args.map((arg) => (typeof arg === "string" ? "s" : "as")).join("");
  const header = writer();
  header.byte("l".charCodeAt(0), methodCall, 0, 1);
  header.word(body.length(), serial, 0);
  const begin = header.length();
  const values = { path, interface: of, member, signature };
  for (const [name, value] of Object.entries(values)) {
    const [code, type] = fields[/** @type {keyof typeof fields} */ (name)];
    header.align(8);
    header.byte(Number(code));
    header.signature(String(type));
    if (type === "g") header.signature(value);
    else header.text(value);
  }
  const whole = header.length() - begin;
  header.align(8);
  const bytes = header.bytes();
  bytes.writeUInt32LE(whole, 12);
  return Buffer.concat([bytes, body.bytes()]);
}

/** Returns a writer of values, each at a multiple of its alignment. */
function writer() {
  /** @type {number[]} */
  const bytes = [];
  const align = (/** @type {number} */ to) => {
    while (bytes.length % to !== 0) bytes.push(0);
  };
  const word = (/** @type {number[]} */ ...values) => {
    align(4);
    for (const value of values)
      bytes.push(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
  };
  const text = (/** @type {string} */ value) => {
    const encoded = Buffer.from(value);
    word(encoded.length);
    bytes.push(...encoded, 0);
  };
  return {
    align,
    word,
    text,
    length: () => bytes.length,
    bytes: () => Buffer.from(bytes),
    byte: (/** @type {number[]} */ ...values) => void bytes.push(...values),
    signature: (/** @type {string} */ value) => void bytes.push(value.length, ...Buffer.from(value), 0),
    texts(/** @type {readonly string[]} */ values) {
      const inner = writer();
      for (const value of values) inner.text(value);
      word(inner.length());
      bytes.push(...inner.bytes());
    },
  };
}

/**
 * Returns the first message in some data: its length, the serial of the call that it answers (0 for none), and its values
 * or its error. Returns undefined if the message is not complete.
 *
 * @param {Buffer} data
 */
export function readReply(data) {
  if (data.length < 16) return undefined;
  const inHeader = data.readUInt32LE(12);
  const start = 16 + Math.ceil(inHeader / 8) * 8;
  const length = start + data.readUInt32LE(4);
  if (data.length < length) return undefined;
  const header = reader(data.subarray(0, 16 + inHeader), 16);
  let to = 0;
  let signature = "";
  while (!header.isAtEnd()) {
    header.align(8);
    const code = header.value("y");
    const value = header.value("v");
    if (code === replySerial) to = Number(value);
    if (code === fields.signature[0]) signature = String(value);
  }
  const body = reader(data.subarray(start, length), 0);
  const type = data[1];
  const values = type === methodReturn || type === failure ? typesIn(signature).map(body.value) : [];
  return { length, to, values, error: type === failure ? JSON.stringify(values) : undefined };
}

/**
 * Returns the complete types of a signature.
 *
 * @param {string} signature
 * @returns {readonly string[]}
 */
function typesIn(signature) {
  const types = [];
  for (let rest = signature; rest !== "";) {
    let end = 0;
    while (rest[end] === "a") end++;
    let depth = 0;
    do {
      if (rest[end] === "(" || rest[end] === "{") depth++;
      if (rest[end] === ")" || rest[end] === "}") depth--;
      end++;
    } while (depth > 0);
    types.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return types;
}

/**
 * Returns a reader of values.
 *
 * @param {Buffer} data
 * @param {number} from
 */
function reader(data, from) {
  let at = from;
  const isBefore = (/** @type {number} */ end) => at < end;
  const align = (/** @type {number} */ to) => {
    at = Math.ceil(at / to) * to;
  };
  const word = () => {
    align(4);
    at += 4;
    return data.readUInt32LE(at - 4);
  };
  const text = (/** @type {number} */ length) => {
    at += length + 1;
    return data.toString("utf8", at - length - 1, at - 1);
  };
  const long = () => {
    at += 8;
    return data.readBigUInt64LE(at - 8);
  };
  /**
   * Reads one value.
   *
   * @type {(type: string) => unknown}
   */
  const value = (type) => {
    const [first = ""] = type;
    align(alignments[/** @type {keyof typeof alignments} */ (first)] ?? 4);
    if (first === "a") return elements(type.slice(1));
    if (first === "(" || first === "{") return typesIn(type.slice(1, -1)).map(value);
    if (first === "v") return value(text(data.readUInt8(at++)));
    if (first === "y") return data.readUInt8(at++);
    if (first === "g") return text(data.readUInt8(at++));
    if (first === "s" || first === "o") return text(word());
    if (first === "t") return long();
    if (first === "b") return word() === 1;
    if (first === "i") return word() | 0;
    if (first === "u") return word();
    throw new Error(`a value of type ${type}`);
  };
  const elements = (/** @type {string} */ type) => {
    const length = word();
    align(alignments[/** @type {keyof typeof alignments} */ (type[0])] ?? 4);
    const end = at + length;
    const all = [];
    while (isBefore(end)) all.push(value(type));
    return all;
  };
  return { align, value, isAtEnd: () => !isBefore(data.length) };
}
