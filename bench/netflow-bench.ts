import { netflowFormat } from "@flamenco/sandbox/netflow";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { canonicalLine } from "@flamenco/sandbox/records";
import { median, round, time } from "./timing.js";

const RECORDS = 600_000;
const RECORDS_A_MESSAGE = 24;
const REPETITIONS = 5;
const CHUNK_BYTES = 1024 * 1024;
const SEED = 11;
const EXPORT_SECONDS = 1_577_836_800;

/** Element and octets of each field of the NetFlow v9 and IPFIX records; 65,535 is a variable length. */
const netflow9Fields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [22, 4],
  [21, 4],
  [2, 4],
  [1, 4],
  [10, 4],
  [14, 4],
] as const;
const ipfixFields = [...netflow9Fields.slice(0, 6), [152, 8], [153, 8], [2, 8], [1, 8], [96, 65_535]] as const;

/** Records a second from export messages to rows of `flow/1`, and to lines of CSV, for each version, in one run. */
export function benchNetflow(): object {
  const files = { netflow5: netflow5File(), netflow9: netflow9File(), ipfix: ipfixFile() };
  const rates = Object.fromEntries(
    Object.entries(files).map(([version, file]) => {
      const rows: number[] = [];
      const lines: number[] = [];
      for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
        rows.push(RECORDS / decodeFile(file, () => undefined));
        lines.push(RECORDS / decodeFile(file, canonicalLine));
      }
      const megabytes = round(file.length / 1e6);
      return [version, { megabytes, recordsPerSecond: round(median(rows)), withCsvLines: round(median(lines)) }];
    }),
  );
  return { records: RECORDS, recordsPerMessage: RECORDS_A_MESSAGE, ...rates };
}

/** Seconds that the format takes for a file. */
function decodeFile(file: Buffer, onRow: (cells: Parameters<typeof canonicalLine>[0]) => unknown): number {
  let rows = 0;
  const seconds = time(() => {
    const decoder = netflowFormat.open({
      row: (_record, cells) => {
        onRow(cells);
        rows += 1;
      },
      drop: () => undefined,
      note: () => undefined,
    });
    for (let at = 0; at < file.length; at += CHUNK_BYTES) decoder.push(file.subarray(at, at + CHUNK_BYTES));
    decoder.finish();
  });
  if (rows !== RECORDS) throw new Error(`${rows} rows of ${RECORDS} records`);
  return seconds;
}

function netflow5File(): Buffer {
  const records = randomOctets(48 * RECORDS);
  return messages(records, 48, () => words([5, RECORDS_A_MESSAGE], [60_000, EXPORT_SECONDS, 0, 0, 0]));
}

function netflow9File(): Buffer {
  const bytes = netflow9Fields.reduce((sum, [, length]) => sum + length, 0);
  const header = words([9, 1], [60_000, EXPORT_SECONDS, 0, 1]);
  const set = words([256, 4 + bytes * RECORDS_A_MESSAGE], []);
  const data = messages(randomOctets(bytes * RECORDS), bytes, () => Buffer.concat([header, set]));
  return Buffer.concat([header, templateSet(0, netflow9Fields), data]);
}

function ipfixFile(): Buffer {
  const name = Buffer.concat([Buffer.of(5), Buffer.from("https")]);
  const fixed = ipfixFields.reduce((sum, [, length]) => sum + (length === 65_535 ? 0 : length), 0);
  const bytes = fixed + name.length;
  const records = randomOctets(bytes * RECORDS);
  for (let at = 0; at < records.length; at += bytes) {
    // Milliseconds since 1970 of start and end; the upper halves of the counts are zero.
    records.writeBigUInt64BE(BigInt(EXPORT_SECONDS) * 1000n, at + 14);
    records.writeBigUInt64BE(BigInt(EXPORT_SECONDS) * 1000n + 20n, at + 22);
    records.writeUInt32BE(0, at + 30);
    records.writeUInt32BE(0, at + 38);
    name.copy(records, at + fixed);
  }
  const set = words([256, 4 + bytes * RECORDS_A_MESSAGE], []);
  const head = (length: number) => words([10, 16 + length], [EXPORT_SECONDS, 0, 1]);
  const template = templateSet(2, ipfixFields);
  const data = messages(records, bytes, () => Buffer.concat([head(set.length + bytes * RECORDS_A_MESSAGE), set]));
  return Buffer.concat([head(template.length), template, data]);
}

/** Records in messages of so many each, a header before each message. */
function messages(records: Buffer, recordBytes: number, header: () => Buffer): Buffer {
  const bytes = recordBytes * RECORDS_A_MESSAGE;
  const parts: Buffer[] = [];
  for (let at = 0; at < records.length; at += bytes) parts.push(header(), records.subarray(at, at + bytes));
  return Buffer.concat(parts);
}

function templateSet(id: number, fields: readonly (readonly [number, number])[]): Buffer {
  return words([id, 8 + 4 * fields.length, 256, fields.length, ...fields.flat()], []);
}

function words(halves: readonly number[], wholes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * halves.length + 4 * wholes.length);
  for (const [index, value] of halves.entries()) bytes.writeUInt16BE(value, 2 * index);
  for (const [index, value] of wholes.entries()) bytes.writeUInt32BE(value, 2 * halves.length + 4 * index);
  return bytes;
}

function randomOctets(length: number): Buffer {
  const random = new SeededRandom(SEED);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32BE(Math.floor(random.nextFloat() * 2 ** 32), at);
  return bytes;
}
