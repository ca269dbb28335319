import type { PaperDifferences, PaperSet, PaperTriple } from "./flow-tables.js";

/** Numbers of the paper (Lavinia 2021), as its tables print them; a set of LFs by the names that they have here. */
interface FlowFigures {
  readonly oneFeature: readonly PaperSet[];
  readonly twoFeatures: readonly PaperSet[];
  readonly triples: readonly PaperTriple[];
  readonly differences: readonly PaperDifferences[];
}

const low = "sourcePortLess6600Attack";
const high = "sourcePortGreater9000Benign";
const small = "averagePacketLess100Benign";
const quick = "iatMinLessMeanAttack";

/** Tables 3 to 6. */
export const cicDdosFigures: FlowFigures = {
  oneFeature: [
    { lfs: [low], labelModel: 0.899, classifier: 0.877 },
    { lfs: [high], labelModel: 0.899, classifier: 0.0963 },
    { lfs: [low, high], labelModel: 0.899, classifier: 0.897 },
  ],
  twoFeatures: [
    { lfs: [small], labelModel: 0.00883, classifier: 0.09 },
    { lfs: [low], labelModel: 0.893, classifier: 0.877 },
    { lfs: [small, low], labelModel: 0.893, classifier: 0.893, correlation: -0.477 },
    { lfs: [quick], labelModel: 0.893, classifier: 0.892 },
    { lfs: [small, quick], labelModel: 0, classifier: 0.249, correlation: 0.003 },
    { lfs: [low, quick], labelModel: 0, classifier: 0.863, correlation: 0.004 },
  ],
  triples: [
    { lfs: [low, high], labelModel: 0.899, classifier: 0.897, tree: 0.894 },
    { lfs: [small, low], labelModel: 0, classifier: 0.893, tree: 0.783 },
    { lfs: [small, quick], labelModel: 0, classifier: 0.249, tree: 0.749 },
  ],
  differences: [{ lfs: [low, high], differences: [0.0036, 0.00032, 0.0036] }],
};

/** Tables 9 to 12. Table 9 prints the LF F1 of half the 75th percentile of bytes beside the name of the whole (see its text). */
export const worfFigures: FlowFigures = {
  oneFeature: [
    { lfs: ["bytesP75Benign"], labelModel: 0.523, classifier: 0.667 },
    { lfs: ["bytesMeanBenign"], labelModel: 0.667, classifier: 0.667 },
    { lfs: ["bytesP75Benign", "bytesMeanBenign"], labelModel: 0.667, classifier: 0.667 },
  ],
  twoFeatures: [
    { lfs: ["packetsP75Benign"], labelModel: 0.0738, classifier: 0.609 },
    { lfs: ["packetsMeanBenign"], labelModel: 0.505, classifier: 0.667 },
    { lfs: ["bytesHalfP75Benign"], labelModel: 0.516, classifier: 0.667 },
    { lfs: ["bytesMeanBenign"], labelModel: 0.667, classifier: 0.667 },
    { lfs: ["sourcePort123Attack"], labelModel: 0, classifier: 0.577 },
    { lfs: ["sourcePortP75Benign"], labelModel: 0.313, classifier: 0.727 },
    { lfs: ["bytesHalfP75Benign", "packetsP75Benign"], labelModel: 0.516, classifier: 0.667, correlation: 0.887 },
    { lfs: ["sourcePort123Attack", "bytesMeanBenign"], labelModel: 0.667, classifier: 0.667, correlation: -0.067 },
    { lfs: ["packetsMeanBenign", "sourcePortP75Benign"], labelModel: 0.593, classifier: 0.667, correlation: 0.06 },
  ],
  triples: [
    { lfs: ["bytesP75Benign", "bytesMeanBenign"], labelModel: 0.667, classifier: 0.667, tree: 0.712 },
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: the paper's number, not a root of two.
    { lfs: ["bytesHalfP75Benign", "packetsP75Benign"], labelModel: 0.516, classifier: 0.667, tree: 0.707 },
    { lfs: ["sourcePort123Attack", "bytesMeanBenign"], labelModel: 0.667, classifier: 0.667, tree: 0.592 },
    { lfs: ["packetsMeanBenign", "sourcePortP75Benign"], labelModel: 0.593, classifier: 0.667, tree: 0.688 },
  ],
  differences: [
    { lfs: ["bytesP75Benign", "bytesMeanBenign"], differences: [0, 0.2855, 0.2855] },
    { lfs: ["sourcePort123Attack", "bytesMeanBenign"], differences: [0, 0.4533, 0.4533] },
    { lfs: ["packetsMeanBenign", "sourcePortP75Benign"], differences: [0.2475, 0.316, 0.1164] },
  ],
};

/** A figure of the paper whose bars are not printed as numbers: what its text says of them. */
export interface SourceFigure {
  readonly ours: string;
  /** By the detector's name. */
  readonly baselines: Readonly<Record<string, string>>;
}

/** Figure 7. */
export const arkFigure: SourceFigure = {
  ours: "above .9",
  baselines: { LOF: "below .5", "Elliptic Envelope": "below .5", ORCE: "below .5", "Isolation Forest": "below .5" },
};

/** Figure 9. */
export const atlasFigure: SourceFigure = {
  ours: ".996",
  baselines: {
    LOF: "not at hand",
    "Elliptic Envelope": "above .9",
    ORCE: "not at hand",
    "Isolation Forest": "above .9",
  },
};
