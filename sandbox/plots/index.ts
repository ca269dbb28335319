export { type Bar, type BarPlot, drawBars } from "./bar-plot.js";
export { drawCorrelations } from "./correlation-plot.js";
export { drawLines, type LinePlot, type Series } from "./line-plot.js";
export { drawModality, type ModalityPlot } from "./modality-plot.js";
export { drawRanking, type RankingPlot } from "./ranking-plot.js";
export { drawThresholds, type ThresholdPlot } from "./threshold-plot.js";
