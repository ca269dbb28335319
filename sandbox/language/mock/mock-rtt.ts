import { columnStatistics } from "./column-statistics.js";
import type { MockCells } from "./mock-flow.js";
import { seededRandom } from "./random.js";

const pairs = 8;
const windowSamples = 10;
const firstProbeMs = Date.UTC(2026, 0, 5);
const probeIntervalMs = 60_000;
const longestRttMs = 10_000;

/** A source of made-up round-trip times: a few pairs, a base delay each, busy hours that come and go, lost probes. */
export function mockRtts(seed: number): () => MockCells {
  const random = seededRandom(seed);
  const states = Array.from({ length: pairs }, (_, index) => ({
    name: index + 1,
    baseMs: random.logNormal(40, 0.8),
    congested: false,
    recent: [] as number[],
  }));
  let probes = 0;
  return () => {
    const state = states[probes % pairs] ?? states[0];
    if (state === undefined) return {};
    const timeMs = firstProbeMs + Math.floor(probes / pairs) * probeIntervalMs;
    probes += 1;
    if (random.chance(0.03)) state.congested = !state.congested;
    const lost = random.chance(state.congested ? 0.05 : 0.01);
    const queueMs = random.logNormal(state.congested ? 0.8 * state.baseMs : 0.05 * state.baseMs, 0.6);
    const rttMs = Math.min(longestRttMs, state.baseMs + queueMs);
    if (!lost) state.recent = [...state.recent, rttMs].slice(-windowSamples);
    return {
      timeMs,
      source: `probe-${state.name}`,
      destination: `target-${state.name}`,
      rttMs: lost ? null : rttMs,
      lost,
      ...windowCells(state.recent),
    };
  };
}

function windowCells(recent: readonly number[]): MockCells {
  const { mean, sd, p25, p50, p75 } = columnStatistics(Float64Array.from(recent));
  const empty = recent.length === 0;
  return {
    windowCount: recent.length,
    windowMin: empty ? null : Math.min(...recent),
    windowMean: mean,
    windowSd: sd,
    windowQ1: p25,
    windowMedian: p50,
    windowQ3: p75,
    windowMax: empty ? null : Math.max(...recent),
  };
}
