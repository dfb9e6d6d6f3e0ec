import { describe, expect, it } from "vitest";
import { bashReplies, readBashLine } from "../../src/command-line/completion/bash-line.ts";
import type { KnownNames } from "../../src/command-line/completion/candidate.ts";
import { complete } from "../../src/command-line/completion/complete.ts";
import { isCommand, program } from "../../src/command-line/program.ts";

const table = { isCommand, declare: (name?: string) => program(name, () => Promise.resolve()) };
const names: KnownNames = {
  agents: [
    { name: "coder", about: "codes", replicas: ["coder-1", "coder-2"], windows: ["logs", "tests.1"] },
    { name: "reviewer", about: undefined, replicas: [] },
  ],
  labels: new Map([
    ["team", new Set(["core", "web"])],
    ["my tier", new Set(["a b"])],
  ]),
  hosts: [
    { name: "build1", labels: { gpu: "yes" }, agents: () => ["coder-1", "watcher"] },
    { name: "build2", labels: { gpu: "no" }, agents: () => ["coder-2"] },
    { name: "desk", labels: {}, agents: () => ["planner"] },
  ],
  states: () => [{ value: "67c19afd", about: "2026-11-29 10:12 fleet apply" }],
};

/** Returns the candidates for a line that ends at the cursor, and the kind of files. */
async function at(line: string, files: (string | undefined)[] = []) {
  const words = line.split(" ");
  const found = await complete(words.slice(0, -1), words.at(-1) ?? "", table, (file) => {
    files.push(file);
    return Promise.resolve(names);
  });
  return { files: found.files, values: found.candidates.map(({ value }) => value) };
}

describe("A completion", () => {
  it("offers each flag of each command, with a description", async () => {
    for (const command of table.declare().commands) {
      const found = await complete([command.name()], "--", table, () => Promise.resolve(names));
      const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long);
      expect(found.candidates.map(({ value }) => value)).toEqual([...flags, "--help"]);
      expect(found.candidates.filter(({ about = "" }) => about === "")).toEqual([]);
    }
  });

  it("reads the fleet file only if a name is wanted, and the one that the line names", async () => {
    const files: (string | undefined)[] = [];
    for (const line of ["", "sta", "plan --form", "plan --format ", "status --file ", "help "])
      await at(line, files);
    expect(files).toEqual([]);
    for (const line of [
      "-f a status ",
      "status --file=b ",
      "status --file c x",
      "status d.yaml x",
      "logs -f ",
    ])
      await at(line, files);
    expect(files).toEqual(["a", "b", "c", "d.yaml", undefined]);
  });

  it("offers hosts and their labels where hosts are wanted, and the rest of a list", async () => {
    const all = ["build1", "build2", "desk", "gpu=yes", "gpu=no", "all"];
    for (const line of ["plan --host ", "hosts check "]) expect((await at(line)).values).toEqual(all);
    expect((await at("plan --host=")).values).toContain("--host=desk");
    expect((await at("plan --host build1,!")).values).toEqual([
      "build1,!build2",
      "build1,!desk",
      "build1,!gpu=yes",
      "build1,!gpu=no",
    ]);
    expect((await at("hosts import ")).files).toBe("any");
  });

  it("offers the agents of a host after its name, to commands that take HOST/AGENT", async () => {
    for (const line of ["attach build1/", "logs -f build1/wat", "keys build1/"])
      expect((await at(line)).values).toEqual(["build1/coder-1", "build1/watcher"]);
    expect((await at("status de")).values).toEqual(["desk/planner"]);
    expect((await at("status build")).values).toEqual([]);
    expect((await at("stop build1/")).values).toEqual([]);
  });

  it("offers the windows of an agent after its name and a colon, to commands that take them", async () => {
    for (const line of ["attach coder-2:", "logs -f coder-2:te"])
      expect((await at(line)).values).toEqual(["coder-2:logs", "coder-2:tests.1"]);
    expect((await at("attach reviewer:")).values).toEqual([]);
    expect((await at("stop coder-2:")).values).not.toContain("coder-2:logs");
  });

  it("offers no agent twice, replicas after their entry is typed, and files if no agent fits", async () => {
    expect((await at("status ")).values).toEqual(["coder", "reviewer"]);
    expect((await at("status coder")).values).toEqual(["coder", "coder-1", "coder-2", "reviewer"]);
    expect((await at("status reviewer c")).values).toEqual(["coder"]);
    expect(await at("status x")).toEqual({ files: "yaml", values: [] });
    expect(await at("apply ./plan")).toEqual({ files: "any", values: [] });
    expect(await at("schema x")).toEqual({ files: "none", values: [] });
    expect(await at("status -- --")).toEqual({ files: "yaml", values: [] });
  });

  it("offers no file to a command that takes none as an argument", async () => {
    expect(await at("graph x")).toEqual({ files: "yaml", values: [] });
    for (const line of ["stop x", "restart ./x", "destroy "])
      expect(await at(line)).toEqual({ files: "none", values: [] });
  });

  it("offers the states of the history for a revision", async () => {
    for (const line of ["rollback ", "plan --rev ", "diff --rev "])
      expect((await at(line)).values).toEqual(["67c19afd"]);
    expect((await at("rollback 67c19afd ")).values).toEqual([]);
  });

  it("keeps the part of a selector before the cursor", async () => {
    expect((await at("status -l t")).values).toEqual([
      "team",
      "team=core",
      "team=web",
      '"my tier"',
      '"my tier"="a b"',
    ]);
    expect((await at("status -l team!=")).values).toEqual(["team!=core", "team!=web"]);
    expect((await at("status --selector=x,!")).values).toEqual([
      "--selector=x,!team",
      '--selector=x,!"my tier"',
    ]);
  });
});

describe("A line of bash", () => {
  const replies = (line: string, replaced: string, ...values: readonly string[]) =>
    bashReplies(readBashLine(line), replaced, { candidates: values.map((value) => ({ value })) });

  it("is divided into words as bash does, without running anything", () => {
    expect(readBashLine(String.raw`fleet 'a b' "c\"d" e\ f $(x) g`)).toMatchObject({
      before: ["fleet", "a b", 'c"d', "e f", "$(x)"],
      current: "g",
    });
  });

  it("gets the part after the last word break, quoted as the line has begun to", () => {
    expect(replies("fleet plan --format=j", "j", "--format=json", "--format=text")).toEqual(["json"]);
    expect(replies("fleet status -l 'te", "te", "team=a b", "team=it's")).toEqual(["team=a b"]);
    expect(replies('fleet status -l "te', "te", "team=$x")).toEqual([String.raw`team=\$x`]);
    expect(replies("fleet status -l te", "te", "team=it's")).toEqual([String.raw`team=it\'s`]);
  });
});
