import { afterAll, beforeAll } from "vitest";
import { openSandbox, type Sandbox } from "./sandbox.ts";

/**
 * Opens a sandbox before the tests of the surrounding `describe`, and closes it after them. Returns a handle to it, which
 * works in tests and in hooks that are declared after this call.
 */
export function useSandbox(options: Parameters<typeof openSandbox>[0] = {}): Sandbox {
  let opened: Sandbox | undefined;
  beforeAll(async () => {
    opened = await openSandbox(options);
  });
  // Hooks run in reverse order after the tests, so those of the test itself still have the sandbox.
  afterAll(() => opened?.close());

  const box = (): Sandbox => {
    if (opened === undefined) throw new Error("the sandbox is only open in tests and hooks");
    return opened;
  };
  return {
    get home() {
      return box().home;
    },
    get uid() {
      return box().uid;
    },
    get pid() {
      return box().pid;
    },
    run: (argv, how) => box().run(argv, how),
    sh: (script, how) => box().sh(script, how),
    write: (path, text, mode) => box().write(path, text, mode),
    read: (path) => box().read(path),
    close: () => box().close(),
  };
}
