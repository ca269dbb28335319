import { outputNames, type WorkerJob } from "@flamenco/policies/wire";
import type { DatasetFixture } from "./dataset-fixture.js";

/** Sources as authors write them: the paper's LFs for DDoS, and one with two conditions. */
export const lfSources = Object.freeze({
  ports: `import { ABSTAIN, type Flow } from "@flamenco/lf";

/** Reflected traffic comes from well-known ports. */
export function lowPortAttack(flow: Flow) {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}

/** Clients choose high ports. */
export function highPortBenign(flow: Flow) {
  return flow.srcPort >= 9000 ? "benign" : ABSTAIN;
}
`,
  sizes: `import { ABSTAIN, type Flow, type Stats, UDP } from "@flamenco/lf";

/** Small packets are requests and answers of ordinary use. */
export function smallPacketBenign(flow: Flow, stats: Stats<Flow>) {
  return flow.averagePacketSize <= stats.averagePacketSize.p25 ? "benign" : ABSTAIN;
}

/** Packets that follow each other faster than usual. */
export function fastAttack(flow: Flow, stats: Stats<Flow>) {
  return flow.flowIatMin <= stats.flowIatMin.p25 ? "attack" : ABSTAIN;
}

/** NTP reflection: from the NTP ports, packets larger than usual. */
export function ntpReflection(flow: Flow, stats: Stats<Flow>) {
  const large = flow.bytesPerPacket >= stats.bytesPerPacket.p50;
  if (flow.protocol === UDP && flow.srcPort <= 125 && large) return "attack";
  return ABSTAIN;
}
`,
});

/** A package of a job: one file, its LFs by name. */
export function jobPackage(name: string, text: string): WorkerJob["packages"][number] {
  const lfs = [...text.matchAll(/export function (\w+)/g)].map(([, lf]) => ({ name: lf as string, file: "lf.ts" }));
  return { reference: { name, version: "1.0.0", id: "0".repeat(64) }, files: [{ path: "lf.ts", text }], lfs };
}

/** A job over a fixture that asks for everything; `change` overrides. */
export function jobFor({ directory, version, manifest }: DatasetFixture, change: Partial<WorkerJob> = {}): WorkerJob {
  return {
    protocol: "flamenco-worker/1",
    dataset: { directory, version, kind: manifest.kind },
    task: { id: "ddos-ntp", labels: ["benign", "attack"], positive: "attack" },
    packages: [jobPackage("wien/ports", lfSources.ports), jobPackage("oregon/sizes", lfSources.sizes)],
    outputs: [...outputNames],
    labelModel: "auto",
    seed: 7,
    grantedFields: [],
    ...change,
  };
}
