import { toLine } from "../terminal/index.js";

/** `function` alone: the packages are named above, and ids are long. */
function shortLfName(lf: string): string {
  return toLine(lf.slice(lf.indexOf("#") + 1), 40);
}

/** Names of LFs for one column: short where that is enough to tell them apart. */
export function lfLabels(lfs: readonly string[]): Map<string, string> {
  const short = lfs.map(shortLfName);
  return new Map(
    lfs.map((lf, index) => [
      lf,
      short.filter((name) => name === short[index]).length > 1 ? toLine(lf) : (short[index] ?? ""),
    ]),
  );
}
