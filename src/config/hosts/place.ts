/** A host that takes a share of the agents. */
export interface PlaceHost {
  readonly name: string;
  /** A whole number from 1: a host of weight 2 gets twice as many agents as one of weight 1. */
  readonly weight: number;
}

/**
 * Returns a function from an agent to its host, by rendezvous hashing (Thaler and Ravishankar, 1998): each host has a score
 * for the agent, and the highest one wins. It depends on names and weights alone, so all machines agree without a word. A
 * further agent moves no other one, a further host takes agents only to itself, and those of a lost host alone move. The
 * result is undefined without hosts. It must never change: that would move running agents.
 */
export function createPlacer(hosts: readonly PlaceHost[]): (agent: string) => string | undefined {
  // A host of weight 3 has three lots. Whole numbers alone: a logarithm may differ between versions of a program.
  const lots = hosts.flatMap(({ name, weight }) =>
    Array.from({ length: weight }, (_, lot) => ({ name, hash: spreadText(`${name}#${lot}`, 0x85ebca6b) })),
  );
  return (agent) => {
    const [low, high] = [spreadText(agent, 0x811c9dc5), spreadText(agent, 0x1b873593)];
    let best: { readonly name: string; readonly score: number } | undefined;
    for (const { name, hash } of lots) {
      const score = mixedBits(low ^ hash) * 0x200000 + (mixedBits(high + hash) >>> 11);
      // Names decide between equal scores, whatever their order in the file.
      if (best === undefined || score > best.score || (score === best.score && name < best.name))
        best = { name, score };
    }
    return best?.name;
  };
}

/** Returns a number of 32 bits for a text: FNV-1a over its code units. */
function spreadText(text: string, seed: number): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return mixedBits(sum);
}

/** Returns a number of 32 bits whose bits each depend on all bits of the given one: the end of MurmurHash3. */
function mixedBits(bits: number): number {
  let sum = bits | 0;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
