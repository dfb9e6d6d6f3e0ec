import { listPanes } from "../../drivers/tmux/list-panes.ts";
import { memoryReader, processorReader } from "../../observe/processes/resource-use.ts";
import type { Exec } from "../../system/exec.ts";
import { withLastLines } from "./last-lines.ts";
import type { StatusLook } from "./look.ts";
import type { StatusRow } from "../../report/table/table-row.ts";

/** Brings the figures of a look up to date between two looks. It remembers the processor times for their shares. */
export interface Refresher {
  /**
   * Returns the look with the clients and quiet times of all agents, and with the figures of those in `visible`: one or
   * two calls to tmux, however many agents there are.
   */
  refresh(look: StatusLook, visible: ReadonlySet<string>, wantsLast: boolean): Promise<StatusLook>;
}

/** Returns a refresher without a memory. With `shares`, it gives the share of a processor instead of the time. */
export function createRefresher(exec: Exec, { shares = false } = {}): Refresher {
  const used = new Map<string, { readonly micros: number; readonly atMs: number }>();

  function withFigures(
    row: StatusRow,
    memoryOf: ReturnType<typeof memoryReader>,
    processorOf: typeof memoryOf,
  ): StatusRow {
    if (row.pid === undefined) return row;
    const micros = processorOf(row.unit, row.pid);
    const fresh = { ...row, memoryBytes: memoryOf(row.unit, row.pid) };
    if (micros === undefined) return fresh;
    if (!shares) return { ...fresh, processorMs: micros / 1000 };
    const atMs = performance.now();
    const before = used.get(row.unit);
    used.set(row.unit, { micros, atMs });
    if (before === undefined || micros < before.micros) return fresh;
    return { ...fresh, processorShare: (micros - before.micros) / 1000 / (atMs - before.atMs) };
  }

  return {
    async refresh(look, visible, wantsLast) {
      const { status, panes } = look;
      const listed = await listPanes(exec, status.holder.socket);
      const nowSeconds = Date.now() / 1000;
      const byId = new Map(
        listed.ok ? (listed.value?.panes ?? []).map((pane) => [pane.id, pane] as const) : [],
      );
      const [memoryOf, processorOf] = [memoryReader(), processorReader()];
      const agents = status.agents.map((row): StatusRow => {
        const pane = byId.get(panes.get(row.name) ?? "");
        const live =
          row.idleSeconds === undefined || pane === undefined
            ? row
            : {
                ...row,
                attached: pane.attached,
                viewers: pane.viewers,
                idleSeconds: Math.max(0, Math.round(nowSeconds - pane.activity)),
              };
        return visible.has(row.name) ? withFigures(live, memoryOf, processorOf) : live;
      });
      if (!wantsLast) return { ...look, status: { ...status, agents } };
      const shown = agents.filter(({ name }) => visible.has(name));
      const lines = new Map(
        (await withLastLines(shown, panes, status.holder.socket, exec)).map(
          (row) => [row.name, row] as const,
        ),
      );
      return { ...look, status: { ...status, agents: agents.map((row) => lines.get(row.name) ?? row) } };
    },
  };
}
