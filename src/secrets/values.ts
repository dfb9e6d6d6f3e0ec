import { remembering } from "../text/remembering.ts";

/** A part of a text, as offsets in UTF-16 code units; `end` is not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Returns true if a value has the form of a secret, whatever its name. */
export const isSecretValue = remembering((value): boolean => secretShapes(value).length > 0);

/** Returns the parts of a text with the form of a secret, in no order. */
export function secretShapes(text: string): readonly Span[] {
  let spans: Span[] | undefined;
  for (const { pattern, part, length } of shapes) {
    if (text.length < length || !text.includes(part)) continue;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
      const whole = found[0];
      const secret = found.groups?.["secret"] ?? whole;
      const start = found.index + whole.lastIndexOf(secret);
      (spans ??= []).push({ start, end: start + secret.length });
    }
  }
  return spans ?? noSpans;
}

/** No part of a text: one value for almost every text. */
export const noSpans: readonly Span[] = [];

/**
 * Prefixes from their issuers' documentation: Anthropic, OpenAI and others with the same form, Stripe,
 * GitHub, GitLab, Slack, AWS, Google, npm, PyPI, Hugging Face, and more.
 */
const prefixes = [
  "sk-[A-Za-z0-9]",
  "[sr]k_(?:live|test)_",
  "gh[opsru]_",
  "github_pat_",
  "gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|ffct)-",
  "xox[a-z](?:\\.xox[a-z])?-",
  "xapp-",
  "A(?:KIA|SIA|GPA|ROA|IDA)[A-Z2-7]",
  "AIza",
  "ya29\\.",
  "GOCSPX-",
  "npm_",
  "pypi-",
  "hf_",
  "gsk_",
  "xai-",
  "pplx-",
  "nvapi-",
  "r8_",
  "tgp_v1_",
  "do[opr]_v1_",
  "shp(?:at|ca|pa|ss)_",
  "SG\\.",
  "dckr_pat_",
  "ATATT3",
  "lin_api_",
  "ntn_",
  "sb[ps]_",
  "tskey-",
  "gl(?:sa|c)_",
  "hv[bsr]\\.",
  "dapi(?=[0-9a-f])",
  "dp\\.(?:pt|st|ct)\\.",
  "whsec_",
  "pat-(?:na|eu)\\d-",
  "key-(?=[0-9a-f]{32})",
  "AGE-SECRET-KEY-",
];

/**
 * The form of a secret, with signs of a text that cannot have it: a part of every match, and the least length of one.
 * Plans of new agents search tens of thousands of texts, and few have a secret.
 */
interface Shape {
  /** With the flag `g`, because a search continues at its lastIndex. No match is empty. */
  readonly pattern: RegExp;
  readonly part: string;
  /** UTF-16 code units. */
  readonly length: number;
}

const shapes: readonly Shape[] = [
  shape(new RegExp(`(?<![A-Za-z0-9])(?:${prefixes.join("|")})[A-Za-z0-9_./+=-]{8,}`, "g"), "", 8),
  // A JSON Web Token: two parts of base64url beginning with `{"`, and a signature.
  shape(/(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, "eyJ"),
  shape(
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$(?![\s\S]))/g,
    "-----BEGIN ",
  ),
  shape(/\b(?:Bearer|Basic|Token|Digest)\s+(?<secret>[A-Za-z0-9_.~+/=-]{6,})/gi, "", 12),
  // user:password@ in an address. A user alone is no secret, but a long one is a token.
  shape(/(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/(?<secret>[^\s/?#"'@:]{0,200}:[^\s"']{0,500})@/gi, "://"),
  shape(/(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/(?<secret>[^\s/?#"'@:]{12,500})@/gi, "://"),
  shape(/https:\/\/hooks\.slack\.com\/[a-z]+\/(?<secret>[^\s"']+)/gi, "://"),
  shape(/https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/(?<secret>[^\s"']+)/gi, "://"),
  // The password of a connection string or a query, inside a longer value.
  shape(/[?&;](?:sig|code|pwd|password|[\w-]*(?:token|secret|key|signature))=(?<secret>[^\s&;"']+)/gi, "="),
  // Long and with letters and digits mixed, as only machines write: hex or base64 without a word in it.
  shape(
    /(?<![A-Za-z0-9])(?=[A-Za-z]*\d[A-Za-z]*\d)(?=\d*[A-Za-z]\d*[A-Za-z]?)[A-Za-z0-9]{24,}(?![A-Za-z0-9])/g,
    "",
    24,
  ),
  shape(
    /(?<![A-Za-z0-9+/])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{30,}={0,2}(?![A-Za-z0-9+/=])/g,
    "",
    30,
  ),
];

function shape(pattern: RegExp, part: string, length = part.length): Shape {
  return { pattern, part, length };
}

/**
 * The length of a value after a name in free text: `word`, to the end of the value in a well-formed text;
 * `rest`, as far as it may go.
 */
export type Reach = "word" | "rest";
