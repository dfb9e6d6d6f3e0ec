/**
 * A function from a module to its imports in rolldown, or to null if the module is not bundled.
 *
 * @typedef {(id: string) => { readonly importedIds: readonly string[], readonly dynamicallyImportedIds: readonly
 * string[] } | null} ModuleInfo
 */

/**
 * Returns the chunk plan for rolldown: a function from a module to the name of its chunk, or null if only one entry
 * outside of `often` needs it. `root` is the first entry, with the chunk `rootName`. Every target of an `import()` is
 * an entry too, so nobody keeps a list of them.
 *
 * A module of several entries goes to the first of them, in the order of `often` and then of discovery, with the
 * commands on other machines last. For the root
 * and for `often`, it goes into the entry's own chunk, because one runs after the other and loads it anyway. For the
 * other entries, it goes into a chunk next to the entry's own, and into another one if it needs a library. So no code
 * exists twice, a run loads few files, the runs in `often` load no code for others only, and only a run that needs a
 * library loads it: those that draw on a terminal take 12 ms.
 *
 * @param {string} root
 * @param {string} rootName
 * @param {readonly string[]} often
 * @returns {(id: string, context: { getModuleInfo: ModuleInfo }) => string | null}
 */
export function chunkPlan(root, rootName, often) {
  /** @type {ReadonlyMap<string, string> | undefined} */
  let chunks;
  return (id, context) => {
    chunks ??= chunksOf(root, rootName, often, (module) => context.getModuleInfo(module));
    return chunks.get(id) ?? null;
  };
}

/**
 * Returns the chunk of each module that has one.
 *
 * @param {string} root
 * @param {string} rootName
 * @param {readonly string[]} often
 * @param {ModuleInfo} getModuleInfo
 */
function chunksOf(root, rootName, often, getModuleInfo) {
  const found = entriesFrom(root, getModuleInfo);
  const unknown = often.filter((entry) => !found.has(entry));
  if (unknown.length > 0) throw new Error(`no import() names ${unknown.join(", ")}`);
  const whole = new Map([
    [root, rootName],
    ...often.map((entry) => /** @type {const} */ ([entry, stem(entry)])),
  ]);
  /** @type {Map<string, string>} */
  const owners = new Map();
  /** @type {Map<string, string>} */
  const chunks = new Map();
  // Last the commands on other machines, which reach most of the program: else they would own the code of all others.
  const [late, early] = [true, false].map((isLate) => [...found].filter((id) => isOfHosts(id) === isLate));
  for (const entry of new Set([...whole.keys(), ...(early ?? []), ...(late ?? [])])) {
    for (const id of reachable(entry, (module) => [...(getModuleInfo(module)?.importedIds ?? [])])) {
      const owner = owners.get(id) ?? entry;
      const isShared = owners.has(id);
      owners.set(id, owner);
      const chunk = whole.get(owner) ?? (isShared ? `${stem(owner)}-shared` : undefined);
      if (chunk !== undefined) chunks.set(id, chunk);
    }
  }
  const isOften = (/** @type {string} */ id) => whole.has(owners.get(id) ?? "");
  for (const [id, chunk] of chunks) {
    if (isOften(id)) continue;
    const needed = reachable(id, (module) => [...(getModuleInfo(module)?.importedIds ?? [])]);
    if ([...needed].some((each) => each.includes("/node_modules/") && !isOften(each)))
      chunks.set(id, chunk.replace(/-shared$/, "-libraries"));
  }
  return chunks;
}

/**
 * Returns true for a command on other machines.
 *
 * @param {string} id
 */
function isOfHosts(id) {
  return id.includes("/src/commands/hosts/");
}

/**
 * Returns the entries: the root, and the targets of all `import()` calls in the order of discovery.
 *
 * @param {string} root
 * @param {ModuleInfo} getModuleInfo
 */
function entriesFrom(root, getModuleInfo) {
  const entries = new Set([root]);
  /**
   * Returns the imports of a module, and notes its entries.
   *
   * @param {string} id
   */
  const links = (id) => {
    const { importedIds = [], dynamicallyImportedIds = [] } = getModuleInfo(id) ?? {};
    for (const target of dynamicallyImportedIds) if (getModuleInfo(target) !== null) entries.add(target);
    return [...importedIds, ...dynamicallyImportedIds];
  };
  reachable(root, links);
  return entries;
}

/**
 * Returns `start` and everything that it reaches over its links, at any distance.
 *
 * @param {string} start
 * @param {(id: string) => readonly string[]} links
 */
function reachable(start, links) {
  const seen = new Set([start]);
  for (const id of seen) for (const target of links(id)) seen.add(target);
  return seen;
}

/**
 * Returns the name of a source file without its folder and extension.
 *
 * @param {string} path
 */
export function stem(path) {
  return path.replace(/^.*\//, "").replace(/\.ts$/, "");
}
