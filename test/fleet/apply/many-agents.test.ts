import { describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, waits } from "../../support/fleet/fleet.ts";

const many = (keys: object) => ({
  agents: {
    coder: { command: waits, replicas: 30, onChange: "keep", ...keys },
    lead: { command: waits, onChange: "keep" },
  },
});

/** Returns the lines about replicas. */
const coders = (text: string): readonly string[] =>
  text.split("\n").filter((line) => /\bcoder-\d/.test(line));

describe("Thirty equal agents", () => {
  const box = useSandbox();

  it("are one line of a plan, and thirty with -v", async () => {
    await declare(box, many({}));
    const { stdout } = await fleet(box, "plan");
    expect(coders(stdout)).toEqual(["  + agents coder-1 … coder-30 (30) will be added"]);
    expect(stdout).toContain("  + agent lead will be added\n");
    const opened = (await fleet(box, "plan", "-v")).stdout;
    expect(coders(opened).filter((line) => line.includes("will be added"))).toHaveLength(30);
    const markdown = (await fleet(box, "plan", "--format", "markdown")).stdout;
    expect(coders(markdown)[0]).toBe("| <code>+</code> | <code>coder-1 … coder-30 (30)</code> | add | new |");
  });

  it("are one line of an apply, also if they wait", async () => {
    const first = await fleet(box, "apply", "--yes");
    expect({ code: first.code, lines: coders(first.stdout) }).toEqual({
      code: 0,
      lines: ["  + agents coder-1 … coder-30 (30) will be added"],
    });
    await declare(box, many({ env: { A: "1" } }));
    const { stdout } = await fleet(box, "apply", "--yes");
    expect(coders(stdout)).toEqual([
      "  . agents coder-1 … coder-30 (30) pending: env.A changed, onChange: keep",
    ]);
    expect(stdout).toContain("30 agents wait with a changed configuration.");
  });

  it("are one line if nothing is to do for them, and one note if they are suspended", async () => {
    await declare(box, many({}));
    await fleet(box, "apply", "--yes");
    await fleet(box, "suspend", "coder");
    const { stdout } = await fleet(box, "plan", "coder");
    expect(stdout).toContain("Nothing to do for coder-1 … coder-30 (30).\n");
    expect(coders(stdout).filter((line) => line.startsWith("Note:"))).toEqual([
      expect.stringMatching(/^Note: coder-1 … coder-30 \(30\) are suspended by /),
    ]);
    await fleet(box, "resume", "--all");
  });

  it("are one error if they cannot start, with the last lines of the first", async () => {
    await declare(box, many({ command: "exec no-such-program", restart: { policy: "no" } }));
    const ran = await fleet(box, "restart", "coder", "--yes");
    expect(ran.code).toBe(4);
    const errors = ran.stderr.split("\n").filter((line) => line.startsWith("Error: agent"));
    expect(errors).toEqual(["Error: agents coder-1 … coder-30 (30) do not run: exit status 127"]);
    expect(ran.stderr).toContain("set PATH in env");
  });
});
