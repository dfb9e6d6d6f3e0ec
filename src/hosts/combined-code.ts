import type { HostEnd } from "../transport/host-run-state.ts";

/** The code of a run with hosts that were not reached or not finished. */
const incompleteCode = 7;

/** The codes of hosts, the most important first: misuse and errors, then incomplete hosts, then the others. */
const order = [130, 64, 65, 1, incompleteCode, 3, 5, 6, 124, 4, 2, 0] as const;

/** Returns the code of a run on many hosts: that of the most important end. */
export function combinedCode(ends: readonly HostEnd[]): (typeof order)[number] {
  const codes = new Set(ends.map(codeOf));
  return order.find((code) => codes.has(code)) ?? 1;
}

function codeOf(end: HostEnd): number {
  switch (end.name) {
    case "done":
      return order.some((code) => code === end.code) ? end.code : 1;
    case "refused":
      return 1;
    case "unreachable":
    case "lost":
    case "unknown":
    case "not-begun":
      return incompleteCode;
  }
}
