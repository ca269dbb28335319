import { canonicalJson, openSignedBy } from "@flamenco/policies/trust";
import { payloadTypes, Result } from "@flamenco/policies/wire";
import t, { type Test } from "tap";
import { startPostgres } from "../../support/postgres.js";
import { worf } from "../../support/protected-release.js";
import type { Kill, Side } from "./gate-crossings.js";
import { leftAt, pointsOf } from "./gate-points.js";
import type { Look } from "./gate-process.js";
import { type MakeDatabase, Stories, type Story, type StudyName, type Whole } from "./gate-stories.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
const timeout = 900_000;
t.setTimeout(timeout);

const nameOf = (kills: readonly Kill[]) => kills.map(({ at, side }) => `${side} ${at}`).join(", then ");

/** Places of a study at which a process is killed, each in a story of its own. */
const everyKill = (study: StudyName): Kill[][] =>
  pointsOf(study).flatMap(({ at, sides }) => sides.map((side) => [{ at, side }]));

const inARow = (...places: [Side, string][]): Kill[] => places.map(([side, at]) => ({ side, at }));

/** Several kills in a row. */
const rows: Record<StudyName, readonly Kill[][]> = {
  plain: [
    inARow(["after", "reserve: UPDATE budget_accounts"], ["after", "reserve"], ["within", "record: append entries"]),
    inARow(["within", "record: append hashes"], ["after", "drawOnce votes"], ["before", "keepRelease"]),
    inARow(["after", "drawOnce votes: bytes"], ["after", "countVotes"]),
    inARow(["after", "keepRelease"], ["before", "secretKey"], ["after", "released"]),
    inARow(["after", "drawOnce counts"], ["before", "findRelease"], ["after", "findDrawn votes"]),
  ],
  catalogue: [
    inARow(
      ["after", "reserve: INSERT reservations #2"],
      ["after", "record averagePacketSize"],
      ["after", "drawOnce averagePacketSize"],
    ),
    inARow(["before", "drawOnce srcPort"], ["after", "countColumns"], ["after", "drawOnce srcPort: INSERT draws"]),
    inARow(["after", "inTurn"], ["after", "drawOnce votes"], ["after", "released"]),
  ],
};

/** What the killed processes had done is on the disk, not less and not more. */
function holdLeft(t: Test, name: string, left: ReadonlySet<string>, whole: Whole, found: Look): string[] {
  const prices = whole.after.charged;
  const { spent } = left.has("charged") ? whole.after : whole.before;
  t.equal(found.spent, spent, `${name}: spent`);
  t.strictSame(found.charged, left.has("charged") ? prices : {}, `${name}: charged`);
  const logged = Object.keys(prices).filter((about) => left.has(`logged ${about}`.trim()));
  t.strictSame(found.logged.map(({ about }) => about).sort(), logged.sort(), `${name}: recorded`);
  const begun = Object.keys(whole.after.drawn).filter((part) => left.has(`${part} begun`));
  const lost = begun.filter((part) => !left.has(`${part} kept`));
  t.strictSame(Object.keys(found.drawn).sort(), begun.sort(), `${name}: begun`);
  t.strictSame(begun.filter((part) => found.drawn[part] === null).sort(), lost.sort(), `${name}: lost`);
  t.equal(found.answer !== null, left.has("answer"), `${name}: answered`);
  const isBehind = left.has("charged") && logged.length < Object.keys(prices).length;
  t.match(found.differs, isBehind ? /^the ledger has a reservation that the log lacks/ : null, `${name}: log, ledger`);
  return lost;
}

/** Nothing that a process found is gone, or other, when the next one comes. */
function holdKept(t: Test, name: string, earlier: Look, later: Look): void {
  t.ok(later.spent >= earlier.spent, `${name}: spent never falls`);
  t.match(later.charged, earlier.charged, `${name}: what was charged stays`);
  t.strictSame(later.logged.slice(0, earlier.logged.length), earlier.logged, `${name}: what was recorded stays`);
  t.match(later.drawn, earlier.drawn, `${name}: what was drawn, or lost, stays`);
  if (earlier.answer !== null) t.equal(later.answer, earlier.answer, `${name}: the answer stays`);
}

const sortLogged = ({ logged }: Look) => [...logged].sort((one, other) => (one.about < other.about ? -1 : 1));

/** Nothing is charged or drawn twice, log and ledger agree, and there is one answer or a code. */
function holdStory(t: Test, whole: Whole, { kills, ends, looks, report, draws, releases }: Story): void {
  const name = nameOf(kills);
  for (const one of ends) t.strictSame(one, { end: "SIGKILL", lines: 1 }, `${name}: each process is killed there`);
  const left = new Set(kills.flatMap(({ at, side }) => leftAt(pointsOf(whole.study), whole.events, at, side)));
  const found = looks.at(-1)!;
  const { after, outcomes } = report;
  const lost = holdLeft(t, name, left, whole, found);
  const seen = [...looks, after];
  for (const [index, later] of seen.slice(1).entries()) holdKept(t, name, seen[index]!, later);

  t.equal(after.spent, whole.after.spent, `${name}: paid once`);
  t.strictSame(after.charged, whole.after.charged, `${name}: charged once`);
  t.strictSame(sortLogged(after), sortLogged(whole.after), `${name}: recorded once`);
  t.equal(after.differs, null, `${name}: the log verifies and agrees with the ledger`);
  t.strictSame([...new Set(draws)], draws, `${name}: nothing is drawn twice`);
  const parts = Object.keys(whole.after.drawn).map((part) => `drawOnce ${part}`);
  t.strictSame(
    draws.filter((draw) => !parts.includes(draw)),
    [],
    `${name}: noise is for draws alone`,
  );
  const [first, again] = outcomes;
  t.equal(again, first, `${name}: one answer`);
  if (lost.length > 0) {
    t.equal(first, "FLM_RELEASE_INTERRUPTED", name);
    t.strictSame(after.drawn, found.drawn, `${name}: nothing more is drawn`);
    t.strictSame(releases, [], `${name}: nothing leaves`);
    return;
  }
  t.strictSame([...draws].sort(), parts.sort(), `${name}: everything is drawn`);
  t.notOk(Object.values(after.drawn).includes(null), `${name}: and kept`);
  t.strictSame([...new Set(releases)], [first], `${name}: the same bytes, whichever process releases them`);
  const { document } = openSignedBy(JSON.parse(first!), payloadTypes.result, Result, name, () => worf.keyId);
  t.equal(canonicalJson(document.outputs), after.answer, `${name}: the answer that is kept`);
}

/** What a backend is put to: a study with the places at which it is killed, and those with several kills in a row. */
interface Trial {
  readonly killed: { readonly study: StudyName; readonly at: readonly Kill[][] };
  readonly inARow: readonly StudyName[];
}

async function testKills(t: Test, makeDatabase: MakeDatabase, { killed, inARow }: Trial): Promise<void> {
  const stories = await Stories.prepare(t.testdir(), makeDatabase);
  const [plain, catalogue] = (await stories.ask("plain", "catalogue")) as [Whole, Whole];
  const wholes = { plain, catalogue };

  await t.test("everything that the gate does to the world is a point, in the list's order", (t) => {
    for (const whole of [plain, catalogue]) {
      const begun = whole.events.flatMap((event) => (/^before /.test(event) ? [event.replace("before ", "")] : []));
      t.strictSame(
        begun,
        pointsOf(whole.study).map(({ at }) => at),
        whole.study,
      );
      t.ok(whole.before.spent > 0, "another request was paid for before");
      t.equal(whole.before.differs, null);
    }
    t.end();
  });

  await t.test(
    "killed at any point of the gate, a request is charged once, drawn at most once, and has one answer",
    async (t) => {
      for (const story of await stories.tell(killed.study, killed.at)) holdStory(t, wholes[killed.study], story);
    },
  );

  await t.test("killed several times in a row, it is not otherwise", async (t) => {
    for (const study of inARow) {
      for (const story of await stories.tell(study, rows[study])) holdStory(t, wholes[study], story);
    }
  });
}

/** At every point. */
const everywhere = { study: "catalogue", at: everyKill("catalogue") } as const;
/** Where one backend differs from another: around its transaction, and in a draw. */
const whereItDiffers = {
  study: "plain",
  at: everyKill("plain").filter(([kill]) => /^(reserve|drawOnce votes)\b/.test(kill!.at)),
} as const;

const server = await startPostgres();
if ("absent" in server) {
  await t.test("a gate on PostgreSQL", { skip: server.absent }, () => {});
} else {
  t.teardown(() => server.stop());
  await t.test("a gate on PostgreSQL", { timeout }, (t) =>
    testKills(t, server.makeDatabase, { killed: everywhere, inARow: ["catalogue"] }),
  );
}

// It takes longest to open, and comes to every point only where it is alone.
await t.test("a gate on PGlite", { timeout }, (t) =>
  testKills(t, async () => undefined, { killed: "absent" in server ? everywhere : whereItDiffers, inARow: ["plain"] }),
);
