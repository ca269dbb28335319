export { type BarChart, renderBarChart } from "./bar-chart.js";
export { renderEstimate } from "./estimate-text.js";
export { type ListedNode, renderNodes } from "./node-table.js";
export { renderResultCharts } from "./result-charts.js";
export { type WrittenResult, writeResultFiles } from "./result-files.js";
export { renderResults } from "./result-tables.js";
