import { counted } from "@flamenco/policies/errors";
import type { Dossier, ShownPackage } from "../approvals/index.js";
import { formatCount, formatNumber, toBlock, toLine } from "../support/index.js";

type ShownLf = ShownPackage["lfs"][number];

/** Everything that a word needs, as text: who, what, how it decides, what would leave, and who permitted it. */
export function drawDossier(dossier: Dossier): string {
  const { task, dataset, packages, outputs, decisions } = dossier;
  return [
    heading("Who asks"),
    drawResearcher(dossier.researcher),
    heading("What for"),
    line("task", `${task.id}: ${task.labels.join(", ")} (positive: ${task.positive})`),
    line(
      "dataset",
      `${dataset.name}, ${dataset.kind}, ${counted(dataset.rows, "row", formatCount(dataset.rows))}, version ${dataset.version}`,
    ),
    line("study", dossier.study),
    line("expires", dossier.expiresAt),
    heading("What would leave"),
    line("outputs", outputs.join(", ")),
    line("label model", dossier.labelModel),
    ...(dossier.endClassifier === null ? [] : [line("end classifier", dossier.endClassifier)]),
    ...drawRelease(dossier.release),
    heading("Who permitted it"),
    ...decisions.flatMap(({ action, policies, reasons, approval }) => [
      line(action, `${policies.join(", ")}${approval === null ? "" : "  (wants a person's approval)"}`),
      ...reasons.map((reason) => line("", reason)),
    ]),
    line("policy set", dossier.policySet),
    ...packages.flatMap(drawPackage),
  ].join("\n");
}

const heading = (text: string): string => `\n${text}`;
const line = (name: string, text: string): string => `  ${name.padEnd(14)} ${toLine(text)}`;
const indent = (text: string, blanks: number): string => toBlock(text).trimEnd().replace(/^/gm, " ".repeat(blanks));

function drawResearcher({ keyId, trusted, name, institution, collaborations }: Dossier["researcher"]): string {
  const known = [name, institution, ...collaborations].filter((word) => word !== undefined).join(", ");
  return [
    line("key", keyId),
    line("node.json", trusted ? `trusted${known === "" ? "" : `: ${known}`}` : "NOT LISTED: a stranger"),
  ].join("\n");
}

function drawRelease({ preset, bound }: Dossier["release"]): string[] {
  if (bound === null) {
    return [
      line("preset", preset),
      line("protection", "EXACT: no noise is added to what leaves"),
      line("price", "nothing"),
    ];
  }
  const { epsilon, delta, microRho, unit, rowsPerUnit, minimumSupportRows, noise, catalogue } = bound;
  return [
    line("preset", preset),
    line(
      "protection",
      `epsilon ${formatNumber(epsilon)}, delta ${formatNumber(delta)}; one ${unit} of up to ${counted(rowsPerUnit, "row")}`,
    ),
    line(
      "noise",
      `standard deviation ${formatNumber(noise.votes)} rows; no count below ${minimumSupportRows} and four of those`,
    ),
    line("price", `${formatCount(microRho)} micro-rho of the privacy budget`),
    ...(catalogue === undefined
      ? []
      : [
          line(
            "statistics",
            `noisy, epsilon ${formatNumber(catalogue.epsilon)} each: ${catalogue.columns.join(", ")}; ${formatCount(catalogue.microRho)} micro-rho for each that was not paid for before`,
          ),
        ]),
  ];
}

function drawPackage({ name, version, id, description, signers, files, lfs }: ShownPackage): string[] {
  return [
    heading(`Package ${name}@${version}`),
    line("id", id),
    line("about", description),
    ...signers.map((keyId) => line("signed by", keyId)),
    ...lfs.flatMap(drawLf),
    ...files.flatMap(({ path, text }) => ["", `  ${toLine(path)}`, indent(text, 4)]),
  ];
}

function drawLf({ name, description, certificate, explanation }: ShownLf): string[] {
  const { fields, privateFields, statistics, literals, leaves } = certificate;
  return [
    "",
    `  ${name}  ${toLine(description)}`,
    line("reads", fields.join(", ")),
    ...(privateFields.length === 0 ? [] : [line("PRIVATE", privateFields.join(", "))]),
    ...(statistics.length === 0 ? [] : [line("statistics", statistics.join(", "))]),
    ...literals.map(({ field, operator, value }) => line("literal", `${field} ${operator} ${value}`)),
    line("decides", counted(leaves, "leaf|leaves")),
    indent(explanation, 4),
  ];
}
