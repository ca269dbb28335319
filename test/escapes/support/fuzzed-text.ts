import { seededNumbers } from "../../support/dataset-fixture.js";

/** A LF that uses most of the language: what mutations start from. */
export const validFiles: readonly string[] = [
  `import { ABSTAIN, TCP, UDP, atLeast, between, type Stats, type Vote } from "@flamenco/lf";
const ports = [123, 53, 19];
const large = (row, x: number) => x > row.size * 2;
/** Many conditions. */
export function many(row, stats): Vote {
  const wide = between(row.gap, 1, stats.gap.p75);
  if (ports.includes(row.port) && !wide) return "attack";
  if (atLeast(2, row.lost, wide, large(row, row.count))) { return "benign"; } else if (row.service === "web") { return ABSTAIN; }
  return Number.isNaN(row.size) || row.port === UDP ? ABSTAIN : "attack";
}
`,
  `import { ABSTAIN } from "@flamenco/lf";
/** Sizes. */
export const sizes = (row, stats) => Math.max(row.size, stats.size.mean + 2 * stats.size.sd) / 3 >= Math.floor(row.gap) ? "attack" : ABSTAIN;
export function lost(row) { return row.lost !== (row.count <= -1.5) ? "benign" : ABSTAIN; }
`,
];

const words: readonly string[] = [
  ..."import export from function const let var return if else for while do switch case try catch throw new delete".split(
    " ",
  ),
  ..."typeof void in of instanceof this super class extends async await yield static get set null true false".split(
    " ",
  ),
  ..."type interface enum namespace declare as satisfies keyof infer abstract debugger with import.meta eval".split(
    " ",
  ),
  ..."{ } ( ) [ ] ; , . ... ? : => = == === != !== < > <= >= + - * / % ** ! ~ & | ^ && || ?? ?. ++ -- += @ # ` $ \\".split(
    " ",
  ),
  ..."row stats size gap count port service lost address packets p75 mean ABSTAIN Math Number max abs isNaN includes".split(
    " ",
  ),
  ..."constructor __proto__ prototype globalThis process require Promise Proxy Symbol Date arguments".split(" "),
  ...[
    "0",
    "1",
    "-0",
    "1e9",
    "0x1f",
    "1n",
    "123456789012345",
    ".5",
    "1_0",
    "08",
    "NaN",
    "Infinity",
    '"attack"',
    '"benign"',
  ],
  ...[
    '"web"',
    "'x",
    '"',
    "/a+/g",
    "/*",
    "*/",
    "//",
    "<!--",
    "\n",
    "\t",
    "\r\n",
    "\u2028",
    "\u0000",
    "\ud800",
    "\u202e",
    "é",
    "𝒳",
  ],
  '"@flamenco/lf"',
];

/** Words, numbers, strings and marks of a source: what a mutation moves about. */
const pieces = (text: string): string[] => text.match(/\w+|"[^"]*"|\s+|[^\w\s]/g) ?? [];

export interface FuzzedText {
  /** Random words; hardly ever a program. */
  soup(): string;
  /** A valid file with up to four pieces lost, doubled, swapped or replaced. */
  mutant(): string;
  readonly random: () => number;
}

/** Texts that the seed decides. */
export function fuzzTexts(seed: number): FuzzedText {
  const random = seededNumbers(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const mutate = (parts: string[]): void => {
    const at = below(parts.length);
    const other = below(parts.length);
    const ways = [
      () => parts.splice(at, 1),
      () => parts.splice(at, 0, parts[at] as string),
      () => {
        [parts[at], parts[other]] = [parts[other] as string, parts[at] as string];
      },
      () => parts.splice(at, 1, pick(words)),
      () => parts.splice(at, 1, parts[other] as string),
      () => parts.splice(at, 0, ...parts.slice(other, other + below(12))),
    ];
    pick(ways)();
  };
  return {
    random,
    soup: () => Array.from({ length: 1 + below(120) }, () => pick(words)).join(random() < 0.5 ? " " : ""),
    mutant: () => {
      const parts = pieces(pick(validFiles));
      for (let count = 1 + below(4); count > 0; count--) mutate(parts);
      return parts.join("");
    },
  };
}
