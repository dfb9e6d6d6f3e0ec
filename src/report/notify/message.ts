import { topics, type Topic } from "../../config/schema/notify.ts";
import type { Notice } from "../../notify/notice.ts";
import { count } from "../../text/counting.ts";
import { plainColors } from "../terminal/colors.ts";
import { watchJson } from "../watch/watch-json.ts";
import { watchMessage } from "../watch/watch-text.ts";
import type { WatchLine } from "../watch/watch-output.ts";
import { shortened } from "../../text/shortened.ts";

/** News in the form of a message. */
export interface Message {
  /** One line: the fleet, and the number of agents for each kind of news. */
  readonly title: string;
  /** Lines for people. */
  readonly text: string;
  readonly payload: Payload;
}

/** The JSON object of a webhook, and of $MOSAIC_NOTIFY_JSON. Some services read `text`, others `content`. */
export interface Payload {
  readonly formatVersion: "1.0";
  readonly fleet: string;
  readonly host: string;
  readonly title: string;
  readonly text: string;
  /** The title and the text in 2,000 characters. */
  readonly content: string;
  readonly news: readonly {
    readonly topic: Topic;
    readonly agent: string | undefined;
    readonly event: WatchLine;
  }[];
  /** Older news that was dropped, because the receiver could not be reached. */
  readonly dropped: number;
}

/** Longest text, characters. Some receivers refuse longer ones. */
const longestText = 4_000;

/** Returns the message about some news. */
export function messageAbout(
  { fleet, host }: { readonly fleet: string; readonly host: string },
  news: readonly Notice[],
  dropped: number,
): Message {
  const title = `${fleet} on ${host}: ${topics.flatMap((topic) => topicPhrase(topic, news)).join(", ")}`;
  const older = dropped === 0 ? [] : [`(${count(dropped, "older message")} left out)`];
  const text = shortened([...older, ...news.flatMap(noticeLines)].join("\n"), longestText);
  return {
    title,
    text,
    payload: {
      formatVersion: "1.0",
      fleet,
      host,
      title,
      text,
      content: shortened(`${title}\n${text}`, 2_000),
      news: news.map(({ topic, agent, event, atMs }) => ({ topic, agent, event: watchJson(event, atMs) })),
      dropped,
    },
  };
}

const topicPhrases: Readonly<Record<Topic, (who: string, isMany: boolean) => string>> = {
  failed: (who) => `${who} failed`,
  crashed: (who) => `${who} crashed`,
  recovered: (who, isMany) => `${who} ${isMany ? "run" : "runs"} again`,
  completed: (who, isMany) => `${who} ${isMany ? "have" : "has"} completed`,
  pending: (who, isMany) => `${who} ${isMany ? "wait" : "waits"} with a change`,
  blocked: (who, isMany) => `${who} ${isMany ? "are" : "is"} blocked`,
  healed: (who, isMany) => `${who} ${isMany ? "were" : "was"} repaired`,
  problem: () => "the watch has a problem",
  waiting: (who, isMany) => `${who} ${isMany ? "wait" : "waits"} for a person`,
  limited: (who, isMany) => `${who} ${isMany ? "have" : "has"} reached ${isMany ? "their" : "its"} limit`,
  idle: (who, isMany) => `${who} ${isMany ? "are" : "is"} done`,
};

function topicPhrase(topic: Topic, news: readonly Notice[]): readonly string[] {
  const own = news.filter((notice) => notice.topic === topic);
  const agents = new Set(own.flatMap(({ agent }) => agent ?? []));
  const [only] = agents;
  const isMany = agents.size > 1;
  return own.length === 0
    ? []
    : [topicPhrases[topic](isMany ? count(agents.size, "agent") : (only ?? "the fleet"), isMany)];
}

function noticeLines({ event }: Notice): readonly string[] {
  return watchMessage(event, plainColors, 120)?.lines ?? [];
}
