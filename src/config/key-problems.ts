import type { Path, Problem } from "./problems.ts";
import { knownKeys, type Section } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { listOf, nameOfMap, quote } from "./wording.ts";

/** Names of the maps that take a key, for one that stands in the wrong place. */
const homes: readonly { readonly section: Section; readonly name: string }[] = [
  { section: "fleet", name: "the fleet itself" },
  { section: "tmux", name: "tmux" },
  { section: "runtime", name: "a runtime" },
  { section: "defaults", name: "defaults" },
  { section: "agent", name: "an agent" },
  { section: "restart", name: "restart" },
  { section: "resources", name: "resources" },
];

/** A key that the map at `owner` does not have. */
export function keyProblem(owner: Path, key: string): Problem {
  const section = sectionAt(owner);
  const known = section === undefined ? [] : knownKeys[section];
  const guess = suggest(key, known);
  return {
    code: "unknown-key",
    summary: `unknown key ${quote(key)} in ${nameOfMap(owner)}`,
    detail:
      guess === undefined && known.length > 0
        ? `Known here: ${listOf(known, "and", known.length)}.`
        : undefined,
    hint: guess === undefined ? placeHint(key) : `did you mean ${quote(guess)}?`,
    path: [...owner, key],
    on: "key",
  };
}

/** Which fixed set of keys the map at `path` has, if any. */
function sectionAt(path: Path): Section | undefined {
  const last = path.at(-1);
  const isAgentKey =
    (path[0] === "agents" && path.length === 3) || (path[0] === "defaults" && path.length === 2);
  if (isAgentKey) return last === "restart" || last === "resources" ? last : undefined;
  if (path.length === 0) return "fleet";
  if (path.length === 1) return last === "tmux" || last === "defaults" ? last : undefined;
  if (path.length > 2) return undefined;
  return path[0] === "agents" ? "agent" : path[0] === "runtimes" ? "runtime" : undefined;
}

function placeHint(key: string): string | undefined {
  const owners = homes.filter(({ section }) => knownKeys[section].includes(key)).map(({ name }) => name);
  return owners.length === 0 ? undefined : `${quote(key)} is a key of ${listOf(owners, "and")}`;
}
