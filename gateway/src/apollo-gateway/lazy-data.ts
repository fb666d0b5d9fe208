// The data of a long response, parsed when something reads it. ApolloServer keeps the data of a request until its answer is written, often
// in objects of the old generation: what those refer to is collected late, and parsed data is several times as large as its text.
import { fromLongLatin1 } from '../answer/latin1.ts';

type Data = Record<string, unknown>;

interface SerializableResult {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: unknown;
}

/** Returns the text of data that nothing has read, in latin1; null once something has. */
const unreadText: unique symbol = Symbol('unreadText');

/** The data of a response: JSON text in latin1. `names` are those of its root fields. Text shorter than `lazyFrom` is parsed at once. */
export function dataOf(text: string, names: () => Iterable<string>, lazyFrom: number): Data | null {
  if (text.length < lazyFrom || text === 'null') return parsed(text);
  const fields = [...names()];
  return fields.includes('toJSON') ? parsed(text) : lazyData(text, fields);
}

/** An object with the fields of the text. `JSON.stringify` writes it without keeping what it parses. */
function lazyData(text: string, names: readonly string[]): Data {
  const data: Data = {};
  let read: Data | null = null;
  const content = (): Data => {
    read ??= parsed(text) ?? {};
    return read;
  };
  for (const name of names)
    Object.defineProperty(data, name, {
      get: () => content()[name],
      set: (value: unknown) => {
        content()[name] = value;
      },
      enumerable: true,
      configurable: true,
    });
  const unread = () => (read === null && Object.keys(data).length === names.length ? text : null);
  const toJSON = () => (unread() === null ? { ...data } : parsed(text));
  return Object.defineProperties(data, {
    [unreadText]: { value: unread },
    toJSON: { value: toJSON, configurable: true, writable: true },
  });
}

/**
 * The option `stringifyResult` of ApolloServer: writes data that no plugin has read as the text that came from the subgraphs, without
 * parsing it, and with every number as it was written.
 */
export function stringifyResult({ data, errors, extensions }: SerializableResult): string {
  const text = (data as { [unreadText]?: () => string | null } | null | undefined)?.[unreadText]?.();
  if (!text) return JSON.stringify({ errors, data, extensions });
  const before = errors ? `"errors":${JSON.stringify(errors)},` : '';
  const after = extensions ? `,"extensions":${JSON.stringify(extensions)}` : '';
  return `{${before}"data":${fromLongLatin1(text)}${after}}`;
}

const parsed = (text: string): Data | null => JSON.parse(fromLongLatin1(text));
