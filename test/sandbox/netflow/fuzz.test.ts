import { netflowFormat } from "@flamenco/sandbox/netflow";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import {
  decode,
  type FieldSpec,
  flow5,
  ipfix,
  ipv4,
  netflow5,
  netflow9,
  optionsTemplate,
  optionsTemplate9,
  set,
  template,
  u8,
  u16,
  u32,
  variable,
} from "./message-encoder.js";

const fields: FieldSpec[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [22, 4],
  [21, 4],
  [2, 4],
  [1, 4],
];
const record = Buffer.concat([
  ipv4("10.0.0.1"),
  ipv4("10.0.0.2"),
  u16(1),
  u16(2),
  u8(6),
  u32(1),
  u32(2),
  u32(3),
  u32(4),
]);
const seeds = [
  netflow5([flow5(), flow5(), flow5()]),
  netflow9([
    set(0, template(256, fields)),
    set(256, record, record),
    set(1, optionsTemplate9(257, [[1, 4]], [[34, 4]])),
    set(257, u32(1), u32(2)),
  ]),
  ipfix([
    set(
      2,
      template(256, [...fields, [371, 65_535], [152, 8], [156, 8], [95, 5], [311, 8], [1, 8, 29_305]]),
      template(258, [[291, 65_535]]),
    ),
    set(256, record, variable(Buffer.from("name")), Buffer.alloc(37, 1)),
    set(258, variable(Buffer.alloc(300))),
    set(
      3,
      optionsTemplate(257, 1, [
        [143, 4],
        [160, 8],
        [305, 4],
        [306, 4],
      ]),
    ),
    set(257, u32(1), Buffer.alloc(16, 7)),
  ]),
];

/** One to eight changes: bytes, words of lengths and ids, cuts, repetitions. */
function mutate(random: SeededRandom, message: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(message);
  const below = (limit: number) => Math.floor(random.nextFloat() * limit);
  for (let changes = 1 + below(8); changes > 0 && bytes.length > 4; changes -= 1) {
    const at = below(bytes.length - 2);
    const kind = below(5);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes.writeUInt16BE([0, 1, 2, 3, 4, 255, 256, 257, 65_535][below(9)]!, at);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length))]);
    else bytes = Buffer.concat([bytes, seeds[below(seeds.length)]!.subarray(below(40))]);
  }
  return bytes;
}

t.test("6,000 damaged messages break nothing, and give no more values than they have octets", async (t) => {
  const random = new SeededRandom(7);
  let values = 0;
  let problems = 0;
  for (let round = 0; round < 6_000; round += 1) {
    const message = mutate(random, seeds[round % seeds.length]!);
    const found = decode(message);
    const count = found.values.reduce((sum, record) => sum + Object.keys(record).length, 0);
    if (count > message.length) t.fail(`${count} values of ${message.length} octets`);
    values += count;
    problems += found.problems.length;
  }
  t.ok(values > 30_000 && problems > 1_500, `${values} values, ${problems} problems: the mutations reach both`);
});

t.test("damaged files give rows of numbers, text or nothing, whatever the chunks", async (t) => {
  const random = new SeededRandom(8);
  for (let round = 0; round < 100; round += 1) {
    const file = Buffer.concat(Array.from({ length: 12 }, (_, index) => mutate(random, seeds[index % seeds.length]!)));
    const rowsIn = (chunk: number) => {
      const rows: string[] = [];
      const decoder = netflowFormat.open({
        row: (record, cells) => {
          for (const cell of cells) if (typeof cell === "number" && !Number.isFinite(cell)) t.fail("an infinite cell");
          rows.push(`${record} ${cells.join()}`);
        },
        drop: (reason, record) => rows.push(`${reason} ${record}`),
        note: () => undefined,
      });
      for (let at = 0; at < file.length; at += chunk) decoder.push(file.subarray(at, at + chunk));
      decoder.finish();
      return rows;
    };
    const whole = rowsIn(file.length);
    const parts = rowsIn(97);
    if (whole.join("\n") !== parts.join("\n")) t.fail(`round ${round} depends on its chunks`);
  }
  t.pass();
});
