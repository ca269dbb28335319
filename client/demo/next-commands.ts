import { isAbsolute, join, relative } from "node:path";
import type { Terminal } from "../terminal/index.js";
import type { StoryEnd } from "./story.js";

export interface EndOptions extends StoryEnd {
  readonly out: string;
  readonly keep: boolean;
  readonly seconds: number;
  readonly examples: string;
}

/** Last lines of the demo: where things are, and three commands that work as they are printed. */
export function describeEnd({ colors }: Terminal, end: EndOptions): string {
  const commands = end.keep ? commandsWithServices(end) : commandsWithoutServices(end);
  const lines = [
    `\nDone in ${end.seconds.toFixed(1)} s. In ${shortPath(end.out)}: ${end.files.join(", ")}; logs in ${shortPath(join(end.out, "logs"))}.`,
    "",
    end.keep ? `The services are up; the registry is ${end.registryUrl}. In another terminal:` : "Try next:",
    ...commands.map((command) => `  ${colors.cyan(command)}`),
    ...(end.keep ? ["", "Ctrl-C here stops them all."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function commandsWithoutServices({ cast, examples, out }: EndOptions): string[] {
  const first = cast.packages[0]?.folder ?? join(examples, "packages");
  return [
    `npx flamenco lf explain ${shortPath(first)}`,
    `npx flamenco lf check ${shortPath(cast.hostile.folder)}`,
    `npx flamenco demo --keep --out ${shortPath(out)}`,
  ];
}

function commandsWithServices({ summary, cast, registryUrl, researcherHome }: EndOptions): string[] {
  const packages = summary.packages.map(({ name, version }) => `${name}@${version}`).join(",");
  const nodes = Object.keys(summary.nodes).join(",");
  return [
    `npx flamenco lf list --registry ${registryUrl}`,
    `npx flamenco study results ${summary.study} --registry ${registryUrl}`,
    `npx flamenco study run --packages ${packages} --nodes ${nodes} --outputs metrics --wait --registry ${registryUrl} --key ${cast.researchers[0]} --data-dir ${shortPath(researcherHome)}`,
  ];
}

/** Relative to where the person is when that is below, and quoted for a shell when it must be. */
function shortPath(path: string): string {
  const below = relative(process.cwd(), path);
  const short = below === "" ? "." : below.startsWith("..") || isAbsolute(below) ? path : below;
  return /^[A-Za-z0-9_./@:-]+$/.test(short) ? short : `'${short.replaceAll("'", "'\\''")}'`;
}
