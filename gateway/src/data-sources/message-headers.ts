// The headers of a request to a subgraph, or of its response, with the methods of the Fetch API.
import type { ForwardedHeaders } from '../fetching/subgraph-client.ts';

/** Headers that our HTTP client writes itself. */
const written = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

const validName = /^[!#$%&'*+.^_`|~\w-]+$/;
const validValue = /^[\t\x20-\x7e\x80-\xff]*$/;

export class MessageHeaders {
  /** Name, value, name, value and so on, names in lower case. Few headers are found faster in a list than in a map. */
  #list: string[] = [];

  static from(headers: Iterable<[string, string]> | undefined): MessageHeaders {
    const copy = new MessageHeaders();
    for (const [name, value] of headers ?? []) copy.append(name, value);
    return copy;
  }

  /** The headers in the head of a response. */
  static parse(head: string): MessageHeaders {
    const headers = new MessageHeaders();
    for (const line of head.split('\r\n').slice(1)) {
      const nameEnd = line.indexOf(':');
      if (nameEnd > 0) headers.append(line.slice(0, nameEnd), line.slice(nameEnd + 1).trim());
    }
    return headers;
  }

  get(name: string): string | null {
    return this.#list[this.#indexOf(name) + 1] ?? null;
  }

  has(name: string): boolean {
    return this.#indexOf(name) >= 0;
  }

  /** Throws for text that no header can hold, such as an end of line. */
  set(name: string, value: string): void {
    const text = String(value);
    if (!validName.test(name)) throw new TypeError(`not the name of a header: ${JSON.stringify(name)}`);
    if (!validValue.test(text)) throw new TypeError(`the header ${name} has a character that is not allowed`);
    const index = this.#indexOf(name);
    if (index >= 0) this.#list[index + 1] = text;
    else this.#list.push(name.toLowerCase(), text);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    const index = this.#indexOf(name);
    if (index >= 0) this.#list.splice(index, 2);
  }

  *entries(): IterableIterator<[string, string]> {
    for (let index = 0; index < this.#list.length; index += 2) yield this.#pairAt(index);
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(use: (value: string, name: string) => void): void {
    for (const [name, value] of this.entries()) use(value, name);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** As our HTTP client takes them: without those that it writes itself. */
  forwarded(): ForwardedHeaders {
    const headers: string[] = [];
    for (let index = 0; index < this.#list.length; index += 2) {
      const [name, value] = this.#pairAt(index);
      if (!written.has(name)) headers.push(name, value);
    }
    return headers;
  }

  /** Whether our HTTP client sends the same: no header that it writes itself was set to another value. */
  get areForwardable(): boolean {
    for (let index = 0; index < this.#list.length; index += 2) {
      const [name, value] = this.#pairAt(index);
      if (written.has(name) && !(name === 'content-type' && value === 'application/json')) return false;
    }
    return true;
  }

  #pairAt(index: number): [string, string] {
    return [this.#list[index] ?? '', this.#list[index + 1] ?? ''];
  }

  /** -2 where there is none: the value after it is undefined. */
  #indexOf(name: string): number {
    const lower = name.toLowerCase();
    for (let index = 0; index < this.#list.length; index += 2) if (this.#list[index] === lower) return index;
    return -2;
  }
}
