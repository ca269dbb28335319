import { matchAlerts, openAlerts, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const at = (text: string) => Date.parse(text);

t.test("rows lie in the span of an alert, both ends included; the first of the report counts", async (t) => {
  const alerts = openAlerts([
    { start: "2020-11-08T16:08:00Z", end: "2020-11-08T17:13:00+01:00" },
    { start: at("2020-11-08T16:00:00Z"), end: at("2020-11-08T16:10:00Z"), label: "scan" },
  ]);
  const times = ["15:59:59", "16:00:00", "16:08:00", "16:10:00", "16:13:00", "16:13:01"];
  const timesMs = Float64Array.from([...times.map((time) => at(`2020-11-08T${time}Z`)), Number.NaN]);
  t.strictSame([...matchAlerts({ timesMs, addresses: [], ports: [] }, alerts)], [-1, 1, 0, 0, 0, -1, -1]);
});

t.test("addresses and ports narrow an alert down, at either end of a flow", async (t) => {
  const alerts = openAlerts([{ start: 0, end: 100, addresses: ["10.0.0.1"], ports: [123, 80] }]);
  const rows = {
    timesMs: Float64Array.of(5, 5, 5, 5),
    addresses: [
      ["10.0.0.1", "x", "x", "10.0.0.1"],
      ["x", "10.0.0.1", "x", "x"],
    ],
    ports: [Float64Array.of(123, 9, 80, 9), Float64Array.of(9, 80, 9, 9)],
  };
  t.strictSame([...matchAlerts(rows, alerts)], [0, 0, -1, -1]);
  t.strictSame(
    [...matchAlerts({ ...rows, addresses: [] }, alerts)],
    [-1, -1, -1, -1],
    "without columns nothing matches",
  );
});

t.test("overlapping spans give what looking at every span gives", async (t) => {
  const random = new SeededRandom(12);
  const alerts = openAlerts(
    Array.from({ length: 60 }, () => {
      const start = random.nextBelow(1000);
      return { start, end: start + random.nextBelow(100) };
    }),
  );
  const timesMs = Float64Array.from({ length: 500 }, () => random.nextBelow(1200));
  const naive = timesMs.map((time) =>
    alerts.findIndex(({ start, end }) => Number(start) <= time && time <= Number(end)),
  );
  t.strictSame([...matchAlerts({ timesMs, addresses: [], ports: [] }, alerts)], [...naive]);
});

t.test("times without a zone, spans that end before they start and unknown fields are refused", async (t) => {
  const refusals: unknown[] = [
    [{ start: "2020-11-08T16:08:00", end: "2020-11-08T16:13:00" }],
    [{ start: "yesterday", end: 5 }],
    [{ start: 10, end: 5 }],
    [{ start: 1, end: 2, severity: "high" }],
    [{ start: 1, end: 2, ports: [70_000] }],
    Array.from({ length: 10_001 }, () => ({ start: 1, end: 2 })),
  ];
  for (const report of refusals) t.throws(() => openAlerts(report), { code: "FLM_SCHEMA" });
});
