import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Write files into a folder, by path. */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export const description = {
  name: "alice/ports",
  version: "1.0.0",
  kind: "flow/1",
  task: { id: "ddos-ntp", labels: ["benign", "attack"], positive: "benign" },
  license: "Apache-2.0",
  description: "Votes by port.",
  authors: [{ name: "Alice" }],
};

export const source = `import { ABSTAIN, type Flow } from "@flamenco/lf";

/** Low ports answer. */
export function lowPort(flow: Flow) {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}
`;

/** A package that is fine, with other files beside or in the place of its own. */
export function packageFiles(
  other: Readonly<Record<string, string | Uint8Array>> = {},
  changes: Partial<typeof description> = {},
): Record<string, string | Uint8Array> {
  return { "flamenco.json": JSON.stringify({ ...description, ...changes }), "lfs.ts": source, ...other };
}
