import type { Page } from "playwright-core";
import { expect } from "vitest";
import { until } from "../../support/rig/until.ts";
import { visit } from "../../support/ui/browser.ts";

/** The fleet behind a page. */
interface Place {
  /** Returns the process of an agent's pane. */
  readonly pid: (agent: string) => Promise<string>;
  /** Returns the ActiveState of an agent's unit. */
  readonly stateOf: (agent: string) => Promise<string>;
}

/** Selects agents of the table by keyboard and mouse, and changes them. */
export async function changeMany(tab: Page, { pid, stateOf }: Place): Promise<void> {
  const bar = tab.getByRole("toolbar");
  const row = (name: string) => tab.locator(`[role=row][data-name="${name}"]`);
  await visit(tab, "/?q=coder");
  await row("coder-1").waitFor();
  await row("coder-1").getByRole("link").focus();
  await tab.keyboard.press("x");
  await tab.keyboard.press("j");
  await tab.keyboard.press("j");
  await tab.keyboard.press("Shift+X");
  await bar.getByText("3 selected").waitFor();
  await row("coder-4").getByRole("checkbox").click();
  await row("coder-2").getByRole("checkbox").click();
  await bar.getByText("3 selected").waitFor();
  await tab.keyboard.press("a");
  await until(
    "the bar has the focus",
    async () => (await tab.evaluate<string>("document.activeElement?.textContent ?? ''")) === "Prompt 3…",
  );
  const kept = await pid("coder-2");
  await bar.getByRole("button", { name: "Stop 3…" }).click();
  const question = tab.getByRole("dialog", { name: "Stop coder-1, coder-3, coder-4" });
  await question.getByRole("textbox", { name: /Type 3 to interrupt/ }).fill("3");
  await question.getByRole("button", { name: "Stop", exact: true }).click();
  await question.getByText("Done.").waitFor();
  await question.getByRole("button", { name: "Close" }).click();
  for (const name of ["coder-1", "coder-3", "coder-4"]) expect(await stateOf(name)).toBe("inactive");
  expect(await pid("coder-2")).toBe(kept);
  // Nobody changes an agent that the filter hides.
  await bar.getByRole("button", { name: "Start 3…" }).waitFor();
  await tab.getByRole("searchbox").fill("coder-1");
  await bar.getByText("1 selected").waitFor();
  await bar.getByRole("button", { name: "Start 1…" }).click();
  const start = tab.getByRole("dialog", { name: "Start coder-1" });
  await start.getByRole("button", { name: "Start", exact: true }).click();
  await start.getByText("Done.").waitFor();
  await start.getByRole("button", { name: "Close" }).click();
  expect(await stateOf("coder-1")).toBe("active");
  expect(await stateOf("coder-3")).toBe("inactive");
}

/** Types the flag of a guard, and sees the plan without it. */
export async function liftGuard(tab: Page): Promise<void> {
  await visit(tab, "/plan");
  await tab.getByText("This plan is refused").waitFor();
  await tab.getByRole("button", { name: "Apply…" }).click();
  const question = tab.getByRole("dialog", { name: "Apply the fleet" });
  await question.getByText("This plan is refused").waitFor();
  expect(await question.getByRole("button", { name: "Apply", exact: true }).count()).toBe(0);
  await question.getByRole("textbox", { name: /type --allow-remove-all/ }).fill("--allow-remove-all");
  await question.getByText("You have lifted a guard").waitFor();
  await question.getByRole("button", { name: "Apply", exact: true }).waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
}

/** Asks for the way back to an earlier state of fleet.yaml, sees its changes, and cancels it. */
export async function seeWayBack(tab: Page): Promise<void> {
  await visit(tab, "/history");
  const run = tab.locator(".run", { hasText: "state of fleet.yaml" });
  const other = run.filter({ hasNotText: "the file as it is now" }).first();
  await other.locator("summary").click();
  await other.getByRole("button", { name: "Go back to this…" }).click();
  const question = tab.getByRole("dialog", { name: /^Go back to [0-9a-f]{8}$/ });
  await question.getByText("now (-), and then (+)").first().waitFor();
  await question.getByRole("button", { name: "Go back", exact: true }).waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
}
