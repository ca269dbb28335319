import { type Kind, kinds, statisticNames } from "@flamenco/policies/wire";

/** The one module that an LF file may import; types and constants only, nothing of it runs. */
export const languageModule = "@flamenco/lf";

export interface LanguageConstant {
  readonly value: number;
  readonly meaning: string;
}

/** Numbers that mean the same on every network (IANA protocol numbers; TCP header flags, RFC 9293 and RFC 3168). */
export const languageConstants: Readonly<Record<string, LanguageConstant>> = Object.freeze({
  ICMP: { value: 1, meaning: "IP protocol number of ICMP" },
  TCP: { value: 6, meaning: "IP protocol number of TCP" },
  UDP: { value: 17, meaning: "IP protocol number of UDP" },
  ICMPV6: { value: 58, meaning: "IP protocol number of ICMP for IPv6" },
  TCP_FIN: { value: 1, meaning: "TCP flag FIN" },
  TCP_SYN: { value: 2, meaning: "TCP flag SYN" },
  TCP_RST: { value: 4, meaning: "TCP flag RST" },
  TCP_PSH: { value: 8, meaning: "TCP flag PSH" },
  TCP_ACK: { value: 16, meaning: "TCP flag ACK" },
  TCP_URG: { value: 32, meaning: "TCP flag URG" },
  TCP_ECE: { value: 64, meaning: "TCP flag ECE" },
  TCP_CWR: { value: 128, meaning: "TCP flag CWR" },
});

/** Name of the vote that is none. */
export const abstainName = "ABSTAIN";

/** Functions that the language brings. */
export const languageFunctions = ["atLeast", "between"] as const;
export type LanguageFunction = (typeof languageFunctions)[number];

/** Type names beside the row type of the kind. */
export const languageTypes = ["Stats", "Vote"] as const;

/** Every value name that `@flamenco/lf` has. */
export const languageValues: readonly string[] = [abstainName, ...languageFunctions, ...Object.keys(languageConstants)];

/** The TypeScript name of a kind's row: `flow/1` is `Flow`. */
export function rowTypeName(kind: Kind): string {
  const [stem = ""] = kind.name.split("/");
  return stem.replace(/(^|-)([a-z0-9])/g, (_all, _dash, letter: string) => letter.toUpperCase());
}

/** Row types of every known kind, to tell an author who imports another kind's. */
export function rowTypeNames(): readonly string[] {
  return [...kinds.values()].map(rowTypeName);
}

const suffixes: Readonly<Record<string, string>> = Object.freeze({
  min: "Each minimum is one row's value; write p5.",
  max: "Each maximum is one row's value; write p95.",
  median: "Write p50.",
  avg: "Write mean.",
  average: "Write mean.",
  std: "Write sd.",
  stddev: "Write sd.",
  variance: "Write sd * sd.",
});

/** What to write for a statistic that is not there. */
export function adviseStatistic(name: string): string {
  const list = `Statistics are ${statisticNames.join(", ")}.`;
  return Object.hasOwn(suffixes, name) ? `${suffixes[name]} ${list}` : list;
}
