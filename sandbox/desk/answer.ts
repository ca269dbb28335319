/** With `--json` one JSON document on standard output, otherwise text that ends with a line end. */
export function answer(json: boolean, document: object, render: () => string): void {
  const text = json ? JSON.stringify(document, null, 2) : render();
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}
