// Numbers of JSON as they were written: a float has 15 to 17 digits, the numbers of identifiers and money may have more.

/** What JSON text may hold that a float does not: many digits, a large exponent. */
const suspects = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

interface ExactJson {
  parse: (
    text: string,
    reviver: (name: string, value: unknown, context?: { source?: string }) => unknown,
  ) => unknown;
  rawJSON?: (text: string) => unknown;
}
const { parse, rawJSON } = JSON as ExactJson;

/** Parses JSON so that `JSON.stringify` writes each number as it was: one that a float cannot hold becomes an object. */
export function exactly(text: string): unknown {
  if (!rawJSON || !suspects.test(text)) return JSON.parse(text);
  return parse(text, (_name, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJSON(context.source)
      : value,
  );
}
