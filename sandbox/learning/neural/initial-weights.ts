import { Matrix, QrDecomposition } from "ml-matrix";
import type { SeededRandom } from "../../preprocess/index.js";
import type { NetworkSettings, NetworkShape } from "./network-settings.js";

/** Input, forget, cell and output: a layer's weights lie gate after gate. */
const GATES = 4;

/** First weights of a network, in the order of its layers, drawn by the seed and not by the library: alike on all backends. */
export function drawWeights(
  settings: NetworkSettings,
  { steps, features, labelCount }: NetworkShape,
  random: SeededRandom,
): Float32Array[] {
  if (settings.model === "mlp") {
    const widths = [steps * features, ...settings.hidden, labelCount];
    return widths.slice(1).flatMap((units, layer) => drawDense(widths[layer]!, units, random));
  }
  const { units } = settings;
  const bias = new Float32Array(GATES * units);
  // A cell that forgets nothing at first learns longer dependencies (Jozefowicz et al. 2015).
  bias.fill(1, units, 2 * units);
  return [
    drawGlorotUniform(features, GATES * units, random),
    drawOrthogonal(units, GATES * units, random),
    bias,
    ...drawDense(units, labelCount, random),
  ];
}

function drawDense(inputs: number, units: number, random: SeededRandom): Float32Array[] {
  return [drawGlorotUniform(inputs, units, random), new Float32Array(units)];
}

/** Uniform within the square root of 6 over the numbers of inputs and outputs together (Glorot & Bengio 2010). */
function drawGlorotUniform(inputs: number, outputs: number, random: SeededRandom): Float32Array {
  const bound = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: inputs * outputs }, () => (2 * random.nextFloat() - 1) * bound);
}

/** Orthonormal rows (Saxe et al. 2014). @param columns at least `rows` */
function drawOrthogonal(rows: number, columns: number, random: SeededRandom): Float32Array {
  const normal = Matrix.zeros(columns, rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) normal.set(column, row, drawNormal(random));
  }
  const { orthogonalMatrix: basis, upperTriangularMatrix: triangle } = new QrDecomposition(normal);
  const weights = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    // With these signs every such matrix is equally likely (Mezzadri 2007).
    const sign = triangle.get(row, row) < 0 ? -1 : 1;
    for (let column = 0; column < columns; column++) weights[row * columns + column] = sign * basis.get(column, row);
  }
  return weights;
}

/** A standard normal number (Box & Muller 1958). */
function drawNormal(random: SeededRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.nextFloat()));
  return radius * Math.cos(2 * Math.PI * random.nextFloat());
}
