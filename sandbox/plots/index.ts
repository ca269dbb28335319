export { type Bar, type BarPlot, drawBars } from "./bar-plot.js";
export { drawCorrelations } from "./correlation-plot.js";
export { drawModality, type ModalityPlot } from "./modality-plot.js";
export { drawThresholds, type ThresholdPlot } from "./threshold-plot.js";
