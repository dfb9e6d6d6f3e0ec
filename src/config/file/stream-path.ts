/**
 * Returns true for a name of an open descriptor, as of `--file <(…)` and `/dev/stdin`: it has no folder of its own. A file in
 * /dev/shm is one as any other.
 */
export function isStreamPath(path: string): boolean {
  return /^\/(?:dev\/(?:fd\/|std(?:in|out|err)$)|proc\/[^/]+\/(?:task\/[^/]+\/)?fd\/)/.test(path);
}
