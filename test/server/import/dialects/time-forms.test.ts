import { isMissingTimeSql, startTimeSql, type TimeForm } from "@flamenco/server/import/dialects";
import t from "tap";
import { evaluateOn } from "./dialect-fixture.js";

/** Milliseconds, or "missing" for a time without a date, or null for text that is not of the form. */
const cases: Readonly<Record<TimeForm, Readonly<Record<string, number | "missing" | null>>>> = {
  "date-time": {
    "2018-12-01 10:51:39.813448": Date.UTC(2018, 11, 1, 10, 51, 39) + 813.448,
    "2018-12-01 10:51:39": Date.UTC(2018, 11, 1, 10, 51, 39),
    "2018-12-01T10:51:39": null,
    "2018-12-01 24:00:00": null,
    "2018-13-01 10:51:39": null,
    "2018-12-01 10:51:39.1234567": null,
  },
  "date-time-slashes": {
    "2019/04/04 16:23:00.325010": Date.UTC(2019, 3, 4, 16, 23, 0) + 325.01,
    "2019/04/31 16:23:00": null,
    "04/04/2019 16:23:00": null,
  },
  "day-first-twelve-hours": {
    "14/06/2021 07:45:01 PM": Date.UTC(2021, 5, 14, 19, 45, 1),
    "14/06/2021 12:00 AM": Date.UTC(2021, 5, 14),
    "14/06/2021 13:00 PM": null,
  },
  "day-first": { "7/8/2017 3:30": Date.UTC(2017, 7, 7, 3, 30), "31/02/2017 3:30": null, "12/31/2017 3:30": null },
  "epoch-seconds": {
    "1700828217.314165": 1700828217314.165,
    "928.943457": 928943.457,
    "1700828217": 1700828217000,
    "-1": null,
    "1e9": null,
    "999999999999": null,
  },
  "epoch-milliseconds": {
    "1543661499813.448": 1543661499813.448,
    "0": 0,
    "-1": null,
    NaN: null,
    "999999999999999": null,
  },
  "epoch-milliseconds-whole": { "1543661499813": 1543661499813, "1543661499.8": null, "1543661499": null },
  "minutes-without-date": { "17:12.6": "missing", "12": null },
  "time-without-date": { "22:05:20.474299": "missing", "22:05": null },
};

for (const [form, readings] of Object.entries(cases) as [TimeForm, Record<string, number | "missing" | null>][]) {
  t.test(`times of the form ${form} are read, without a date, or not of the form`, async (t) => {
    const column = { field: "startTimeMs", headers: [], forms: [form] };
    const cells = Object.keys(readings);
    const rows = await evaluateOn(cells, startTimeSql(column, "cell"), isMissingTimeSql(column, "cell"));
    const found = rows.map(([value, missing]) => (missing === true ? "missing" : value));
    t.strictSame(Object.fromEntries(cells.map((cell, index) => [cell, found[index]])), readings);
  });
}
