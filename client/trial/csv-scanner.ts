import { FlamencoError } from "@flamenco/policies/errors";
import { trialLimits } from "./limits.js";

/** One record of a CSV file. `line` is where it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

type State = "start" | "plain" | "quoted" | "afterQuote";

/**
 * RFC 4180, a chunk at a time: quotes with doubled quotes and line breaks inside, LF or CRLF. Blank lines are skipped. What
 * the RFC does not allow is refused with its line, since a guess would move cells into other columns.
 * @throws FLM_SCHEMA at `file:line`, FLM_TOO_LARGE for a cell or a record beyond the ceilings
 */
export class CsvScanner {
  readonly #name: string;
  #state: State = "start";
  #cell = "";
  #cells: string[] = [];
  #line = 1;
  #recordLine = 1;
  #afterReturn = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Records that are complete with this text. */
  *push(text: string): Generator<CsvRecord> {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? "";
      if (this.#afterReturn && character !== "\n") this.#refuse("a carriage return without a line feed");
      this.#afterReturn = false;
      if (this.#state === "quoted") {
        if (character === "\n") this.#line += 1;
        if (character === "\0") this.#refuse("a zero byte: this is no text");
        if (character !== '"') continue;
        this.#append(text.slice(from, at));
        this.#state = "afterQuote";
        from = at + 1;
      } else if (character === '"') {
        if (this.#state === "plain") this.#refuse("a quote inside a cell that does not begin with one");
        // A doubled quote inside quotes is one quote.
        if (this.#state === "afterQuote") this.#append('"');
        this.#state = "quoted";
        from = at + 1;
      } else if (character === "," || character === "\n" || character === "\r") {
        if (this.#state === "plain") this.#append(text.slice(from, at));
        from = at + 1;
        if (character === ",") this.#endCell();
        else if (character === "\r") this.#afterReturn = true;
        else {
          yield* this.#endRecord();
          this.#line += 1;
          this.#recordLine = this.#line;
        }
      } else if (this.#state === "afterQuote") this.#refuse("text after a closing quote");
      else if (character === "\0") this.#refuse("a zero byte: this is no text");
      else if (this.#state === "start") {
        this.#state = "plain";
        from = at;
      }
    }
    if (this.#state === "plain" || this.#state === "quoted") this.#append(text.slice(from));
  }

  /** The last record, when the file does not end in a line feed. */
  *end(): Generator<CsvRecord> {
    if (this.#state === "quoted") this.#refuse("a quote that is never closed", this.#recordLine);
    yield* this.#endRecord();
  }

  *#endRecord(): Generator<CsvRecord> {
    if (this.#cells.length > 0 || this.#state !== "start") {
      this.#endCell();
      yield { line: this.#recordLine, cells: this.#cells };
    }
    this.#cells = [];
  }

  #endCell(): void {
    if (this.#cells.length >= trialLimits.columns) {
      throw new FlamencoError("FLM_TOO_LARGE", `${this.#place()} has more than ${trialLimits.columns} cells.`);
    }
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  #append(text: string): void {
    this.#cell += text;
    if (this.#cell.length > trialLimits.cellCharacters) {
      const ceiling = `more than ${trialLimits.cellCharacters} characters`;
      throw new FlamencoError("FLM_TOO_LARGE", `${this.#place()} has a cell of ${ceiling}. Is it a CSV file?`);
    }
  }

  #place(line = this.#line): string {
    return `${this.#name}:${line}`;
  }

  #refuse(what: string, line = this.#line): never {
    throw new FlamencoError("FLM_SCHEMA", `${this.#place(line)} has ${what}.`);
  }
}
