// Reads a set of trusted documents from a folder of `.graphql` files and JSON manifests.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, separateOperations, stripIgnoredCharacters } from 'graphql';

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The text without ignored characters; null when it is not GraphQL. */
function stripped(text: string): string | null {
  try {
    return stripIgnoredCharacters(text);
  } catch {
    return null;
  }
}

export class DocumentSet {
  #byId = new Map<string, string>();
  #texts = new Set<string>();
  #byStrippedText = new Map<string, string>();

  get size(): number {
    return this.#texts.size;
  }

  /** The document with an identifier from a manifest, or with a SHA-256 hash. */
  byId(id: string): string | undefined {
    return this.#byId.get(id) ?? this.#byId.get(id.replace(/^sha256:/, '').toLowerCase());
  }

  /** The trusted text that equals this one apart from white space and comments. */
  textLike(text: string): string | undefined {
    if (this.#texts.has(text)) return text;
    const strippedText = stripped(text);
    return strippedText === null ? undefined : this.#byStrippedText.get(strippedText);
  }

  add(text: string, id: string | null): void {
    const strippedText = stripped(text);
    if (strippedText === null) throw new Error('expected a GraphQL document');
    const known = id === null ? undefined : this.#byId.get(id);
    if (known !== undefined && known !== text) throw new Error(`two documents with the identifier ${id}`);
    if (id !== null) this.#byId.set(id, text);
    this.#byId.set(sha256Of(text), text);
    this.#texts.add(text);
    this.#byStrippedText.set(strippedText, text);
  }
}

/** Reads every file of the folder. Throws one error that names every invalid file. */
export function readDocuments(folder: string): DocumentSet {
  const set = new DocumentSet();
  const faults: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    try {
      if (/\.(graphql|gql)$/.test(name)) addFile(set, readFileSync(join(folder, name), 'utf8'));
      else if (name.endsWith('.json')) addManifest(set, JSON.parse(readFileSync(join(folder, name), 'utf8')));
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  if (faults.length) throw new Error(faults.join('; '));
  return set;
}

/** Adds the whole file, and each of its operations with the fragments it uses, as client tools send them. */
function addFile(set: DocumentSet, text: string): void {
  const document = parse(text, { noLocation: true });
  if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
    throw new Error('expected an operation');
  set.add(text, null);
  for (const operation of Object.values(separateOperations(document))) set.add(print(operation), null);
}

/** `{ "<id>": "<document>" }`, or Apollo's `{ "operations": [{ "id", "body" }] }`. */
function addManifest(set: DocumentSet, manifest: unknown): void {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest))
    throw new Error('expected an object');
  const { operations } = manifest as { operations?: unknown };
  const entries: [unknown, unknown][] = Array.isArray(operations)
    ? operations.map((operation) => [operation?.id, operation?.body])
    : Object.entries(manifest);
  for (const [id, text] of entries) {
    if (typeof id !== 'string' || typeof text !== 'string')
      throw new Error('expected documents as strings, by their identifiers');
    set.add(text, id);
  }
}
