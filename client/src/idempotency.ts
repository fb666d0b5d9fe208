// Idempotency keys of mutations: a mutation with a key is applied once, however often it is sent.
import { type TypedDocument, textOf } from './typed-document.ts';

export interface KeyedVariables {
  variables: Record<string, unknown>;
  /** Whether every mutation of the document has a key. */
  isRepeatable: boolean;
}

/** The variables that are passed as `input` of a mutation. */
const inputVariable = /\binput\s*:\s*\$(\w+)/g;
/** An input that is written in the document, where no key can be put. */
const literalInput = /\binput\s*:\s*\{/;

/** Puts a key into each input that has none: the one given, or a new one for this call. */
export function withIdempotencyKeys(
  document: TypedDocument<never, never>,
  variables: Record<string, unknown>,
  key: string | false | undefined,
): KeyedVariables {
  const text = textOf(document);
  const names = [...new Set(Array.from(text.matchAll(inputVariable), ([, name = '']) => name))];
  const keyed = { ...variables };
  let isRepeatable = names.length > 0 && !literalInput.test(text);
  for (const [nth, name] of names.entries()) {
    const input = keyed[name];
    if (typeof input !== 'object' || input === null) isRepeatable = false;
    else if ((input as { idempotencyKey?: unknown }).idempotencyKey) continue;
    else if (key === false) isRepeatable = false;
    // One key belongs to one mutation.
    else keyed[name] = { ...input, idempotencyKey: key ? (nth ? `${key}:${nth}` : key) : randomKey() };
  }
  return { variables: keyed, isRepeatable };
}

/** A UUID; `crypto.randomUUID` is missing on pages that were loaded without TLS from another machine. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
