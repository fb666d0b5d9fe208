// Reads valid JSON text without parsing its leaves: numbers and strings stay as they were written.

const quote = 34;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const comma = 44;

export class JsonCursor {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isObject(): boolean {
    return this.#next() === openBrace;
  }

  get isList(): boolean {
    return this.#next() === openBracket;
  }

  get isNull(): boolean {
    return this.#next() === 110;
  }

  /** The text of the next value, without white space. Moves past it. */
  raw(): string {
    const first = this.#next();
    const start = this.#index;
    this.#index = valueEnd(this.#text, start);
    const text = this.#text.slice(start, this.#index);
    return (first === openBrace || first === openBracket) && whiteSpace.test(text)
      ? withoutWhiteSpace(text)
      : text;
  }

  /** Reads the next value, an object. `read` is called for each member and must read its value. */
  members(read: (name: string) => void): void {
    this.#inside(closeBrace, () => {
      this.#next();
      const start = this.#index;
      this.#index = stringEnd(this.#text, start);
      const name = this.#text.slice(start, this.#index);
      this.#next();
      this.#index += 1;
      read(name.includes('\\') ? JSON.parse(name) : name.slice(1, -1));
    });
  }

  /** Reads the next value, a list. `read` is called for each entry and must read it. */
  entries(read: () => void): void {
    this.#inside(closeBracket, read);
  }

  #inside(close: number, read: () => void): void {
    this.#next();
    this.#index += 1;
    if (this.#next() === close) {
      this.#index += 1;
      return;
    }
    for (;;) {
      read();
      const code = this.#next();
      this.#index += 1;
      if (code !== comma) return;
    }
  }

  /** The code of the next character that is not white space. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#index);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      this.#index += 1;
    }
  }
}

/** The text of each entry of a list; null for the value null. */
export function entriesOf(list: string): (string | null)[] {
  const texts: (string | null)[] = [];
  const cursor = new JsonCursor(list);
  cursor.entries(() => texts.push(nullOr(cursor.raw())));
  return texts;
}

/** The text of each member of an object; null for the value null. */
export function membersOf(object: string): Record<string, string | null> {
  const texts: [string, string | null][] = [];
  const cursor = new JsonCursor(object);
  cursor.members((name) => texts.push([name, nullOr(cursor.raw())]));
  return Object.fromEntries(texts);
}

const nullOr = (text: string): string | null => (text === 'null' ? null : text);

const whiteSpace = /[ \n\r\t]/;
const withoutWhiteSpace = (text: string) => text.replaceAll(/("(?:[^"\\]|\\.)*")|[ \n\r\t]+/g, '$1');

/** The index after the value that starts at `start`. */
export function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return stringEnd(text, start);
  if (first === openBrace || first === openBracket) {
    let depth = 0;
    for (let index = start; ; ) {
      const code = text.charCodeAt(index);
      if (code === quote) {
        index = stringEnd(text, index);
        continue;
      }
      index += 1;
      if (code === openBrace || code === openBracket) depth += 1;
      else if (code === closeBrace || code === closeBracket) depth -= 1;
      if (depth === 0) return index;
    }
  }
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code <= 32 || code === comma || code === closeBrace || code === closeBracket) break;
  }
  return end;
}

/** The index after the string that starts at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
