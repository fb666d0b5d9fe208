// Walks JSON text that is known to be valid without making values of it: numbers and strings stay as they were written.

const quote = 34;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const comma = 44;

export class JsonCursor {
  readonly #text: string;
  #at = 0;

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

  /** The text of the value that comes next, without the spaces in it; behind it from then on. */
  raw(): string {
    const first = this.#next();
    const from = this.#at;
    this.#at = valueEnd(this.#text, from);
    const text = this.#text.slice(from, this.#at);
    return (first === openBrace || first === openBracket) && spaces.test(text) ? withoutSpaces(text) : text;
  }

  /** Goes through the object that comes next; `read` takes the value of each member. */
  members(read: (name: string) => void): void {
    this.#inside(closeBrace, () => {
      this.#next();
      const from = this.#at;
      this.#at = stringEnd(this.#text, from);
      const name = this.#text.slice(from, this.#at);
      this.#next();
      this.#at += 1;
      read(name.includes('\\') ? JSON.parse(name) : name.slice(1, -1));
    });
  }

  /** Goes through the list that comes next; `read` takes each entry. */
  entries(read: () => void): void {
    this.#inside(closeBracket, read);
  }

  #inside(close: number, read: () => void): void {
    this.#next();
    this.#at += 1;
    if (this.#next() === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      read();
      const code = this.#next();
      this.#at += 1;
      if (code !== comma) return;
    }
  }

  /** The code of the next character that is no space. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return code;
      this.#at += 1;
    }
  }
}

/** The text of each entry of a list; null for null. */
export function entriesOf(list: string): (string | null)[] {
  const texts: (string | null)[] = [];
  const cursor = new JsonCursor(list);
  cursor.entries(() => texts.push(nullOr(cursor.raw())));
  return texts;
}

/** The text of each member of an object; null for null. */
export function membersOf(object: string): Record<string, string | null> {
  const texts: [string, string | null][] = [];
  const cursor = new JsonCursor(object);
  cursor.members((name) => texts.push([name, nullOr(cursor.raw())]));
  return Object.fromEntries(texts);
}

const nullOr = (text: string): string | null => (text === 'null' ? null : text);

const spaces = /[ \n\r\t]/;
const withoutSpaces = (text: string) => text.replaceAll(/("(?:[^"\\]|\\.)*")|[ \n\r\t]+/g, '$1');

/** The index behind the value that begins at `from`. */
export function valueEnd(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === quote) return stringEnd(text, from);
  if (first === openBrace || first === openBracket) {
    let depth = 0;
    for (let at = from; ; ) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        at = stringEnd(text, at);
        continue;
      }
      at += 1;
      if (code === openBrace || code === openBracket) depth += 1;
      else if (code === closeBrace || code === closeBracket) depth -= 1;
      if (depth === 0) return at;
    }
  }
  let end = from + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code <= 32 || code === comma || code === closeBrace || code === closeBracket) break;
  }
  return end;
}

/** The index behind the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
  return slashes % 2 === 1;
}
