// Preloaded into a run of `fleet` by NODE_OPTIONS=--require=…: makes calls of node's fail as on a bad machine.
//
//   FULL_FROM=N CODE=ENOSPC   all calls that write below ~/.config or the runtime directory fail, from the Nth one on;
//                             a call that writes text has written half of it then
//   CLOCK_BY=MS CLOCK_FROM=N  from the Nth look at it on, the clock shows so much more
//   NOTE=FILE                 is made when a fault was met
const fs = require("node:fs");
const { callNamed, callsOf } = require("./node-calls.cjs");

/** @typedef {import("./node-calls.cjs").Call} Call */
/** @typedef {import("./node-calls.cjs").Callback} Callback */

const { FULL_FROM, CODE, CLOCK_BY, CLOCK_FROM = "1", NOTE, HOME, XDG_RUNTIME_DIR } = process.env;
const real = { ...fs };
/**
 * Paths by open file descriptor.
 *
 * @type {Map<unknown, unknown>}
 */
const opened = new Map();
let calls = 0;

/** Records that a fault was met. */
function note() {
  if (NOTE !== undefined) real.writeFileSync(NOTE, "");
}

/**
 * Returns the error of a call for a path or a file descriptor; undefined if the call may succeed.
 *
 * @param {unknown} target
 */
function fault(target) {
  const path = String(typeof target === "number" ? opened.get(target) : target);
  if (!path.startsWith(`${HOME}/.config/`) && !path.startsWith(`${XDG_RUNTIME_DIR}/mosaic-fleet/`))
    return undefined;
  if (path.endsWith(".lock") || ++calls < Number(FULL_FROM)) return undefined;
  note();
  return Object.assign(new Error(`${CODE}: no luck with the disk, '${path}'`), { code: CODE });
}

/**
 * The position of the path among the arguments, and whether the call changes anything.
 *
 * @type {Record<string, [number, ((flags: unknown) => boolean)?]>}
 */
const writers = {
  open: [
    0,
    (flags) =>
      typeof flags === "number" ? (flags & 3) !== 0 : /[wax+]/.test(typeof flags === "string" ? flags : "r"),
  ],
  mkdir: [0],
  rename: [1],
  symlink: [1],
  write: [0],
  writeFile: [0],
  fsync: [0],
};

if (FULL_FROM !== undefined) {
  for (const [name, [at, writes = () => true]] of Object.entries(writers)) {
    const sync = callNamed(real, `${name}Sync`);
    const later = callNamed(real, name);
    /**
     * Writes half of the text of a failing call.
     *
     * @param {unknown} target
     * @param {unknown} data
     */
    const half = (target, data) => {
      if (!name.startsWith("write") || typeof target !== "number") return;
      const bytes = Buffer.from(/** @type {string | Uint8Array} */ (data));
      real.writeSync(target, bytes.subarray(0, bytes.length / 2));
    };
    callsOf(fs)[`${name}Sync`] = (...args) => {
      const error = writes(args[1]) ? fault(args[at]) : undefined;
      if (error !== undefined) {
        half(args[0], args[1]);
        throw error;
      }
      const result = sync(...args);
      if (name === "open") opened.set(result, args[0]);
      return result;
    };
    callsOf(fs)[name] = (...args) => {
      const done = /** @type {Callback} */ (args.pop());
      const error = writes(args[1]) ? fault(args[at]) : undefined;
      if (error !== undefined) {
        half(args[0], args[1]);
        return setImmediate(() => done(error));
      }
      /**
       * Reports the end of the real call.
       *
       * @type {Callback}
       */
      const finish = (failure, result) => {
        if (name === "open" && !failure) opened.set(result, args[0]);
        done(failure, result);
      };
      return later(...args, finish);
    };
  }
}

if (CLOCK_BY !== undefined) {
  const now = Date.now;
  let looks = 0;
  Date.now = () => {
    if (++looks < Number(CLOCK_FROM)) return now();
    note();
    return now() + Number(CLOCK_BY);
  };
}
