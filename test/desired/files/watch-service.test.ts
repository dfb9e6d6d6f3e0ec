import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../src/desired/layout.ts";
import { isEdited, readMark } from "../../../src/desired/marks/file-mark.ts";
import {
  programOfWatch,
  renderWatchService,
  type ServiceCommandLine,
} from "../../../src/desired/files/watch-service.ts";
import { account } from "../../support/plan/resolved.ts";

const plain: ServiceCommandLine = {
  program: ["/usr/bin/node", "/usr/bin/fleet"],
  args: ["--file", "/home/ada/fleet.yaml"],
  env: { PATH: "/usr/bin:/bin" },
};

function render(commandLine: Partial<ServiceCommandLine> = {}, fleet = "mosaic") {
  return renderWatchService(layoutOf(fleet, `${fleet}-factory`, account), { ...plain, ...commandLine });
}

/** Returns the values of a directive, one for each line. */
function valuesOf(unit: string, directive: string): readonly string[] {
  return [...unit.matchAll(new RegExp(`^${directive}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

/** Splits a line of quoted words as systemd.syntax(7) does, with `%%` for a percent sign. */
function wordsIn(value: string): readonly string[] {
  return [...value.matchAll(/(?:^| )"((?:[^"\\]|\\.)*)"(?= |$)/gu)].map(([, text = ""]) =>
    text
      .replaceAll(/\\(?:x([0-9a-f]{2})|(["\\]))/g, (_, code?: string, itself?: string) =>
        code === undefined ? (itself ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
      )
      .replaceAll("%%", "%"),
  );
}

/** Any text for a path or an argument: all characters but NUL, and often those with a meaning in systemd. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "%",
      "$",
      '"',
      "'",
      "\\",
      " ",
      "\t",
      "\n",
      "\r",
      ";",
      "#",
      "{",
      "}",
      "n",
      "x",
      "é",
      "\u0085",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((text) => !text.includes("\0")),
  ),
});

describe("The service that watches a fleet", () => {
  it("runs the given command with any paths", () => {
    fc.assert(
      fc.property(hostile, hostile, (node, script) => {
        const program = [`/${node}`, `/${script}`] as const;
        expect(programOfWatch(render({ program }).file.content)).toEqual(program);
      }),
    );
  });

  it("is named after the fleet, is next to its other units and starts at boot", () => {
    const { unit, file, link } = render({}, "web");
    expect(unit).toBe("web-fleet.service");
    expect(file).toMatchObject({ path: "/home/ada/.config/systemd/user/web-fleet.service", mode: 0o644 });
    expect(link).toEqual({
      path: "/home/ada/.config/systemd/user/default.target.wants/web-fleet.service",
      target: "/home/ada/.config/systemd/user/web-fleet.service",
    });
    expect(valuesOf(file.content, "WantedBy")).toEqual(["default.target"]);
    expect(valuesOf(file.content, "SyslogIdentifier")).toEqual(["web-fleet"]);
  });

  it("carries the fleet's mark, which reveals an edit by hand", () => {
    const { content } = render({}, "web").file;
    expect(readMark(content)).toMatchObject({ fleet: "web", agent: undefined });
    expect(isEdited(content)).toBe(false);
    expect(isEdited(content.replace("WatchdogSec=60s", "WatchdogSec=90s"))).toBe(true);
  });

  it("depends on no unit of the fleet, and no unit depends on it, so that its end affects only itself", () => {
    const { content } = render().file;
    const relations = /^(?:Requires|Wants|BindsTo|PartOf|Upholds|Conflicts|Before|After|OnFailure)=.*$/gm;
    expect(content.match(relations)).toBe(null);
    expect(valuesOf(content, "KillMode")).toEqual(["mixed"]);
  });

  it.each([
    ["a space", "/my fleets/fleet.yaml", '"/my fleets/fleet.yaml"'],
    ["a percent sign, which begins a specifier", "/100%h/f.yaml", '"/100%%h/f.yaml"'],
    ["a dollar sign, which begins a variable", "/$HOME/${X}.yaml", '"/$$HOME/$${X}.yaml"'],
    ["quotes", `/a "b" 'c'.yaml`, `"/a \\"b\\" 'c'.yaml"`],
    ["a backslash", "/a\\n b\\", '"/a\\\\n b\\\\"'],
    ["characters that end a line", "/a\nb\rc\td", '"/a\\x0ab\\x0dc\\x09d"'],
    ["what is a command of its own to systemd", ";", '";"'],
    ["nothing", "", '""'],
    ["letters of any script, and a control character beyond ASCII", "/é/猫/\u0085", '"/é/猫/\u0085"'],
  ])("quotes an argument with %s", (_, path, quoted) => {
    expect(valuesOf(render({ args: ["--file", path] }).file.content, "ExecStart")).toEqual([
      `"/usr/bin/node" "/usr/bin/fleet" "watch" "--file" ${quoted}`,
    ]);
  });

  it("quotes the program itself, in which systemd expands no variables", () => {
    const program = ["/opt/$X 100%/node", "/opt/$X 100%/cli.js"] as const;
    expect(valuesOf(render({ program, args: [] }).file.content, "ExecStart")).toEqual([
      '"/opt/$X 100%%/node" "/opt/$$X 100%%/cli.js" "watch"',
    ]);
  });

  it("quotes variables, in whose values systemd expands only specifiers", () => {
    const env = { PATH: '/a b:/100%:/$HOME:/"c":/\\d', XDG_CONFIG_HOME: "/own" };
    expect(valuesOf(render({ env }).file.content, "Environment")).toEqual([
      '"PATH=/a b:/100%%:/$HOME:/\\"c\\":/\\\\d"',
      '"XDG_CONFIG_HOME=/own"',
    ]);
  });

  it("passes every argument and every variable to the watch unchanged", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), hostile, (args, value) => {
        const { content } = render({ args, env: { NAME: value } }).file;
        const [command = "", ...others] = valuesOf(content, "ExecStart");
        expect(others).toEqual([]);
        const words = wordsIn(command).map((word) => word.replaceAll("$$", "$"));
        expect(words).toEqual([...plain.program, "watch", ...args]);
        expect(valuesOf(content, "Environment").map(wordsIn)).toEqual([[`NAME=${value}`]]);
        expect(content).not.toMatch(/\r/);
      }),
    );
  });
});
