import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codexHooks } from "../../src/runtimes/hooks.ts";
import { hasOurHooks, onlyOurHooks, withHooks, withoutHooks } from "../../src/runtimes/person-hooks.ts";
import type { PersonHooks } from "../../src/runtimes/preset.ts";

const preset: PersonHooks = codexHooks.person ?? {
  home: { variable: "", folder: "" },
  file: "",
  reports: [],
  timeout: 0,
};

/** Returns the text of an edit. */
function textOf(edit: ReturnType<typeof withHooks>): string {
  if (edit.kind !== "edit" || edit.text === undefined) throw new Error(JSON.stringify(edit));
  return edit.text;
}

const ownHook = fc.record({ type: fc.constant("command"), command: fc.string(), timeout: fc.nat() });
const ownGroup = fc.oneof(
  fc.record({ hooks: fc.array(ownHook, { maxLength: 2 }) }),
  fc.record({ matcher: fc.string(), hooks: fc.array(ownHook, { maxLength: 2 }) }),
);
const ownFile = fc
  .record(
    {
      description: fc.string(),
      hooks: fc.dictionary(
        fc.constantFrom("Stop", "PreToolUse", "SessionStart", "Own"),
        fc.array(ownGroup, { minLength: 1, maxLength: 2 }),
      ),
    },
    { requiredKeys: [] },
  )
  .chain((root) =>
    fc
      .tuple(fc.constantFrom(2, 4, "\t"), fc.constantFrom("", "\n"))
      .map(([indent, end]) => `${JSON.stringify(root, null, indent)}${end}`),
  );

describe("The hooks in a person's own file", () => {
  it("come behind those of the person, whose other lines stay", () => {
    fc.assert(
      fc.property(ownFile, (text) => {
        const after = textOf(withHooks(text, preset));
        expect(hasOurHooks(after)).toBe(true);
        const before = JSON.parse(text) as { readonly hooks?: Record<string, readonly unknown[]> };
        const { hooks } = JSON.parse(after) as { readonly hooks: Record<string, readonly unknown[]> };
        for (const [event, groups] of Object.entries(before.hooks ?? {}))
          expect(hooks[event]?.slice(0, groups.length)).toEqual(groups);
        for (const { event } of preset.reports)
          expect(JSON.stringify(hooks[event])).toContain("mosaic-activity");
        // Lines of the person are all there, in their order; only a comma or a bracket may follow.
        expect(withHooks(after, preset)).toEqual({ kind: "same" });
      }),
    );
  });

  it("go again without a trace", () => {
    fc.assert(
      fc.property(ownFile, (text) => {
        const removed = withoutHooks(textOf(withHooks(text, preset)));
        const left = removed.kind === "edit" ? removed.text : text;
        if ((JSON.parse(text) as { readonly hooks?: unknown }).hooks !== undefined) expect(left).toBe(text);
        expect(hasOurHooks(left)).toBe(false);
      }),
    );
    expect(withoutHooks(onlyOurHooks(preset))).toEqual({ kind: "edit", text: undefined });
    expect(withoutHooks(undefined)).toEqual({ kind: "same" });
  });

  it("replace those of another version", () => {
    const old = onlyOurHooks(preset).replaceAll('"timeout": 5', '"timeout": 60');
    expect(withHooks(old, preset)).toEqual({ kind: "edit", text: onlyOurHooks(preset) });
  });

  it.each([
    ["no JSON", "{ hooks: {} }", "syntax"],
    ["a list", "[]\n", "form"],
    ["hooks of another form", '{\n  "hooks": {\n    "Stop": {}\n  }\n}\n', "form"],
    ["a layout by hand", '{ "hooks": {} }\n', "layout"],
    ["a key twice", '{\n  "hooks": {},\n  "hooks": {}\n}\n', "layout"],
  ])("are refused next to %s", (_, text, why) => {
    expect(withHooks(text, preset)).toMatchObject({ kind: "refused", why });
    expect(withoutHooks(text)).toMatchObject({ kind: "refused", why });
  });
});
