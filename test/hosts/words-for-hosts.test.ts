import { describe, expect, it } from "vitest";
import { program } from "../../src/command-line/program.ts";
import { wordsForHosts } from "../../src/commands/hosts/dispatch/words-for-hosts.ts";

describe("wordsForHosts", () => {
  it.each([
    ["plan --host all -f x.yaml coder-*", "plan coder-*"],
    ["apply -yq --host=a,b --now --lock-timeout 30s x", "apply --now --lock-timeout 30s x"],
    ["status -owide --host a --json --sort=name", "status --output wide --sort name"],
    ["exec --host a -T coder git log --json -f", "exec --no-tty coder git log --json -f"],
    ["restart --all --yes --host a --max-parallel 3 --log-dir l --log-dir=m", "restart --all"],
    ["send build1/a build1/b -qF docs/task.md --raw", "send a b --raw"],
    ["send --host all --text-file=- --all", "send --all"],
    ["apply -fx.yaml --host a -l team=core -- -odd", "apply --selector team=core -- -odd"],
  ])("takes the options for this machine out of: %s", (line, expected) => {
    const words = line.split(" ");
    const root = program(words[0], () => Promise.resolve());
    expect(wordsForHosts(words, root).join(" ")).toBe(expected);
  });
});
