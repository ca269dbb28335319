import { dropout, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import type { SeededRandom } from "../../preprocess/index.js";

/** Dropout (Srivastava et al. 2014) whose masks come from a seed; the library's own layer cannot repeat them. */
export class SeededDropout extends layers.Layer {
  static readonly className = "SeededDropout";
  readonly #rate: number;
  readonly #random: SeededRandom;

  /** @param rate share of the units that a training step leaves out */
  constructor(rate: number, random: SeededRandom) {
    super();
    this.#rate = rate;
    this.#random = random;
  }

  override call(inputs: Tensor | Tensor[], { training }: { readonly training?: boolean }): Tensor {
    const input = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true) return input;
    return tidy(() => dropout(input, this.#rate, undefined, this.#random.nextUint32()));
  }
}
