import { describe, expect, it } from "vitest";
import { envFileDoubts } from "../../../src/desired/env/env-file-doubts.ts";
import { environmentOf } from "../../../src/desired/env/env-file-entries.ts";

const doubtsIn = (text: string): readonly string[] =>
  envFileDoubts(text).map(({ line, kind }) => `${line} ${kind}`);

describe("A line of different meaning in systemd and a shell", () => {
  it.each([
    ["A=abc # my key\n", "1 comment"],
    ['# x\n\nA="a b" # comment\n', "3 comment"],
    ['A="a" b\n', "1 behind-quotes"],
    ["A=C:\\new\\table\n", "1 backslash"],
    ["A=$HOME/x\n", "1 reference"],
    ['A="${HOME}"\n', "1 reference"],
    ["just words\n", "1 no-assignment"],
    ["# a \\\nA=b\n; c \\\\\\\nB=c\n", "1 long-comment,3 long-comment"],
    ["K=-----BEGIN K-----\nbase64==\n-----END K-----\nB=c # d\n", "1 key-lines,4 comment"],
  ])("is found: %j", (text, found) => expect(doubtsIn(text).join(",")).toBe(found));

  it("has another value indeed", () => {
    const read = environmentOf('A=abc # my key\nB="a b" # c\nC=C:\\new\n');
    expect([...read.values()]).toEqual(["abc # my key", "a b# c", "C:new"]);
  });
});

it.each([
  "A=abc#def\n",
  'A="a # b"\n',
  "A='{\"a\": 1}'\n",
  'JSON={"a": "b", "c": "d"}\n',
  'KEY="-----BEGIN K-----\nline1\n-----END K-----"\n',
  "  A = b\r\nB=c\r\n",
  "A=a\\\nb\n",
  "; comment\n# A=b # c\n\n",
  "# C:\\new\n# a \\\\\nA=b\n",
  "PASSWORD=pa$word\n",
  "A=",
])("A line of equal meaning is not reported: %j", (text) => expect(doubtsIn(text)).toEqual([]));
