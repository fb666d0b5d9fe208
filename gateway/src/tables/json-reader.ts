// Reads a JSON text piece by piece, without parsing the whole: finds the members and elements of a value, and the text of each.

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = [
  34, 92, 123, 125, 91, 93, 44,
];

/** Positions are offsets in the bytes. The JSON is valid: the gateway wrote or checked it. */
export class JsonReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The offset of the first byte that is not white space. */
  start(at: number): number {
    const bytes = this.#bytes;
    let index = at;
    // The control characters and the space: nothing else stands between the tokens of a JSON text.
    while ((bytes[index] ?? quote) <= 32) index += 1;
    return index;
  }

  /** The offset after the value that starts at `at`. */
  end(at: number): number {
    const bytes = this.#bytes;
    const first = bytes[at];
    if (first === quote) return this.#endOfString(at);
    if (first !== openBrace && first !== openBracket) {
      let index = at;
      while (isOfScalar(bytes[index])) index += 1;
      return index;
    }
    let depth = 0;
    for (let index = at; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (byte === quote) index = this.#endOfString(index) - 1;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth === 0) return index + 1;
      }
    }
    throw new Error('the JSON text is incomplete');
  }

  #endOfString(at: number): number {
    const bytes = this.#bytes;
    let index = at + 1;
    while (bytes[index] !== quote) {
      if (index >= bytes.length) throw new Error('the JSON text is incomplete');
      index += bytes[index] === backslash ? 2 : 1;
    }
    return index + 1;
  }

  /**
   * Calls `visit` with the key and the offset of each member's value. It returns the offset after the value, undefined to let it be
   * skipped, or -1 to end the visit. Returns the offset after the object, or -1. Nothing is called for a value that is not an object.
   */
  members(at: number, visit: (key: string, value: number) => number | undefined): number {
    const bytes = this.#bytes;
    if (bytes[at] !== openBrace) return this.end(at);
    let index = this.start(at + 1);
    while (bytes[index] !== closeBrace) {
      const afterKey = this.#endOfString(index);
      const key = this.#keyText(index, afterKey);
      // The colon.
      const value = this.start(this.start(afterKey) + 1);
      const after = visit(key, value) ?? this.end(value);
      if (after < 0) return after;
      index = this.start(after);
      if (bytes[index] === comma) index = this.start(index + 1);
    }
    return index + 1;
  }

  /** The offset of a list's first element; -1 for an empty list, and for a value that is not a list. */
  firstElement(at: number): number {
    if (this.#bytes[at] !== openBracket) return -1;
    const first = this.start(at + 1);
    return this.#bytes[first] === closeBracket ? -1 : first;
  }

  /** The offset of the element after the one that ends at `end`; -1 after the last one. */
  nextElement(end: number): number {
    const after = this.start(end);
    return this.#bytes[after] === comma ? this.start(after + 1) : -1;
  }

  text(from: number, to: number): string {
    return this.#bytes.toString('utf8', from, to);
  }

  isNull(at: number): boolean {
    return this.#bytes[at] === 110;
  }

  /** Response keys are names, but members of custom scalars may have any. */
  #keyText(from: number, to: number): string {
    const text = this.#bytes.toString('utf8', from + 1, to - 1);
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  }
}

/** The characters of numbers, `true`, `false` and `null`. */
const isOfScalar = (byte = 0): boolean =>
  (byte >= 48 && byte <= 57) ||
  (byte >= 97 && byte <= 122) ||
  byte === 45 ||
  byte === 46 ||
  byte === 43 ||
  byte === 69;
