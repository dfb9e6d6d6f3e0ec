/**
 * What rolldown tells of modules; null for a module that is not bundled.
 *
 * @typedef {(id: string) => { readonly importedIds: readonly string[], readonly dynamicallyImportedIds: readonly string[] } | null} ModuleInfo
 */

/**
 * Returns the chunk plan for rolldown: a function from a module to the name of the shared chunk to which it belongs, or null
 * if only one entry needs it. `root` is the first entry, and every module that an `import()` names is an entry too: nobody
 * keeps a list of them.
 *
 * A module that several entries need goes to the chunk of the first of them, in the order of `often` and then of discovery.
 * So a run loads few files, and the runs in `often` load nothing that only less frequent ones need.
 *
 * @param {string} root
 * @param {readonly string[]} often
 * @returns {(id: string, context: { getModuleInfo: ModuleInfo }) => string | null}
 */
export function chunkPlan(root, often) {
  /** @type {ReadonlyMap<string, string> | undefined} */
  let homes;
  return (id, context) => {
    homes ??= homesOf(root, often, (module) => context.getModuleInfo(module));
    return homes.get(id) ?? null;
  };
}

/**
 * @param {string} root
 * @param {readonly string[]} often
 * @param {ModuleInfo} getModuleInfo
 */
function homesOf(root, often, getModuleInfo) {
  const found = entriesFrom(root, getModuleInfo);
  const unknown = often.filter((entry) => !found.has(entry));
  if (unknown.length > 0) throw new Error(`no import() names ${unknown.join(", ")}`);
  /** @type {Map<string, string>} */
  const first = new Map();
  /** @type {Map<string, string>} */
  const shared = new Map();
  for (const entry of new Set([root, ...often, ...found])) {
    for (const id of reachable(entry, (module) => [...(getModuleInfo(module)?.importedIds ?? [])])) {
      const owner = first.get(id);
      if (owner === undefined) first.set(id, entry);
      else shared.set(id, owner === root ? "base" : `${stem(owner)}-shared`);
    }
  }
  return shared;
}

/**
 * Returns the entries: the root, and the targets of all `import()` calls in the order in which they are found.
 *
 * @param {string} root
 * @param {ModuleInfo} getModuleInfo
 */
function entriesFrom(root, getModuleInfo) {
  const entries = new Set([root]);
  /** @param {string} id */
  const links = (id) => {
    const { importedIds = [], dynamicallyImportedIds = [] } = getModuleInfo(id) ?? {};
    for (const target of dynamicallyImportedIds) if (getModuleInfo(target) !== null) entries.add(target);
    return [...importedIds, ...dynamicallyImportedIds];
  };
  reachable(root, links);
  return entries;
}

/**
 * Returns `start` and what its links lead to, over any distance.
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
