// Answers `systemctl --user show` for a few properties, over the private socket of the user manager, as systemctl itself
// does. A start of systemctl takes five times the processor time of the answer. See dbus-message.mjs for the messages.
import { connect } from "node:net";
import { getuid } from "node:process";
import { callOf, readReply } from "./dbus-message.mjs";

const object = "/org/freedesktop/systemd1";
const manager = "org.freedesktop.systemd1.Manager";
/** The time without an answer after which systemctl is asked, ms. */
const longestMs = 10_000;
const properties = "org.freedesktop.DBus.Properties";

/**
 * The interface of each property with a value that systemctl prints as it is, or as its type tells.
 *
 * @type {Readonly<Record<string, string>>}
 */
const interfaces = Object.fromEntries([
  ...["Id", "ActiveState", "SubState", "InvocationID", "NeedDaemonReload", "Description", "FragmentPath"].map(
    (name) => [name, "org.freedesktop.systemd1.Unit"],
  ),
  ...["MainPID", "ControlPID", "NRestarts", "ExecMainStatus", "Result", "ControlGroup"].map((name) => [
    name,
    "org.freedesktop.systemd1.Service",
  ]),
]);
/** A property of the manager itself. */
const reloaded = "GeneratorsFinishTimestampMonotonic";

/**
 * A reading of properties: of the manager itself, or of units by their names and patterns.
 *
 * @typedef {{ readonly names: readonly string[], readonly units: readonly string[], readonly states: readonly string[],
 *   readonly hasOnlyValues: boolean }} Reading
 */

/**
 * Returns the reading that a command line asks for; undefined for one that only systemctl can answer.
 *
 * @param {readonly string[]} argv
 * @returns {Reading | undefined}
 */
export function readingOf([program, scope, verb, ...words]) {
  if (program !== "systemctl" || scope !== "--user" || verb !== "show") return undefined;
  /** @type {{ names: string[], units: string[], states: string[], hasOnlyValues: boolean }} */
  const reading = { names: [], units: [], states: [], hasOnlyValues: false };
  while (words.length > 0) {
    const word = words.shift() ?? "";
    const given = /^--(property|state)=(.+)$/.exec(word);
    if (word === "-P") reading.hasOnlyValues = true;
    if (/^(?:-P|-p|--property)$/.test(word)) reading.names.push(...(words.shift() ?? "").split(","));
    else if (word === "--value") reading.hasOnlyValues = true;
    else if (given !== null)
      reading[given[1] === "state" ? "states" : "names"].push(...(given[2] ?? "").split(","));
    else if (/^[\w@.*-]+$/.test(word) && !word.startsWith("-")) reading.units.push(word);
    else return undefined;
  }
  const { names, units } = reading;
  const isOfManager = names.length === 1 && names[0] === reloaded && units.length === 0;
  const isOfUnits = names.length > 0 && units.length > 0 && names.every((name) => name in interfaces);
  return isOfManager || (isOfUnits && units.every(isService)) ? reading : undefined;
}

/**
 * Returns true for the name of a service, or a pattern for nothing else.
 *
 * @param {string} name
 */
function isService(name) {
  return name.includes("*") ? name.endsWith(".service") || name.includes("@") : !/\.(?!service$)/.test(name);
}

/**
 * Returns what systemctl prints for a reading. Throws if the manager does not answer, or with an error.
 *
 * @param {Reading} reading
 * @returns {Promise<string>}
 */
export async function show({ names, units, states, hasOnlyValues }) {
  const line = (/** @type {string} */ name, /** @type {string} */ value) =>
    hasOnlyValues ? `${value}\n` : `${name}=${value}\n`;
  return onBus(async (ask) => {
    const get = async (/** @type {string} */ path, /** @type {string} */ of, /** @type {string} */ name) =>
      line(name, textOf(name, (await ask(path, properties, "Get", [of, name]))[0]));
    if (units.length === 0) return get(object, manager, reloaded);
    const paths = units.filter((name) => !name.includes("*")).map(pathOf);
    const patterns = units.filter((name) => name.includes("*"));
    if (patterns.length > 0) {
      const [found = []] = await ask(object, manager, "ListUnitsByPatterns", [states, patterns]);
      for (const [, , , state, , follows, path = "", job] of /** @type {string[][]} */ (found)) {
        // As systemctl does without --all.
        if (states.length > 0 || Number(job) > 0 || (state !== "inactive" && follows === ""))
          paths.push(path);
      }
    }
    const blocks = paths.map(async (path) => {
      const lines = names.map((name) => get(path, interfaces[name] ?? "", name));
      return (await Promise.all(lines)).join("");
    });
    return (await Promise.all(blocks)).join("\n");
  });
}

/**
 * Returns the path of a service on the bus, see sd_bus_path_encode(3).
 *
 * @param {string} name
 */
function pathOf(name) {
  const whole = name.endsWith(".service") ? name : `${name}.service`;
  return `${object}/unit/${whole.replaceAll(/[^A-Za-z0-9]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`)}`;
}

/**
 * Returns the text of a value.
 *
 * @param {string} name
 * @param {unknown} value
 */
function textOf(name, value) {
  if (name === "InvocationID") return Buffer.from(/** @type {number[]} */ (value)).toString("hex");
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/**
 * A call of a method, whose arguments are strings and arrays of strings.
 *
 * @typedef {(path: string, of: string, member: string, args: readonly (string | readonly string[])[]) => Promise<unknown[]>} Ask
 */

/**
 * Connects to the manager for the time of an action. A lasting connection would get a message at each change of a unit.
 *
 * @param {(ask: Ask) => Promise<string>} act
 * @returns {Promise<string>}
 */
async function onBus(act) {
  const socket = connect(`${process.env["XDG_RUNTIME_DIR"]}/systemd/private`);
  /** @type {Map<number, { resolve: (values: unknown[]) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let data = Buffer.alloc(0);
  let isGreeted = false;
  /**
   * The calls until then: sd-bus does not read on after a greeting until there is more.
   *
   * @type {Buffer[]}
   */
  const early = [];
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    socket.setTimeout(longestMs, () => socket.destroy());
    socket.once("error", reject).once("close", () => reject(new Error("the manager has hung up")));
  });
  socket.on("data", (more) => {
    data = Buffer.concat([data, more]);
    if (!isGreeted && data.includes("\r\n")) {
      isGreeted = true;
      data = data.subarray(data.indexOf("\r\n") + 2);
      for (const call of early) socket.write(call);
    }
    if (!isGreeted) return;
    try {
      for (let reply; (reply = readReply(data)) !== undefined; data = data.subarray(reply.length)) {
        const asked = waiting.get(reply.to);
        waiting.delete(reply.to);
        if (reply.error === undefined) asked?.resolve(reply.values);
        else asked?.reject(new Error(reply.error));
      }
    } catch (error) {
      socket.destroy(/** @type {Error} */ (error)); // a type that dbus-message.mjs does not know
    }
  });
  const user = Buffer.from(String(getuid?.())).toString("hex");
  socket.write(`\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`);
  let serial = 0;
  /**
   * Calls a method.
   *
   * @type {Ask}
   */
  const ask = (path, of, member, args) =>
    new Promise((resolve, reject) => {
      waiting.set(++serial, { resolve, reject });
      const call = callOf(serial, path, of, member, args);
      if (isGreeted) socket.write(call);
      else early.push(call);
    });
  try {
    return await Promise.race([act(ask), failed]);
  } finally {
    failed.catch(() => undefined); // the end of this connection
    socket.destroy();
  }
}
