import { describe, expect, it } from "vitest";
import { wordingText } from "../../src/report/terminal/wording-text.ts";
import { addressOf, type AddressWords } from "../../src/send/address.ts";

const agents = new Set(["coder", "coder-1", "reviewer", "coder-*"]);

const address = (line: string, given: Partial<AddressWords> = {}) => {
  const [before = "", after] = line.split(" -- ");
  const result = addressOf({
    words: before.split(" ").filter(Boolean),
    afterDashes: after?.split(" ").filter(Boolean),
    verb: "send",
    selects: false,
    hasFile: false,
    hasInput: false,
    isAgent: (word) => agents.has(word),
    ...given,
  });
  return result.ok
    ? result.value
    : wordingText(result.diagnostics[0]?.hint ?? result.diagnostics[0]?.summary ?? "");
};

describe("the words of fleet send", () => {
  it("are an agent and its text, or several agents before -- and the text after it", () => {
    expect(address("coder run the tests")).toEqual({ names: ["coder"], rest: ["run", "the", "tests"] });
    expect(address("coder reviewer -- stop here")).toEqual({
      names: ["coder", "reviewer"],
      rest: ["stop", "here"],
    });
    expect(address("coder -- reviewer")).toEqual({ names: ["coder"], rest: ["reviewer"] });
  });

  it("are all text after --all or -l, and all agents with a file or with standard input", () => {
    expect(address("run the tests", { selects: true })).toEqual({ names: [], rest: ["run", "the", "tests"] });
    expect(address("coder -- go", { selects: true })).toEqual({ names: ["coder"], rest: ["go"] });
    expect(address("coder reviewer", { hasFile: true })).toEqual({
      names: ["coder", "reviewer"],
      rest: undefined,
    });
    expect(address("coder reviewer", { hasInput: true })).toEqual({
      names: ["coder", "reviewer"],
      rest: undefined,
    });
    expect(address("", { hasInput: true, selects: true })).toEqual({ names: [], rest: undefined });
  });

  it("prefer a text to standard input, which scripts and agents always have", () => {
    expect(address("coder go on", { hasInput: true })).toEqual({ names: ["coder"], rest: ["go", "on"] });
  });

  it("are refused if an agent stands in the place of the text", () => {
    expect(address("coder reviewer stop")).toContain("fleet send coder reviewer -- 'stop'");
    expect(address("coder reviewer")).toContain("fleet send coder reviewer -- TEXT");
    expect(address("coder stop", { selects: true })).toContain("fleet send coder -- 'stop'");
  });

  it("need an agent and a text, and only one text", () => {
    expect(address("")).toContain("name the agents before the text");
    expect(address(" -- stop")).toContain("name the agents before the text");
    expect(address("coder")).toContain("fleet send coder -F task.md");
    expect(address("coder -- ")).toContain("fleet send coder -F task.md");
    expect(address("coder -- go", { hasFile: true })).toContain("leave one of them out");
  });
});
