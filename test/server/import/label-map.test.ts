import { isFlamencoError } from "@flamenco/policies/errors";
import { parseLabelMap } from "@flamenco/server/import";
import t from "tap";
import { csvOf, importText, publishedBy, readRows, rowWith } from "./import-fixture.js";

t.test("a label map names labels in the order given", async (t) => {
  const map = parseLabelMap(" benign = BENIGN , attack=DrDoS_NTP,attack=Web Attack = XSS,other=*");
  t.strictSame(map.labels, ["benign", "attack", "other"]);
  t.strictSame(
    [...map.byValue],
    [
      ["BENIGN", "benign"],
      ["DrDoS_NTP", "attack"],
      ["Web Attack = XSS", "attack"],
    ],
  );
  t.equal(map.others, "other");
});

t.test("a label map that is not understood is refused", async (t) => {
  const wrong = [
    "",
    "benign",
    "=BENIGN",
    "benign=",
    "Benign=BENIGN",
    "a b=X",
    "benign=A,attack=A",
    "benign=*,attack=*",
    "a=A,,b=B",
    "../x=A",
  ];
  const tooMany = Array.from({ length: 9 }, (_, index) => `l${index}=V${index}`).join(",");
  for (const text of [...wrong, tooMany]) {
    let error: unknown;
    try {
      parseLabelMap(text);
    } catch (cause) {
      error = cause;
    }
    t.ok(isFlamencoError(error, "FLM_USAGE"), JSON.stringify(text));
  }
});

t.test("values that the map does not name have no ground truth, and values that no row has are told", async (t) => {
  const rows = ["BENIGN", "Syn", "TFTP"].map((label, index) => rowWith(index, { Label: label }));
  const result = await importText(t.testdir(), csvOf(rows), {
    labels: parseLabelMap("benign=BENIGN,attack=Syn,attack=syn"),
  });
  t.strictSame((await readRows(publishedBy(result), "__truth")).flat(), ["benign", "attack", null]);
  t.equal(result.manifest.truth?.labeledRows, 2);
  t.strictSame(result.unseenValues, ["syn"]);
  t.strictSame(result.labelCounts, [
    { label: "attack", rows: 1 },
    { label: "benign", rows: 1 },
    { label: null, rows: 1 },
  ]);
});

t.test("a value with a quotation mark is a value, not SQL", async (t) => {
  const rows = [rowWith(0, { Label: "it's" }), rowWith(1, { Label: "BENIGN" })];
  const result = await importText(t.testdir(), csvOf(rows), {
    labels: parseLabelMap("attack=it's,benign='; DROP TABLE rows; --"),
  });
  t.strictSame((await readRows(publishedBy(result), "__truth")).flat(), ["attack", null]);
});

t.test("labels of files without a label column are refused", async (t) => {
  const text = csvOf([rowWith(0)]).replace(", Label", ", Verdict");
  const error = await importText(t.testdir(), text, { labels: parseLabelMap("attack=*") }).catch(
    (cause: unknown) => cause,
  );
  t.ok(isFlamencoError(error, "FLM_IMPORT_HEADER"));
});
