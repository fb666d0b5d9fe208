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
  #values = new Map<string, string>();

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
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** Throws for text that no header can hold, such as an end of line. */
  set(name: string, value: string): void {
    const text = String(value);
    if (!validName.test(name)) throw new TypeError(`not the name of a header: ${JSON.stringify(name)}`);
    if (!validValue.test(text)) throw new TypeError(`the header ${name} has a character that is not allowed`);
    this.#values.set(name.toLowerCase(), text);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  values(): IterableIterator<string> {
    return this.#values.values();
  }

  forEach(use: (value: string, name: string) => void): void {
    this.#values.forEach(use);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  /** As our HTTP client takes them: without those that it writes itself. */
  forwarded(): ForwardedHeaders {
    const headers: string[] = [];
    for (const [name, value] of this.#values) if (!written.has(name)) headers.push(name, value);
    return headers;
  }

  /** Whether our HTTP client sends the same: no header that it writes itself was set to another value. */
  get areForwardable(): boolean {
    for (const [name, value] of this.#values)
      if (written.has(name) && !(name === 'content-type' && value === 'application/json')) return false;
    return true;
  }
}
