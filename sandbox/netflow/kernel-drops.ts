import { readFile } from "node:fs/promises";

/** Tables of the system's UDP sockets: a line each, the address and port in hexadecimal, the drops in the last column. */
const TABLES = ["/proc/net/udp", "/proc/net/udp6"];

/**
 * Datagrams that the system received for a port and dropped because nobody had read the earlier ones yet; null where the
 * system does not say (it does on Linux).
 */
export async function readKernelDrops(port: number): Promise<number | null> {
  const texts = await Promise.all(TABLES.map((path) => readFile(path, "utf8").catch(() => "")));
  const drops = texts.flatMap((text) => dropsIn(text, port));
  return drops.length === 0 ? null : drops.reduce((sum, count) => sum + count, 0);
}

/** @param text of such a table */
export function dropsIn(text: string, port: number): number[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(ending))
    .map((columns) => Number(columns.at(-1)))
    .filter(Number.isSafeInteger);
}
