import { maxNameLength, nameLike } from "../../config/schema/values/names.ts";
import type { At, Ledger } from "./ledger.ts";

/** A giver of names fleet.yaml takes, each of them once. */
export type Namer = (wanted: string, ledger: Ledger, at: At, fallback: string) => string;

/** Returns a giver of names. It tells of each name that differs from the wanted one. */
export function openNames(taken: Iterable<string> = []): Namer {
  const given = new Set<string>(taken);
  return (wanted, ledger, at, fallback) => {
    const plain = plainName(wanted, fallback);
    let name = plain;
    for (let number = 2; given.has(name); number += 1) {
      const suffix = `-${number}`;
      name = plain.slice(0, maxNameLength - suffix.length) + suffix;
    }
    given.add(name);
    if (name !== wanted) ledger.note("renamed", at, wanted, name);
    return name;
  };
}

/** Returns a text as a name, or `fallback` if nothing of it can be part of one. */
export function plainName(wanted: string, fallback: string): string {
  const name = nameLike(wanted);
  return name === "" ? fallback : name;
}
