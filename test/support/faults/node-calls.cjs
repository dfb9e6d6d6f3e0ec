/**
 * A function of node's with the arguments of any of them. The hooks replace functions by name.
 *
 * @typedef {(...args: unknown[]) => unknown} Call
 */

/**
 * The last argument of a function of node:fs with a callback.
 *
 * @typedef {(error?: Error | null, result?: unknown) => void} Callback
 */

/**
 * Returns the functions of a module by name, to replace some of them.
 *
 * @param {object} module
 */
const callsOf = (module) => /** @type {Record<string, Call>} */ (module);

/**
 * Returns a function of a module by its name.
 *
 * @param {object} module
 * @param {string} name
 * @throws {Error} if there is no such function
 */
function callNamed(module, name) {
  const call = callsOf(module)[name];
  if (call === undefined) throw new Error(`node has no function ${name}`);
  return call;
}

module.exports = { callsOf, callNamed };
