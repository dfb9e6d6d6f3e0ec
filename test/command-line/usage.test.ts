import { wordingText } from "../../src/report/terminal/wording-text.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { describe, expect, it } from "vitest";
import { isCommand, program } from "../../src/command-line/program.ts";
import { arrange, fileAsOption } from "../../src/command-line/arrange.ts";
import { habitOf, habitWords } from "../../src/command-line/usage/command-habits.ts";
import { usageProblem, type NamedFleet } from "../../src/command-line/usage/usage-problem.ts";

const fleet: NamedFleet = {
  agents: new Map([
    ["planner", ["planner"]],
    ["worker", ["worker-1", "worker-2"]],
  ]),
};

const problem = (code: string, message: string, line: string, options: readonly string[] = []) =>
  usageProblem(
    { code: `commander.${code}`, message: `error: ${message}`, words: line.split(" "), options },
    fleet,
  );

const hintText = ({ hint }: Diagnostic): string | undefined => hint && wordingText(hint);

const hintForCommand = (line: string): string | undefined =>
  hintText(problem("unknownCommand", `unknown command '${line.split(" ")[0]}'`, line));

const hintForOption = (line: string, option: string, options: readonly string[] = []): string | undefined =>
  hintText(problem("unknownOption", `unknown option '${option}'`, line, options));

describe("A command of another tool", () => {
  it.each([
    ["connect worker", "fleet attach AGENT"],
    ["shell worker", "fleet exec AGENT bash"],
    ["tail planner", "fleet logs AGENT"],
    ["tell planner", "fleet send AGENT TEXT"],
    ["send-keys planner", "fleet keys AGENT KEY"],
    ["up", "use fleet apply"],
    ["down", "fleet stop AGENT ends agents until the next apply"],
    ["rm planner", "remove the agent from fleet.yaml"],
    ["remove planner", "remove the agent from fleet.yaml"],
    ["ps", "use fleet status"],
    ["ls", "use fleet status"],
    ["list", "use fleet status"],
    ["get", "use fleet status"],
    ["show", "fleet plan shows"],
    ["htop", "use fleet top"],
    ["audit", "use fleet events"],
    ["scaffold", "fleet init"],
    ["kill planner", "fleet stop AGENT ends an agent"],
    ["scale planner=3", "set replicas:"],
    ["freeze x", "fleet import FILE"],
    ["fmt", "does not format files"],
    ["sync", "use fleet apply"],
    ["undo", "use fleet rollback REVISION"],
    ["vim", "use fleet edit"],
    ["cron", "schedule:"],
    ["rename a b", "formerly:"],
    ["diagnose", "fleet doctor"],
    ["completions", "use fleet completion SHELL"],
    ["config", "use fleet validate"],
    ["load x.yaml", "use fleet apply"],
    ["planner", '"planner" is an agent: fleet status planner'],
    ["fleet.yaml", "fleet plan -f fleet.yaml"],
  ])("gets an answer with the local equivalent: fleet %s", (line, hint) =>
    expect(hintForCommand(line)).toContain(hint),
  );

  it("is no command of fleet itself", () => {
    expect(habitWords.filter((word) => isCommand(word) || ["help", "version"].includes(word))).toEqual([]);
    expect(new Set(habitWords).size).toBe(habitWords.length);
    expect(habitOf("UP")).toEqual(habitOf("up"));
  });
});

describe("A misspelled command", () => {
  it.each([
    ["pln", "did you mean fleet plan?"],
    ["staus", "did you mean fleet status?"],
    ["aplly", "did you mean fleet apply?"],
    ["xyzzy", "fleet --help lists the commands"],
  ])("gets an answer: %s means %s", (word, hint) => expect(hintForCommand(word)).toContain(hint));

  it.each("destory destro stp sotp restrat suspnd resme wach adpt strat shop sand".split(" "))(
    "gets no proposal of a command that ends, holds or starts an agent: %s",
    (word) =>
      expect(hintForCommand(word)).not.toMatch(/stop|destroy|restart|suspend|resume|start|watch|adopt/),
  );
});

describe("An option of another tool", () => {
  it.each([
    ["apply --dry-run", "--dry-run", "fleet plan shows what apply would do"],
    ["apply --auto-approve", "--auto-approve", "--yes does not ask"],
    ["apply -auto-approve", "-auto-approve", "--yes does not ask"],
    ["suspend a --for 2h", "--for", "use --until"],
    ["stop a --keep-down=2h", "--keep-down=2h", "--keep-down --until 2h"],
    ["plan --profile dev", "--profile", "choose profiles in fleet.yaml, with activeProfiles"],
    ["status --tail 5", "--tail", "fleet logs AGENT has --lines"],
    ["why -o json", "-o", "use --json"],
    ["plan --watch", "--watch", "fleet status --watch"],
    ["restart -A", "-A", "--all selects all agents"],
    ["why --all", "--all", "name one agent"],
    ["plan -target=x", "-target=x", "name the agents"],
    ["apply --config x", "--config", "with -f"],
    ["plan --nonsense-option", "--nonsense-option", "see fleet plan --help"],
  ])("gets an answer with the local equivalent: fleet %s", (line, option, hint) =>
    expect(hintForOption(line, option)).toContain(hint),
  );

  it("gets advice if it has one dash instead of two", () => {
    const options = ["--detailed-exitcode", "--out"];
    expect(hintForOption("plan -detailed-exitcode", "-detailed-exitcode", options)).toContain(
      "--detailed-exitcode",
    );
    expect(hintForOption("plan --detailed-exitcod", "--detailed-exitcod", options)).toContain(
      "did you mean --detailed-exitcode? See fleet plan --help",
    );
  });
});

describe("Arguments", () => {
  it("are named by a command line to type if they are missing, for each command", () => {
    const root = program(undefined, () => Promise.resolve());
    const needy = root.commands.filter(({ registeredArguments: [first] }) => first?.required === true);
    expect(needy.length).toBeGreaterThan(5);
    for (const command of needy) {
      const name = command.name();
      const [first] = command.registeredArguments;
      const hint =
        hintText(problem("missingArgument", `missing required argument '${first?.name()}'`, name)) ?? "";
      const typed = /: (fleet [^,;]+)/.exec(hint)?.[1] ?? "";
      const [, named, ...words] = typed.split(" ");
      expect([hint, named]).toEqual([hint, name]);
      const wanted = command.registeredArguments.filter(({ required }) => required);
      expect([typed, words.length]).toEqual([typed, Math.max(words.length, wanted.length)]);
      const choices = first?.argChoices;
      if (choices !== undefined) expect(choices).toContain(words[0]);
      else if (first?.name() === "agent") expect(words[0]).toBe("planner");
      else expect(hint).not.toContain("name the agents");
    }
  });

  it("are listed if they are missing, with the declared agents", () => {
    expect(problem("missingArgument", "missing required argument 'name'", "explain preset").hint).toContain(
      "fleet explain preset claude, codex, gemini, opencode, aider or shell",
    );
    expect(problem("missingArgument", "missing required argument 'agent'", "restart")).toMatchObject({
      summary: "missing required argument 'agent'",
      detail: "The agents here are planner and worker (worker-1 to worker-2).",
      hint: "name the agents: fleet restart planner, or select them with -l or --all; see fleet restart --help",
    });
  });

  it("are named in plain words if they are none of the choices", () =>
    expect(
      problem(
        "invalidArgument",
        "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
        "completion tcsh",
      ),
    ).toMatchObject({
      summary: "'tcsh' is no value for 'shell'",
      detail: "Allowed choices are bash, zsh, fish.",
    }));

  it("are an example of one agent if why gets several", () => {
    const message = "too many arguments for 'why'. Expected 1 argument but got 2.";
    expect(problem("excessArguments", message, "why worker planner").hint).toBe(
      "it explains one agent at a time: fleet why worker; see fleet why --help",
    );
  });

  it("are explained by the purpose of the command if they are too many", () => {
    const message = "too many arguments for 'destroy'. Expected 0 arguments but got 1.";
    expect(problem("excessArguments", message, "destroy planner")).toMatchObject({
      summary: "too many arguments for 'destroy'",
      detail: "Expected 0 arguments but got 1.",
      hint: expect.stringContaining("run fleet apply planner"),
    });
    expect(problem("excessArguments", message, "destroy x.yaml").hint).toContain("fleet destroy -f x.yaml");
  });
});

describe("The order of a command line", () => {
  it.each([
    ["-f x.yaml status", "status -f x.yaml"],
    ["--file=x.yaml --json plan a", "plan --file=x.yaml --json a"],
    ["help", "--help"],
    ["help plan", "plan --help"],
    ["version", "--version"],
    ["version -q plan", "--version"],
    ["--help plan", "plan --help"],
    ["-h plan", "plan --help"],
    ["help version", "--help"],
    ["help nonsense", "nonsense"],
    ["-vq plan", "plan -vq"],
    ["-v", "--version"],
    ["plan -f x.yaml", "plan -f x.yaml"],
    ["sandbox -- bash -f x", "sandbox -- bash -f x"],
    ["--help", "--help"],
    ["-f x.yaml logs -f a", "logs --file x.yaml -f a"],
    ["-fx.yaml logs", "logs --file=x.yaml"],
  ])("does not matter: %s means %s", (given, read) =>
    expect(arrange(given.split(" "), isCommand)).toEqual({ kind: "words", words: read.split(" ") }),
  );

  it("is reported as such if the command is missing", () =>
    expect(arrange(["-f", "x.yaml"], isCommand)).toEqual({ kind: "no-command", options: ["-f", "x.yaml"] }));

  it.each([
    ["validate fleet.yaml", "validate --file fleet.yaml"],
    ["plan a x.yml b", "plan --file x.yml a b"],
    ["apply sub/fleet.yaml --yes", "apply --file sub/fleet.yaml --yes"],
    ["plan --out x.yaml", "plan --out x.yaml"],
    ["plan -f x.yaml", "plan -f x.yaml"],
    ["apply saved.yaml", "apply saved.yaml"],
    ["stop x.yaml", "stop x.yaml"],
    ["destroy x.yaml", "destroy x.yaml"],
  ])("allows a fleet file as an argument: %s", (given, read) => {
    const withValue = new Set(["--out", "-f", "--file"]);
    const isPlan = (path: string): boolean => path === "saved.yaml";
    expect(fileAsOption(given.split(" "), withValue, isPlan)).toEqual(read.split(" "));
  });

  it("is decided for each command with --file, if a fleet file may be its argument", () => {
    // They end or write something, or take names of agents.
    const others =
      "attach exec top rollback send keys start restart stop adopt suspend resume mcp destroy source";
    const commands = program(undefined, () => Promise.resolve()).commands;
    const undecided = commands.filter((command) => {
      const read = fileAsOption([command.name(), "x.yaml"], new Set(), () => false);
      const hasFile = command.options.some(({ long }) => long === "--file");
      return hasFile && !read.includes("--file") && !others.split(" ").includes(command.name());
    });
    expect(undecided.map((command) => command.name())).toEqual([]);
  });
});
