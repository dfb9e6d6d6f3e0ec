import { connect, createServer, type Socket } from "node:net";

/** The fate of one connection, after so many bytes in both directions. */
export type LineFault =
  /** Both ends notice it, as a reset. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Nothing more arrives, and nobody notices it. */
  | { readonly kind: "silence"; readonly afterBytes: number };

/** A way to a server of ssh on this machine that can fail. */
export interface HostLine {
  readonly port: number;
  /** Gives the next connections faults, the first one first. Later ones have none. */
  plan(...faults: readonly (LineFault | undefined)[]): void;
  /** Returns the bytes that have passed since the last call of `plan`. */
  passed(): number;
  close(): void;
}

/** Opens a way to a port of this machine. Each piece of data takes `delayMs` in each direction. */
export async function openHostLine(target: number, delayMs = 0): Promise<HostLine> {
  let next: (LineFault | undefined)[] = [];
  let bytes = 0;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const fault = next.shift();
    const far = connect({ host: "127.0.0.1", port: target, noDelay: true });
    let own = 0;
    let isFailed = false;
    const both = [near, far];
    for (const socket of both) {
      open.add(socket);
      socket.on("error", () => undefined).on("close", () => void open.delete(socket));
    }
    const later = (act: () => void): void => void (delayMs === 0 ? act() : setTimeout(act, delayMs));
    const fail = (): void => {
      isFailed = true;
      if (fault?.kind === "cut") for (const socket of both) socket.resetAndDestroy();
    };
    const pass = (from: Socket, to: Socket): void => {
      from.on("data", (data) => {
        if (isFailed) return;
        const rest = fault === undefined ? data.length : Math.max(0, fault.afterBytes - own);
        own += data.length;
        bytes += Math.min(rest, data.length);
        later(() => {
          if (!isFailed) to.write(data.subarray(0, rest));
          if (rest < data.length) fail();
        });
      });
      from.on("close", () => {
        // A silent line does not tell the other end either.
        if (!isFailed || fault?.kind === "cut") later(() => to.destroy());
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    plan(...faults) {
      next = [...faults];
      bytes = 0;
    },
    passed: () => bytes,
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
