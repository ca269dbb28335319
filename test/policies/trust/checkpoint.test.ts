import {
  auditOriginOf,
  openCheckpoint,
  openNote,
  signCheckpoint,
  signerOfCheckpoint,
  signingKeyFromSeed,
  signNote,
  treeRoot,
} from "@flamenco/policies/trust";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";

const node = makeKey("north");
const mallory = makeKey("mallory");
const root = treeRoot([]);

t.test("the note of golang.org/x/mod/sumdb/note is signed to the same bytes, and opens", (t) => {
  const seed = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
  const key = signingKeyFromSeed("peter", seed);
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const note = `${text}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;
  t.equal(signNote(text, "PeterNeumann", key), note);
  t.equal(openNote(note, "PeterNeumann", key.keyId), text);
  const witness =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
  t.equal(openNote(note + witness, "PeterNeumann", key.keyId), text, "a witness's signature is left aside");
  t.throws(() => openNote(`${text}\n${witness}`, "PeterNeumann", key.keyId), { code: "FLM_AUDIT_CHECKPOINT" });
  t.end();
});

t.test("a checkpoint says origin, size and root, and opens with the node's key alone", (t) => {
  const note = signCheckpoint({ size: 12, root }, node);
  t.match(
    note,
    /^flamenco-audit\/[\w-]{43}\n12\n47DEQpj8HBSa\+\/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— flamenco-audit\//,
  );
  t.same(openCheckpoint(note, node.keyId), { origin: auditOriginOf(node.keyId), size: 12, root });
  t.equal(signerOfCheckpoint(note), node.keyId);
  t.throws(() => openCheckpoint(note, mallory.keyId), { code: "FLM_AUDIT_CHECKPOINT" });
  t.end();
});

t.test("a checkpoint forged by another key under the node's name is refused", (t) => {
  const [text = ""] = signCheckpoint({ size: 12, root }, node).split("\n— ");
  const forged = signNote(text, auditOriginOf(node.keyId), mallory);
  t.throws(() => openCheckpoint(forged, node.keyId), { code: "FLM_AUDIT_CHECKPOINT", message: /did not sign/ });
  const swapped = signCheckpoint({ size: 12, root }, node).replace("\n12\n", "\n13\n");
  t.throws(() => openCheckpoint(swapped, node.keyId), { code: "FLM_AUDIT_CHECKPOINT", message: /does not match/ });
  t.end();
});

t.test("hostile checkpoints give coded errors", (t) => {
  const origin = auditOriginOf(node.keyId);
  const base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  const signed = (text: string) => signNote(text, origin, node);
  const good = signCheckpoint({ size: 1, root }, node);
  const hostile: Readonly<Record<string, string>> = {
    "nothing at all": "",
    "no blank line": "a\n— b c\n",
    "a leading zero": signed(`${origin}\n01\n${base64}\n`),
    "a negative size": signed(`${origin}\n-1\n${base64}\n`),
    "a size of 1e300": signed(`${origin}\n1e300\n${base64}\n`),
    "a size beyond 2^53": signed(`${origin}\n9007199254740993\n${base64}\n`),
    "a short root": signed(`${origin}\n1\nAAAA\n`),
    "a second spelling of the root": signed(`${origin}\n1\n${base64.replace("FU=", "FV=")}\n`),
    "another log's text under the right key": signed(`flamenco-audit/other\n1\n${base64}\n`),
    "an extension line": signed(`${origin}\n1\n${base64}\nmore\n`),
    "a line that is no signature": `${good}garbage\n`,
    "no final newline": good.slice(0, -1),
    "a megabyte": good + `— x ${"A".repeat(100)}\n`.repeat(10_000),
    "odd base64": `${good.slice(0, good.lastIndexOf(" ") + 1)}A\n`,
  };
  for (const [name, note] of Object.entries(hostile)) {
    t.throws(() => openCheckpoint(note, node.keyId), { code: "FLM_AUDIT_CHECKPOINT" }, name);
  }
  for (const note of ["", "elsewhere\n1\n", "flamenco-audit/short\n", `flamenco-audit/${"+".repeat(43)}\n`]) {
    t.throws(() => signerOfCheckpoint(note), { code: "FLM_AUDIT_CHECKPOINT" });
  }
  t.end();
});
