import { FlamencoError } from "@flamenco/policies/errors";
import { ErrorDocument, parseDocument } from "@flamenco/policies/wire";
import type { Static, TSchema } from "@sinclair/typebox";
import { limits } from "../limits.js";
import { errorOf } from "../remote-error.js";

/**
 * Read the answer of a registry that may be anything: at most `limits.answerBytes`, JSON, of the given schema. The error
 * document of a registry becomes the FlamencoError that it describes.
 * @throws FLM_REGISTRY_ANSWER, or the code of the error document
 */
export async function readAnswer<T extends TSchema>(response: Response, schema: T, what: string): Promise<Static<T>> {
  const value = parseJson(await readBounded(response), response.status);
  if (!response.ok) throw refusalOf(value, response.status);
  try {
    return parseDocument(schema, value, what);
  } catch (cause) {
    if (!(cause instanceof FlamencoError)) throw cause;
    const details = cause.details;
    throw new FlamencoError("FLM_REGISTRY_ANSWER", `The registry's answer is not understood. ${cause.message}`, {
      details,
      cause,
    });
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.answerBytes) {
      throw new FlamencoError(
        "FLM_REGISTRY_ANSWER",
        `The registry's answer is larger than ${limits.answerBytes} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_REGISTRY_ANSWER", `The registry's answer (status ${status}) is not JSON.`, { cause });
  }
}

function refusalOf(value: unknown, status: number): FlamencoError {
  let document: ErrorDocument;
  try {
    document = parseDocument(ErrorDocument, value, "error document");
  } catch (cause) {
    return new FlamencoError("FLM_REGISTRY_ANSWER", `The registry answered with status ${status} and no reason.`, {
      cause,
    });
  }
  return errorOf(document);
}
