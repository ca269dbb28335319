import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Kill } from "./gate-crossings.js";
import type { Errand, Look, Report, Start } from "./gate-process.js";

const program = fileURLToPath(new URL("gate-process.js", import.meta.url));
const version = "5".repeat(64);

export type StudyName = Errand["study"];

/** What a process came to that nobody killed. */
export type Whole = Start & Report & { readonly study: StudyName };

/** Processes that were killed, one after the other, and one that went on. */
export interface Story {
  readonly kills: readonly Kill[];
  /** How each of the killed ended, and how often it spoke. */
  readonly ends: readonly { readonly end: string | number | null; readonly lines: number }[];
  /** What each process found on the disk when it came; the last one comes after all kills. */
  readonly looks: readonly Look[];
  /** What became of the request in the end. */
  readonly report: Report;
  /** Every draw that began, in whichever process. */
  readonly draws: readonly string[];
  /** Every release that left, of whichever process. */
  readonly releases: readonly string[];
}

/** What a process said of each of its errands, and how it ended. */
async function send(errands: readonly Errand[]) {
  // Without the optimizing compiler the embedded database and the policies are up in a third of the time.
  const child = spawn(process.execPath, ["--liftoff-only", program, JSON.stringify(errands)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await Promise.all([readText(child.stdout), once(child, "exit")]);
  const lines = said.split("\n").filter(Boolean);
  return {
    told: lines.map((line) => JSON.parse(line) as Partial<Start & Report>),
    end: child.signalCode ?? child.exitCode,
  };
}

/** As `send`, of a process that nobody kills: of each errand what it found, and what became of it. */
async function finish(errands: readonly Errand[]): Promise<(Start & Report)[]> {
  const { told, end } = await send(errands);
  if (end !== 0 || told.length !== 2 * errands.length) throw new Error(`a process ended with ${end}`);
  return errands.map((_, index) => ({ ...told[2 * index], ...told[2 * index + 1] }) as Start & Report);
}

/** Two at a time: as many as a small machine has processors. */
async function inPairs<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const rest = [...items.entries()];
  const next = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) outcomes[one[0]] = await work(one[1]);
  };
  await Promise.all([next(), next()]);
  return outcomes;
}

/** Makes a database, empty or as another one is, that has a URL; undefined where it lies in the node's folder. */
export type MakeDatabase = (name: string, template?: string) => Promise<string | undefined>;

/** Stores, each of its own, in which another request to the dataset was charged, recorded and answered before. */
export class Stories {
  readonly #root: string;
  readonly #makeDatabase: MakeDatabase;
  #stores = 0;

  private constructor(root: string, makeDatabase: MakeDatabase) {
    this.#root = root;
    this.#makeDatabase = makeDatabase;
  }

  static async prepare(root: string, makeDatabase: MakeDatabase): Promise<Stories> {
    const stories = new Stories(root, makeDatabase);
    const store = { directory: join(root, "prepared"), databaseUrl: await makeDatabase("prepared") };
    await finish([{ ...store, study: "plain", version: "4".repeat(64) }]);
    return stories;
  }

  /** Ask for studies that nobody interrupts. */
  async ask(...studies: StudyName[]): Promise<Whole[]> {
    const errands = [];
    for (const study of studies) errands.push(await this.#makeErrand(study));
    const reports = await finish(errands);
    return reports.map((report, index) => ({ study: studies[index]!, ...report }));
  }

  /** Kill processes at these places, one after the other, each list on a store of its own; then another one goes on. */
  async tell(study: StudyName, plots: readonly (readonly Kill[])[]): Promise<Story[]> {
    const begun = await inPairs(plots, async (kills) => {
      const errand = await this.#makeErrand(study);
      const sent = [];
      for (const kill of kills) sent.push(await send([{ ...errand, kill }]));
      return { kills, errand, sent };
    });
    // Those that go on are never among the killed: one process for half of the stores, since it is there only once.
    const half = Math.ceil(begun.length / 2);
    const told = await inPairs([begun.slice(0, half), begun.slice(half)], async (stories) => {
      const reports = stories.length === 0 ? [] : await finish(stories.map(({ errand }) => errand));
      return Promise.all(
        stories.map(async ({ kills, errand, sent }, index): Promise<Story> => {
          const { before, ...report } = reports[index]!;
          return {
            kills,
            ends: sent.map(({ end, told }) => ({ end, lines: told.length })),
            looks: [...sent.flatMap(({ told }) => told[0]?.before ?? []), before],
            report,
            draws: await readJournal(errand, "draws"),
            releases: await readJournal(errand, "releases"),
          };
        }),
      );
    });
    return told.flat();
  }

  async #makeErrand(study: StudyName): Promise<Errand> {
    this.#stores += 1;
    const name = `store_${this.#stores}`;
    const directory = join(this.#root, name);
    const isOfStore = (path: string) => !/[/\\]prepared[/\\](draws|releases)$/.test(path);
    await cp(join(this.#root, "prepared"), directory, { recursive: true, filter: isOfStore });
    return { directory, databaseUrl: await this.#makeDatabase(name, "prepared"), study, version };
  }
}

async function readJournal({ directory }: Errand, name: string): Promise<string[]> {
  return (await readFile(join(directory, name), "utf8")).split("\n").filter(Boolean);
}
