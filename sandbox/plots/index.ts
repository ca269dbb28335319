export { drawCorrelations } from "./correlation-plot.js";
export { drawModality, type ModalityPlot } from "./modality-plot.js";
export { drawThresholds, type ThresholdPlot } from "./threshold-plot.js";
