/**
 * Whoever read the output may be gone (`| head`, a terminal that was closed, a full disk behind a redirection): that is
 * no reason to stop in the middle of an apply, nor to show a stack trace.
 */
export function ignoreLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount("error") === 0) stream.on("error", () => undefined);
  }
}
