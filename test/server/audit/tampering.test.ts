import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leafHash, recordBytes, signCheckpoint, treeRoot } from "@flamenco/policies/trust";
import { openLogFiles, replayLog } from "@flamenco/server/audit";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";
import { north, openLog, readLog, reservation } from "./support.js";

const untouched = await mkdtemp(join(tmpdir(), "flamenco-audit-"));
t.teardown(() => rm(untouched, { recursive: true, force: true }));
const log = await openLog(untouched);
await Promise.all(Array.from({ length: 300 }, (_, value) => log.append(reservation(value))));
await log.close();

/** Records of a bundle with their lengths. */
function split(bundle: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let start = 0; start < bundle.length; ) {
    const end = start + 2 + bundle.readUInt16BE(start);
    records.push(bundle.subarray(start, end));
    start = end;
  }
  return records;
}

const edit =
  (path: string, change: (records: Buffer[]) => Buffer[]) =>
  async (folder: string): Promise<void> => {
    await writeFile(join(folder, path), Buffer.concat(change(split(await readFile(join(folder, path))))));
  };

const raise = (record: Buffer): Buffer =>
  Buffer.from(record.toString("latin1").replace('"microRho":100', '"microRho":101'), "latin1");
const finished = "tile/entries/000";
const open = "open/1.entries";

const stories: readonly (readonly [name: string, index: number | null, tamper: (folder: string) => Promise<void>])[] = [
  [
    "an entry is edited in a finished bundle",
    7,
    edit(finished, (all) => all.map((record, at) => (at === 7 ? raise(record) : record))),
  ],
  [
    "an entry is edited in the open bundle",
    299,
    edit(open, (all) => all.map((record, at) => (at === 43 ? raise(record) : record))),
  ],
  ["an entry is removed", 100, edit(finished, (all) => all.toSpliced(100, 1))],
  ["an entry is removed from the open bundle", 256, edit(open, (all) => all.slice(1))],
  ["the last entry is removed", 299, edit(open, (all) => all.slice(0, -1))],
  [
    "two entries change places",
    30,
    edit(finished, (all) => all.with(30, all[31] ?? Buffer.of()).with(31, all[30] ?? Buffer.of())),
  ],
  ["an entry is repeated", 51, edit(finished, (all) => all.toSpliced(50, 0, all[50] ?? Buffer.of()))],
  ["an entry is added to a finished bundle", 256, edit(finished, (all) => [...all, all[0] ?? Buffer.of()])],
  [
    "an entry becomes other JSON of the same meaning",
    3,
    edit(finished, (all) => all.with(3, padded(all[3] ?? Buffer.of()))),
  ],
  ["a finished bundle is gone", 0, (folder) => rm(join(folder, finished))],
  ["the open bundle is gone", 256, (folder) => rm(join(folder, open))],
  [
    "the open bundle is cut inside an entry",
    299,
    async (folder) => truncate(join(folder, open), (await readFile(join(folder, open))).length - 5),
  ],
  ["a tile of hashes is gone", 0, (folder) => rm(join(folder, "tile/0/000"))],
  ["a hash is changed", 9, (folder) => flip(join(folder, "tile/0/000"), 9 * 32)],
  [
    "an entry is removed and its hash with it",
    100,
    async (folder) => {
      await edit(finished, (all) => all.toSpliced(100, 1))(folder);
      const tile = await readFile(join(folder, "tile/0/000"));
      await writeFile(
        join(folder, "tile/0/000"),
        Buffer.concat([tile.subarray(0, 100 * 32), tile.subarray(101 * 32), tile.subarray(0, 32)]),
      );
    },
  ],
  [
    "entry and hash are changed together",
    null,
    async (folder) => {
      const records = split(await readFile(join(folder, finished)));
      records[9] = raise(records[9] ?? Buffer.of());
      const tile = await readFile(join(folder, "tile/0/000"));
      tile.set(leafHash(records[9].subarray(2)), 9 * 32);
      await writeFile(join(folder, finished), Buffer.concat(records));
      await writeFile(join(folder, "tile/0/000"), tile);
    },
  ],
  ["the checkpoint is gone", 0, (folder) => rm(join(folder, "checkpoint"))],
  [
    "an older checkpoint is put back over a finished bundle",
    1,
    async (folder) => {
      const [first] = await readLog(folder);
      const root = treeRoot(first === undefined ? [] : [leafHash(recordBytes(first))]);
      await writeFile(join(folder, "checkpoint"), signCheckpoint({ size: 1, root }, north));
    },
  ],
];

for (const [name, index, tamper] of stories) {
  t.test(`${name}: found${index === null ? "" : ` at entry ${index}`}, and the log does not open`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "flamenco-audit-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await cp(untouched, folder, { recursive: true });
    await tamper(folder);
    const found = await replayLog(openLogFiles(folder), { keyId: north.keyId, onRecord: () => undefined });
    t.ok(found !== undefined && "why" in found);
    if (found !== undefined && "why" in found) t.equal(found.index, index, found.why);
    await t.rejects(openLog(folder), {
      code: "FLM_AUDIT_DIVERGED",
      message: index === null ? /whole/ : `From entry ${index} on`,
    });
  });
}

t.test("a checkpoint that another key signed is not believed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-audit-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await cp(untouched, folder, { recursive: true });
  await writeFile(join(folder, "checkpoint"), signCheckpoint({ size: 0, root: treeRoot([]) }, makeKey("mallory")));
  await t.rejects(openLog(folder), { code: "FLM_AUDIT_CHECKPOINT" });
});

t.test("an older checkpoint inside the open bundle loses nothing: whole entries beyond it are taken up", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-audit-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const young = await openLog(folder);
  await young.append(reservation(1));
  const older = await readFile(join(folder, "checkpoint"));
  await young.append(reservation(2));
  const newer = await readFile(join(folder, "checkpoint"));
  await young.close();
  await writeFile(join(folder, "checkpoint"), older);
  t.equal((await openLog(folder)).size, 2);
  t.same(await readFile(join(folder, "checkpoint")), newer, "it signs the very same state again");
});

function padded(record: Buffer): Buffer {
  const text = record.subarray(2).toString("utf8").replace(",", ", ");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
