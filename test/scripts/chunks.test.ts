import { describe, expect, it } from "vitest";
import { chunkPlan } from "../../scripts/build/chunks.mjs";

describe("the chunk plan", () => {
  /** Imports and, after "lazy", targets of `import()` calls. */
  const modules: Readonly<Record<string, readonly (readonly string[])[]>> = {
    "/cli.ts": [["/words.ts"], ["/new.ts", "/plan.ts"]],
    "/new.ts": [["/words.ts", "/read.ts", "/rare.ts"], []],
    "/plan.ts": [["/read.ts"], ["/late.ts", "node:fs"]],
    "/late.ts": [["/rare.ts", "/own.ts"], []],
    "/words.ts": [[], []],
    "/read.ts": [[], []],
    "/rare.ts": [[], []],
    "/own.ts": [[], []],
  };
  const context = {
    getModuleInfo(id: string) {
      const [importedIds, dynamicallyImportedIds = []] = modules[id] ?? [];
      return importedIds === undefined ? null : { importedIds, dynamicallyImportedIds };
    },
  };

  it("puts a module into the chunk of the most frequent entry that needs it", () => {
    const plan = chunkPlan("/cli.ts", "command-line", ["/plan.ts"]);
    const chunks = Object.keys(modules).map((id) => [id, plan(id, context)]);
    expect(Object.fromEntries(chunks)).toEqual({
      "/cli.ts": "command-line",
      "/new.ts": null,
      "/plan.ts": "plan",
      "/late.ts": null,
      "/words.ts": "command-line",
      "/read.ts": "plan",
      "/rare.ts": "new-shared",
      "/own.ts": null,
    });
  });

  it("puts a shared library, and what needs it, into a chunk of their own", () => {
    const library = "/node_modules/draw/index.js";
    const known: Readonly<Record<string, readonly (readonly string[])[]>> = {
      "/cli.ts": [[], ["/top.ts", "/why.ts", "/status.ts"]],
      "/top.ts": [["/screen.ts", "/words.ts"], []],
      "/why.ts": [["/words.ts"], []],
      "/status.ts": [["/screen.ts"], []],
      "/screen.ts": [[library], []],
      "/words.ts": [[], []],
      [library]: [[], []],
    };
    const getModuleInfo = (id: string) => {
      const [importedIds = [], dynamicallyImportedIds = []] = known[id] ?? [];
      return { importedIds, dynamicallyImportedIds };
    };
    const plan = chunkPlan("/cli.ts", "command-line", []);
    const chunks = ["/screen.ts", library, "/words.ts"].map((id) => plan(id, { getModuleInfo }));
    expect(chunks).toEqual(["top-libraries", "top-libraries", "top-shared"]);
  });

  it("gives no command the code of one on other machines to load", () => {
    const far = "/src/commands/hosts/far.ts";
    const known: Readonly<Record<string, readonly (readonly string[])[]>> = {
      "/cli.ts": [[], [far, "/near.ts"]],
      [far]: [["/words.ts"], []],
      "/near.ts": [["/words.ts"], []],
      "/words.ts": [[], []],
    };
    const getModuleInfo = (id: string) => {
      const [importedIds = [], dynamicallyImportedIds = []] = known[id] ?? [];
      return { importedIds, dynamicallyImportedIds };
    };
    expect(chunkPlan("/cli.ts", "command-line", [])("/words.ts", { getModuleInfo })).toBe("near-shared");
  });

  it("refuses a frequent entry that no import() names", () => {
    const plan = chunkPlan("/cli.ts", "command-line", ["/gone.ts"]);
    expect(() => plan("/cli.ts", context)).toThrow("no import() names /gone.ts");
  });
});
