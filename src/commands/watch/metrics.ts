import { rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { version } from "../../desired/version.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { createFleetMetrics, type FleetMetrics } from "../../metrics/fleet-metrics.ts";
import type { MetricsPlace } from "../../metrics/place.ts";
import type { WatchEvent, WatchView } from "../../events/watch-events.ts";
import { listenAt } from "../../drivers/http/listen.ts";

/** The metrics of a running watch, at their place. */
export interface MetricsPoint {
  tell(event: WatchEvent): void;
  show(view: WatchView): void;
  /** Ends the server, or removes the file: old figures are worse than none. */
  end(): void;
}

/** Shows the metrics of a watch at a place. Fails if the place cannot be had. */
export async function openMetrics(place: MetricsPlace): Promise<Result<MetricsPoint>> {
  const metrics = createFleetMetrics(version);
  return "file" in place ? openFile(place.file, metrics) : openServer(place, metrics);
}

async function openServer(
  place: Exclude<MetricsPlace, { file: string }>,
  metrics: FleetMetrics,
): Promise<Result<MetricsPoint>> {
  const server: Server = createServer({ requestTimeout: 10_000 }, answerRequest("port" in place, metrics));
  const listened = await listenAt(server, place);
  if (!listened.ok) return listened;
  return ok({
    tell: (event) => metrics.tell(event),
    show: (view) => metrics.show(view),
    end() {
      server.close();
      server.closeAllConnections();
    },
  });
}

/** Answers `GET /metrics`. On a port, `Host` must name the loopback, so no page of another site can read it. */
function answerRequest(isPort: boolean, metrics: FleetMetrics): RequestListener {
  return (request, response) => {
    const refuseRequest = (status: number): void => void response.writeHead(status).end();
    if (isPort && !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ""))
      return refuseRequest(421);
    if (request.url?.split("?")[0] !== "/metrics") return refuseRequest(404);
    if (request.method !== "GET" && request.method !== "HEAD") return refuseRequest(405);
    metrics.text().then(
      (text) =>
        response
          .writeHead(200, { "Content-Type": metrics.contentType, "Cache-Control": "no-store" })
          .end(request.method === "HEAD" ? undefined : text),
      () => refuseRequest(500),
    );
  };
}

/** The shortest time between two writes of the file, ms. */
const restMs = 5_000;

/** Writes the metrics after each observation, with mode 0644: node_exporter is another account. */
async function openFile(path: string, metrics: FleetMetrics): Promise<Result<MetricsPoint>> {
  const write = async (): Promise<Result<void>> => writeFile(path, await metrics.text(), 0o644, 0o755);
  const first = await write();
  return first.ok ? ok(new MetricsFile(path, metrics, write)) : first;
}

class MetricsFile implements MetricsPoint {
  readonly #path: string;
  readonly #metrics: FleetMetrics;
  readonly #write: () => Promise<unknown>;
  /** The time of the last observation in the metrics, ms since the epoch; 0 before the first one. */
  #seenMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last write. */
  #writing: Promise<unknown> = Promise.resolve();
  #hasEnded = false;

  constructor(path: string, metrics: FleetMetrics, write: () => Promise<unknown>) {
    [this.#path, this.#metrics, this.#write] = [path, metrics, write];
  }

  tell(event: WatchEvent): void {
    this.#metrics.tell(event);
    if (!this.#hasEnded) this.#wakeSoon();
  }

  show(view: WatchView): void {
    this.#metrics.show(view);
    if (view.seenMs === this.#seenMs || this.#hasEnded) return;
    this.#wakeSoon();
    this.#seenMs = view.seenMs;
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    void this.#writing.finally(() => this.#remove());
  }

  #wakeSoon(): void {
    const begin = (): void => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => this.#hasEnded && this.#remove());
    };
    this.#timer ??= setTimeout(begin, this.#seenMs === 0 ? 0 : restMs);
  }

  #remove(): void {
    rmSync(this.#path, { force: true });
  }
}
