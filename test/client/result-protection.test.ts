import type { PrivacyBound, Result } from "@flamenco/policies/wire";
import t from "tap";
import { makeKey } from "../support/signed-documents.js";
import { plainTerminal } from "./support/plain-terminal.js";
import { bound, makeFullResult } from "./support/results.js";

const { renderResults } = (await import(new URL("../../../client/dist/rendering/index.js", import.meta.url).href)) as {
  renderResults: (terminal: object, results: readonly Result[], positive: string) => string;
};
const exact = makeFullResult(makeKey("south"), "0".repeat(64));
const protect = (changes: Partial<PrivacyBound> = {}): Result => {
  const release = {
    preset: "standard",
    protection: "protected",
    bound: { ...bound, ...changes },
    policies: [],
  } as const;
  return makeFullResult(makeKey("north"), "0".repeat(64), { release: { ...release, policies: [] } });
};

t.test("a protected result says what bounds it: epsilon, delta, unit, K and noise", async (t) => {
  const shown = renderResults(plainTerminal, [protect(), exact], "attack");
  t.match(
    shown,
    /north \(standard\): epsilon 0\.500 at delta 1\.0e-6 \(6,639 micro-rho\) for each host-day, of which at most 4 rows count/,
  );
  t.match(
    shown,
    /in rows: votes 139, the number of rows 246, predictions 155; counts below 10 and four times their noise/,
  );
  t.notMatch(shown, /leaves \d/, "there is no noise where nothing is counted");
  t.notMatch(shown, /statistics/);
  const catalogue = { columns: ["bytes", "packets"], epsilon: 0.1, microRho: 5000, noise: 56 };
  t.match(
    renderResults(plainTerminal, [protect({ catalogue })], "attack"),
    /noisy statistics of bytes, packets, drawn once for the dataset version at epsilon 0\.1 a column/,
  );
  t.match(shown, /south \(open\): exact: no noise was added/);
  t.notMatch(renderResults(plainTerminal, [exact], "attack"), /Protection/);
});

t.test("the unit that a node names cannot steer a terminal", async (t) => {
  const shown = renderResults(plainTerminal, [protect({ unit: "host\u001b[2J\n\u202eday" })], "attack");
  t.notMatch(shown, /[^\P{Cc}\n]|\p{Cf}/u);
});
