// Keeps JSON numbers exactly as they were written: a float has 15 to 17 digits, while identifiers and amounts may have more.
import { randomUUID } from 'node:crypto';

/** Finds numbers that a float may not represent: many digits, or a large exponent. */
const suspects = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };

/** Whether JSON text may contain numbers that a float does not represent exactly. */
export const mayExceedFloats = (text: string): boolean => rawJSON !== undefined && suspects.test(text);

/**
 * Parses JSON so that `JSON.stringify` writes each number as it was: a number that a float cannot represent becomes a raw JSON
 * object. It takes a few times as long as `JSON.parse` for any text; a reviver would take thirty times as long.
 */
export function parseExactly(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!mayExceedFloats(text)) return plain;
  const marked = withMarks(text);
  return marked === text ? plain : withNumbers(JSON.parse(marked));
}

/** Prefix of strings that stand for numbers. It is random, so that clients cannot forge it. */
const mark = randomUUID();

/** The JSON with a marked string in place of each number that a float cannot represent. */
function withMarks(text: string): string {
  let marked = '';
  let copied = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 34) {
      // Skips a string, up to its closing quote.
      for (index += 1; text.charCodeAt(index) !== 34; index += 1)
        if (text.charCodeAt(index) === 92) index += 1;
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      let end = index + 1;
      while (isOfNumber(text.charCodeAt(end))) end += 1;
      // Shorter numbers have few digits and a small exponent, so a float represents them.
      if (end - index >= 5 && isBeyondFloats(text.slice(index, end))) {
        marked += `${text.slice(copied, index)}"${mark}${text.slice(index, end)}"`;
        copied = end;
      }
      index = end - 1;
    }
  }
  return copied === 0 ? text : marked + text.slice(copied);
}

/** Digits, signs, the point, and the letter of an exponent. */
const isOfNumber = (code: number): boolean =>
  (code >= 48 && code <= 57) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45;

const isBeyondFloats = (number: string): boolean =>
  suspects.test(number) && String(Number(number)) !== number;

function withNumbers(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? rawJSON?.(value.slice(mark.length)) : value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const entry: unknown = value[index];
      if (typeof entry === 'string' || typeof entry === 'object') value[index] = withNumbers(entry);
    }
  } else if (isObject(value))
    for (const name in value) {
      const entry = value[name];
      if (typeof entry !== 'string' && typeof entry !== 'object') continue;
      const numbered = withNumbers(entry);
      if (numbered !== entry) Object.defineProperty(value, name, { ...own, value: numbered });
    }
  return value;
}

/** For `defineProperty`, so that a member named `__proto__` stays a member. */
const own = { writable: true, enumerable: true, configurable: true };

/** The text of a member's value in the text of a valid JSON object; the last one of that name, as in `JSON.parse`. */
export function memberText(text: string, name: string): string {
  let found = 'null';
  let depth = 0;
  let key: string | null = null;
  let from = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 34) {
      const start = index;
      for (index += 1; text.charCodeAt(index) !== 34; index += 1)
        if (text.charCodeAt(index) === 92) index += 1;
      if (depth === 1 && key === null) {
        key = text.slice(start, index + 1);
        key = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
        from = text.indexOf(':', index) + 1;
      }
    } else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93 || (code === 44 && depth === 1)) {
      if (depth === 1 && key === name) found = text.slice(from, index);
      if (depth === 1) key = null;
      if (code !== 44) depth -= 1;
    }
  }
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
