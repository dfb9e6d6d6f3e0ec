import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { openSandbox, type Sandbox } from "./sandbox.ts";

type Options = Parameters<typeof openSandbox>[0];

/**
 * Opens a sandbox before the tests of the surrounding `describe`, and closes it after them. Returns a handle to it, which
 * works in tests and in hooks that are declared after this call.
 */
export function useSandbox(options: Options = {}): Sandbox {
  return opened(options, beforeAll, afterAll);
}

/** Opens a sandbox before each test of the surrounding `describe`, and closes it after it. Returns a handle like that. */
export function useFreshSandbox(options: Options = {}): Sandbox {
  return opened(options, beforeEach, afterEach);
}

type Hook = (act: () => Promise<void>) => void;

function opened(options: Options, before: Hook, after: Hook): Sandbox {
  let current: Sandbox | undefined;
  before(async () => {
    current = await openSandbox(options);
  });
  // Hooks run in reverse order after the tests, so those of the test itself still have the sandbox.
  after(async () => {
    await current?.close();
    current = undefined;
  });

  const box = (): Sandbox => {
    if (current === undefined) throw new Error("the sandbox is only open in tests and hooks");
    return current;
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
    fleet: (args, how) => box().fleet(args, how),
    sh: (script, how) => box().sh(script, how),
    write: (path, text, mode) => box().write(path, text, mode),
    read: (path) => box().read(path),
    more: (path, from, waitMs) => box().more(path, from, waitMs),
    entries: (root, how) => box().entries(root, how),
    close: () => box().close(),
  };
}
