import { escapeXml } from "@flamenco/language";

/** Shares by group (a labeling function, a score) and series (a node). */
export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly string[];
  readonly groups: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}

/** Okabe and Ito's palette: told apart with every common color blindness. */
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a7a7a", "#b8a900"] as const;

const layout = Object.freeze({
  width: 760,
  padding: 28,
  labelWidth: 230,
  valueWidth: 56,
  titleHeight: 68,
  legendWidth: 150,
  legendHeight: 20,
  barHeight: 16,
  barGap: 3,
  groupGap: 16,
  axisHeight: 38,
  longestLabel: 34,
  longestLegend: 18,
});

function shortenLabel(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

const colorOf = (series: number): string => PALETTE[series % PALETTE.length] ?? PALETTE[0];
const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** A self-contained SVG of horizontal bars from 0 to 1, one group below the other. Labels may be hostile. */
export function renderBarChart({ title, subtitle, series, groups }: BarChart): string {
  const { width, padding, labelWidth, valueWidth, barHeight, barGap, groupGap, axisHeight } = layout;
  const perRow = Math.floor((width - 2 * padding) / layout.legendWidth);
  const top = layout.titleHeight + Math.ceil(series.length / perRow) * layout.legendHeight + 8;
  const groupHeight = series.length * (barHeight + barGap) - barGap + groupGap;
  const bottom = top + groups.length * groupHeight;
  const left = padding + labelWidth;
  const scale = width - padding - valueWidth - left;
  const parts = [
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => drawGridLine(left + share * scale, top, bottom, share)),
    ...series.map((name, index) => drawLegend(index, perRow, name)),
    ...groups.flatMap((group, index) => drawGroup(group, top + index * groupHeight, left, scale)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + axisHeight}" viewBox="0 0 ${width} ${bottom + axisHeight}" role="img" font-family="system-ui, 'DejaVu Sans', sans-serif">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${padding}" y="36" font-size="18" font-weight="600" fill="#1f2933">${escapeXml(title)}</text>
<text x="${padding}" y="56" font-size="12" fill="#616e7c">${escapeXml(subtitle)}</text>
${parts.join("\n")}
</svg>
`;
}

function drawGridLine(x: number, top: number, bottom: number, share: number): string {
  const stroke = share === 0 ? "#9aa5b1" : "#e4e7eb";
  return `<line x1="${rounded(x)}" y1="${top - 6}" x2="${rounded(x)}" y2="${bottom}" stroke="${stroke}"/>
<text x="${rounded(x)}" y="${bottom + 18}" font-size="11" fill="#616e7c" text-anchor="middle">${share}</text>`;
}

function drawLegend(index: number, perRow: number, name: string): string {
  const x = layout.padding + (index % perRow) * layout.legendWidth;
  const y = layout.titleHeight + Math.floor(index / perRow) * layout.legendHeight;
  return `<rect x="${x}" y="${y}" width="11" height="11" rx="2" fill="${colorOf(index)}"/>
<text x="${x + 17}" y="${y + 10}" font-size="12" fill="#323f4b">${escapeXml(shortenLabel(name, layout.longestLegend))}</text>`;
}

function drawGroup(group: BarChart["groups"][number], top: number, left: number, scale: number): string[] {
  const { barHeight, barGap, padding } = layout;
  const height = group.values.length * (barHeight + barGap) - barGap;
  const label = `<text x="${padding}" y="${rounded(top + height / 2 + 4)}" font-size="12.5" fill="#1f2933">${escapeXml(shortenLabel(group.label, layout.longestLabel))}</text>`;
  const bars = group.values.map((value, index) => {
    const y = top + index * (barHeight + barGap);
    const width = Math.min(1, Math.max(0, value ?? 0)) * scale;
    const text = value === null ? "not known" : value.toFixed(3);
    return `<rect x="${left}" y="${y}" width="${rounded(width)}" height="${barHeight}" rx="2" fill="${colorOf(index)}"/>
<text x="${rounded(left + width + 7)}" y="${y + 12}" font-size="11" fill="#323f4b">${text}</text>`;
  });
  return [label, ...bars];
}
