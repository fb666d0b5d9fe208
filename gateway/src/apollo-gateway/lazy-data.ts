// The data of a long response, parsed when something reads it. ApolloServer keeps the data of a request until its answer is written, often
// in objects of the old generation: what those refer to is collected late, and parsed data is several times as large as its text.
import { fromLatin1 } from '../answer/latin1.ts';

type Data = Record<string, unknown>;

/** Shorter data is parsed at once. */
const minLength = 8192;

/** The data of a response: JSON text in latin1. `names` are those of its root fields. */
export function dataOf(text: string, names: () => Iterable<string>): Data | null {
  return text.length < minLength ? parsed(text) : lazyData(text, names());
}

/** An object with the fields of the text. `JSON.stringify` writes it without keeping what it parses. */
function lazyData(text: string, names: Iterable<string>): Data {
  const data: Data = {};
  let read: Data | null = null;
  const content = (): Data => {
    read ??= parsed(text) ?? {};
    return read;
  };
  let count = 0;
  for (const name of names) {
    count += 1;
    Object.defineProperty(data, name, {
      get: () => content()[name],
      set: (value: unknown) => {
        content()[name] = value;
      },
      enumerable: true,
      configurable: true,
    });
  }
  const toJSON = () => (read === null && Object.keys(data).length === count ? parsed(text) : { ...data });
  return Object.defineProperty(data, 'toJSON', { value: toJSON, configurable: true, writable: true });
}

const parsed = (text: string): Data | null => JSON.parse(isAscii(text) ? text : fromLatin1(text));

const isAscii = (text: string): boolean => !/[\x80-\xff]/.test(text);
