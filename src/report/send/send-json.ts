import type { Delivery } from "../../send/delivery.ts";
import type { DeliveryJson, DeliveryLineJson, SendJson } from "./send-output.ts";
import { deliveryText, type ResultReader } from "./send-text.ts";

/** Returns the results of a send as their documented JSON object. */
export function sendJson(text: string, deliveries: readonly Delivery[], reader: ResultReader): SendJson {
  return {
    formatVersion: "2.0",
    text: { bytes: Buffer.byteLength(text), lines: text.split("\n").length },
    agents: deliveries.map((delivery) => deliveryJson(delivery, reader)),
  };
}

/** Returns the result for one agent as a line of `-o jsonl`. */
export function deliveryLine(delivery: Delivery, reader: ResultReader): string {
  const line: DeliveryLineJson = { formatVersion: "2.0", ...deliveryJson(delivery, reader) };
  return `${JSON.stringify(line)}\n`;
}

function deliveryJson(delivery: Delivery, reader: ResultReader): DeliveryJson {
  return {
    agent: delivery.agent,
    verdict: delivery.verdict,
    wasWorking: "wasWorking" in delivery,
    reason: delivery.verdict === "delivered" ? null : delivery.reason,
    message: deliveryText(delivery, reader) ?? null,
  };
}
