import { readFileSync } from "node:fs";
import { accessSchemaUrl, loadPolicySet, type PolicyFile, presetPolicyUrls } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import type { SigningKey } from "@flamenco/policies/trust";
import type { PackageReference, Study } from "@flamenco/policies/wire";
import { StudyVerifier, type StudyVerifierOptions, type VerifiedStudy } from "@flamenco/server";
import t from "tap";
import { makeKey, makeStudy } from "../../support/signed-documents.js";
import {
  addDataset,
  lfSources,
  makeFlows,
  makePackage,
  type SignedPackage,
  signStudy,
} from "../../support/study-material.js";

const now = new Date("2026-03-01T12:00:00.000Z");
const [alice, mallory, node, other] = [makeKey("alice"), makeKey("mallory"), makeKey("worf"), makeKey("other")];
const target = { node: "worf", keyId: node.keyId, dataset: "border" };
const never = new AbortController().signal;
const basics = makePackage(alice);
const border = await addDataset(t.testdir(), "border", { ...makeFlows(30) });
const preset = { name: "open.cedar", text: readFileSync(presetPolicyUrls.open as URL, "utf8") };
const policiesOf = (...files: PolicyFile[]) => loadPolicySet(readFileSync(accessSchemaUrl, "utf8"), files);

function verifierOf(overrides: Partial<StudyVerifierOptions> = {}, packages: readonly SignedPackage[] = [basics]) {
  return new StudyVerifier({
    nodeName: "worf",
    keyId: node.keyId,
    researchers: [{ keyId: alice.keyId, name: "alice" }],
    policies: policiesOf(preset),
    now: () => now,
    openDataset: async (name) => {
      if (name !== "border") throw new FlamencoError("FLM_DATASET_UNKNOWN", "There is no such dataset.");
      return { name, directory: border.directory, version: border.version, manifest: border.manifest };
    },
    readBundle: async ({ id }) => packages.find(({ reference }) => reference.id === id)?.bundle,
    ...overrides,
  });
}

interface Attempt {
  readonly change?: Partial<Study>;
  readonly signers?: readonly SigningKey[];
  readonly digest?: string;
  readonly verifier?: StudyVerifier;
}

function verify({ change = {}, signers = [alice], digest, verifier = verifierOf() }: Attempt): Promise<VerifiedStudy> {
  const study = makeStudy(alice, { packages: [basics.reference], targets: [target], now, ...change });
  const signed = signStudy(study, ...signers);
  return verifier.verify(signed.envelope, digest ?? signed.digest, never);
}

t.test("a study that passes every step says what will be run, on what, and who permitted it", async (t) => {
  const verified = await verify({});
  t.match(verified, {
    target,
    dataset: { name: "border", version: border.version },
    grantedFields: [],
    runDecision: { decision: "allow", policies: ["open.cedar#run-for-trusted-researchers"] },
    releaseDecision: { decision: "allow", policies: ["open.cedar#release-exact-to-trusted-researchers"] },
  });
  t.same(
    verified.packages[0]?.lfs.map(({ name }) => name),
    ["lowPort", "highPort", "smallPackets"],
  );
});

const withPackages = (packages: readonly SignedPackage[], references: readonly PackageReference[]): Attempt => ({
  change: { packages: [...references] },
  verifier: verifierOf({}, packages),
});
const onlyPackage = (signed: SignedPackage): Attempt => withPackages([signed], [signed.reference]);
const altered = (change: (bundle: SignedPackage["bundle"]) => SignedPackage["bundle"]): Attempt =>
  withPackages([{ ...basics, bundle: change(basics.bundle) }], [basics.reference]);
const privateSource = {
  path: "flows.ts",
  text: `import { ABSTAIN } from "@flamenco/lf";

/** Reads an address. */
export function oneHost(flow: Flow, stats: Stats): Vote {
  if (flow.srcAddr === "10.0.0.1") return "attack";
  return ABSTAIN;
}
`,
};
const privatePackage = makePackage(alice, { source: privateSource, grantedFields: ["srcAddr"] });
const unlistedField = makePackage(alice, {
  source: { path: "flows.ts", text: lfSources.text.replaceAll("averagePacketSize", "packetLengthMean") },
});
const certificateOf = ({ envelope }: SignedPackage["bundle"]) =>
  JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8")).predicate;

/** Policies that refuse everything: whoever is refused otherwise was refused before them. */
const unasked = verifierOf({ policies: policiesOf() });

const refusals: Record<string, [attempt: Attempt, code: string]> = {
  "signature: by another key than the author's": [{ signers: [mallory] }, "FLM_SIGNATURE"],
  "signature: none": [{ signers: [] }, "FLM_UNSIGNED"],
  "signature: a second signer beside the author": [{ signers: [alice, mallory] }, "FLM_SIGNATURE"],
  "envelope: holds another study than was offered": [{ digest: "0".repeat(64) }, "FLM_SIGNATURE"],
  "address: another key": [{ change: { targets: [{ ...target, keyId: other.keyId }] } }, "FLM_STUDY_REFUSED"],
  "address: this key under another name": [{ change: { targets: [{ ...target, node: "odo" }] } }, "FLM_STUDY_REFUSED"],
  "address: this node twice": [{ change: { targets: [target, { ...target, dataset: "flows" }] } }, "FLM_STUDY_REFUSED"],
  "time: expired this very moment": [
    { change: { createdAt: "2026-03-01T11:00:00.000Z", expiresAt: now.toISOString() } },
    "FLM_STUDY_EXPIRED",
  ],
  "time: expires before it was made": [{ change: { expiresAt: "2026-03-01T12:00:00.000Z" } }, "FLM_SCHEMA"],
  "time: a day that does not exist": [{ change: { expiresAt: "2026-13-45T12:00:00.000Z" } }, "FLM_SCHEMA"],
  "time: made in the future": [{ change: { createdAt: "2026-03-01T12:10:00.000Z" } }, "FLM_STUDY_REFUSED"],
  "kind: unknown": [{ change: { kind: "bgp/1" } }, "FLM_SCHEMA"],
  "preset: one that the policies do not permit": [{ change: { release: { preset: "standard" } } }, "FLM_ACCESS_DENIED"],
  "preset: none": [{ change: { release: { preset: "loose" as "open" } } }, "FLM_SCHEMA"],
  ...Object.fromEntries(
    [-1, 0, 0.01, 9, 1e300, "0.5", null].map((epsilon): [string, [Attempt, string]] => [
      `epsilon: ${JSON.stringify(epsilon)}`,
      [{ change: { release: { preset: "standard", epsilon: epsilon as number } }, verifier: unasked }, "FLM_SCHEMA"],
    ]),
  ),
  "release: refused by its plan before policies are asked": [
    {
      verifier: verifierOf({
        policies: policiesOf(),
        budgetOf: () => Promise.reject(new FlamencoError("FLM_PRESET_REFUSED", "It is under another.")),
      }),
    },
    "FLM_PRESET_REFUSED",
  ],
  "task: positive label is no label": [
    { change: { task: { id: "ddos-ntp", labels: ["benign", "attack"], positive: "calm" } } },
    "FLM_SCHEMA",
  ],
  "two priors of one labeling function": [
    { change: { priors: [0.8, 0.9].map((mean) => ({ lf: "a/b@1.0.0#f", mean, strength: 10 })) } },
    "FLM_SCHEMA",
  ],
  "class balance: one share too many": [{ change: { classBalance: [0.5, 0.3, 0.2] } }, "FLM_SCHEMA"],
  "class balance: does not sum to 1": [{ change: { classBalance: [0.5, 0.4] } }, "FLM_SCHEMA"],
  "end classifier: without metrics to be measured in": [
    { change: { endClassifier: { model: "tree" }, outputs: ["analysis"] } },
    "FLM_SCHEMA",
  ],
  "end classifier: three weights for two labels": [
    { change: { endClassifier: { model: "mlp", classWeights: [1, 2, 3] } } },
    "FLM_SCHEMA",
  ],
  "end classifier: code in its settings": [
    { change: { endClassifier: { model: "mlp", load: "file:///etc/passwd" } as NonNullable<Study["endClassifier"]> } },
    "FLM_SCHEMA",
  ],
  "dataset: unknown": [{ change: { targets: [{ ...target, dataset: "core" }] } }, "FLM_DATASET_UNKNOWN"],
  "dataset: of another kind": [{ change: { kind: "rtt/1" } }, "FLM_DATASET_KIND"],
  "package: named twice": [{ change: { packages: [basics.reference, basics.reference] } }, "FLM_STUDY_REFUSED"],
  "package: another one came": [
    withPackages([{ ...basics, bundle: unlistedField.bundle }], [basics.reference]),
    "FLM_DIGEST",
  ],
  "package: right id under another name": [
    withPackages([basics], [{ ...basics.reference, name: "alice/other" }]),
    "FLM_DIGEST",
  ],
  "package: a source altered after signing": [
    altered((bundle) => ({
      ...bundle,
      files: bundle.files.map((file) => ({ ...file, text: file.text.replace("6600", "6601") })),
    })),
    "FLM_DIGEST",
  ],
  "package: not signed": [
    altered((bundle) => ({ ...bundle, envelope: { ...bundle.envelope, signatures: [] } })),
    "FLM_UNSIGNED",
  ],
  "package: signature of another": [
    altered((bundle) => ({
      ...bundle,
      envelope: { ...bundle.envelope, signatures: unlistedField.bundle.envelope.signatures },
    })),
    "FLM_SIGNATURE",
  ],
  "package: not a bundle at all": [altered(() => "<html>" as unknown as SignedPackage["bundle"]), "FLM_SCHEMA"],
  "package: for another kind": [
    onlyPackage(makePackage(alice, { manifest: { kind: "mosaic/1" } })),
    "FLM_STUDY_REFUSED",
  ],
  "package: labels in another order": [
    onlyPackage(
      makePackage(alice, { manifest: { task: { id: "ddos-ntp", labels: ["attack", "benign"], positive: "benign" } } }),
    ),
    "FLM_STUDY_REFUSED",
  ],
  "certificate: reads a field that the dataset lacks": [onlyPackage(unlistedField), "FLM_FIELD_MISSING"],
  "policy: a researcher whom the operator does not list": [
    { verifier: verifierOf({ researchers: [] }) },
    "FLM_ACCESS_DENIED",
  ],
  "policy: no policy at all": [{ verifier: verifierOf({ policies: policiesOf() }) }, "FLM_ACCESS_DENIED"],
  "policy: may run, may not release": [
    {
      verifier: verifierOf({
        policies: policiesOf(preset, {
          name: "mine.cedar",
          text: 'forbid (principal, action == Flamenco::Action::"release", resource);',
        }),
      }),
    },
    "FLM_ACCESS_DENIED",
  ],
};

for (const [name, [attempt, code]] of Object.entries(refusals)) {
  t.test(`refused - ${name}`, (t) => t.rejects(verify(attempt), { code }));
}

t.test("a certificate that was signed and is not what the source yields is refused", async (t) => {
  const { makeBundle } = await import("../../support/signed-documents.js");
  const { manifest, certificates } = certificateOf(basics.bundle);
  const forged = certificates.map((certificate: object) => ({ ...certificate, fields: [] }));
  const bundle = makeBundle([alice], { name: manifest.name, lfs: manifest.lfs }, basics.bundle.files, forged);
  await t.rejects(verify(onlyPackage({ bundle, reference: basics.reference })), { code: "FLM_PACKAGE_CERTIFICATE" });
});

t.test("a private field is refused by the preset, naming it, and readable where a policy grants it", async (t) => {
  const manifest = { ...border.manifest, columns: ["srcAddr", ...border.manifest.columns] };
  const openDataset = async (name: string) => ({ ...border, name, manifest });
  const change = { packages: [privatePackage.reference] };
  const denied = verify({ change, verifier: verifierOf({ openDataset }, [privatePackage]) });
  await t.rejects(denied, { code: "FLM_ACCESS_DENIED", message: /srcAddr/ });
  const grant = { name: "grant.cedar", text: "permit (principal, action, resource) when { principal.trusted };" };
  const verifier = verifierOf({ openDataset, policies: policiesOf(grant) }, [privatePackage]);
  t.match(await verify({ change, verifier }), {
    grantedFields: ["srcAddr"],
    runDecision: { policies: ["grant.cedar#1"] },
  });
});

t.test("a refusal by policy names the policies that decided and their reasons", async (t) => {
  const closed = {
    name: "mine.cedar",
    text: '@id("closed") @reason("Not this week.") forbid (principal, action, resource);',
  };
  await t.rejects(verify({ verifier: verifierOf({ policies: policiesOf(preset, closed) }) }), {
    code: "FLM_ACCESS_DENIED",
    message: /Not this week\./,
    details: [{ at: "mine.cedar#closed" }],
  });
});

t.test("what the registry's link says is passed on, not taken for a refusal of the study", async (t) => {
  const readBundle = async () => {
    throw new FlamencoError("FLM_REGISTRY_UNREACHABLE", "away");
  };
  await t.rejects(verify({ verifier: verifierOf({ readBundle }) }), { code: "FLM_REGISTRY_UNREACHABLE" });
});
