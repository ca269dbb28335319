import { OffersAnswer, registryPaths, StudyStatus } from "@flamenco/policies/wire";
import { limits } from "@flamenco/registry";
import t from "tap";
import { alice, mallory, north, offersPath, signStudy, south, studyPath, TestRegistry } from "../harness.js";

const nonce = (index: number) => index.toString(16).padStart(32, "0");

t.test("a node is offered the studies that address it, once each as its cursor moves", async (t) => {
  const registry = await TestRegistry.open(t);
  t.strictSame(await registry.read(OffersAnswer, offersPath(north)), { cursor: 0, offers: [] });
  const document = await registry.draftStudy();
  const first = await registry.postStudy({ nonce: nonce(1) });
  const alone = await registry.postStudy({
    nonce: nonce(2),
    targets: document.targets.filter(({ node }) => node === "south"),
  });
  const second = await registry.postStudy({ nonce: nonce(3) });

  const { cursor, offers } = await registry.read(OffersAnswer, offersPath(north));
  t.strictSame(
    offers.map(({ study }) => study),
    [first, second],
  );
  t.strictSame(offers[0]?.envelope, signStudy(alice, { ...document, nonce: nonce(1) }));
  t.strictSame(await registry.read(OffersAnswer, `${offersPath(north)}?after=${cursor}`), { cursor, offers: [] });

  await registry.restart();
  t.strictSame(
    await registry.read(OffersAnswer, `${offersPath(north)}?after=${cursor}`),
    { cursor, offers: [] },
    "a cursor outlives a restart",
  );
  const third = await registry.postStudy({ nonce: nonce(4) });
  const next = await registry.read(OffersAnswer, `${offersPath(north)}?after=${cursor}`);
  t.strictSame(
    next.offers.map(({ study }) => study),
    [third],
  );
  const all = await registry.read(OffersAnswer, offersPath(south));
  t.strictSame(
    all.offers.map(({ study }) => study),
    [first, alone, second, third],
  );
  t.strictSame((await registry.read(OffersAnswer, offersPath(mallory))).offers, [], "nothing for others");
});

t.test("many offers come in portions, none twice and none left out", async (t) => {
  const registry = await TestRegistry.open(t);
  const posted: string[] = [];
  for (let index = 0; index < limits.offersPerAnswer + 3; index++)
    posted.push(await registry.postStudy({ nonce: nonce(index) }));
  const seen: string[] = [];
  for (let cursor = 0; ; ) {
    const answer = await registry.read(OffersAnswer, `${offersPath(north)}?after=${cursor}`);
    if (answer.offers.length === 0) break;
    t.ok(answer.offers.length <= limits.offersPerAnswer);
    seen.push(...answer.offers.map(({ study }) => study));
    cursor = answer.cursor;
  }
  t.strictSame(seen, posted);
});

t.test("a study that has ended for a node, or expired, is not offered to it", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "refused", sequence: 1 });
  t.strictSame((await registry.read(OffersAnswer, offersPath(north))).offers, []);
  t.equal((await registry.read(OffersAnswer, offersPath(south))).offers.length, 1);
  registry.later(60);
  t.strictSame((await registry.read(OffersAnswer, offersPath(south))).offers, []);
});

t.test(
  "a node whose cursor is ahead of the registry, which was set back to a copy, looks from the start",
  async (t) => {
    const registry = await TestRegistry.open(t);
    const study = await registry.postStudy();
    const { offers, cursor } = await registry.read(OffersAnswer, `${offersPath(north)}?after=999999`);
    t.strictSame(
      offers.map((offer) => offer.study),
      [study],
    );
    t.ok(cursor < 999_999);
  },
);

t.test("a poll that waits is answered when a study arrives", async (t) => {
  const registry = await TestRegistry.open(t);
  const document = await registry.draftStudy();
  const polls = [north, north, south].map((node) => registry.read(OffersAnswer, `${offersPath(node)}?wait=30`));
  const { body } = await registry.post(registryPaths.studies, signStudy(alice, document));
  for (const { offers } of await Promise.all(polls))
    t.strictSame(
      offers.map(({ study }) => study),
      [body.study],
    );
});

t.test(
  "a status that waits is answered by the next report, result or restart of the revision, and not before",
  async (t) => {
    const registry = await TestRegistry.open(t);
    const study = await registry.postStudy();
    const wait = (revision: number, seconds = 30) =>
      registry.read(StudyStatus, `${studyPath(study)}?wait=${seconds}&revision=${revision}`);

    t.equal((await wait(0, 0)).revision, 0, "without time to wait");
    const reported = wait(0);
    await registry.report(north, { study, state: "fetched", sequence: 1 });
    t.match(await reported, { revision: 1, runs: [{ state: "fetched" }, { state: "offered" }] });

    const finished = wait(1);
    await registry.result(south, study);
    t.match(await finished, { revision: 2, runs: [{}, { resultReady: true }] });

    t.equal((await wait(0)).revision, 2, "an older revision is answered at once");
    t.equal((await wait(77)).revision, 2, "so is one from before a restart");
  },
);

t.test("a wait that nothing ends, ends by itself", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  t.equal((await registry.read(StudyStatus, `${studyPath(study)}?wait=1&revision=0`)).revision, 0);
  t.strictSame((await registry.read(OffersAnswer, `${offersPath(mallory)}?wait=1`)).offers, []);
});

t.test("closing answers those who wait", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const waiting = [
    registry.read(OffersAnswer, `${offersPath(mallory)}?wait=30`),
    registry.read(StudyStatus, `${studyPath(study)}?wait=30&revision=0`),
  ];
  await registry.restart();
  await Promise.all(waiting);
});
