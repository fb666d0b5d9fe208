// Numbers of JSON as they were written: a float has 15 to 17 digits, the numbers of identifiers and money may have more.

/** What JSON text may hold that a float does not: many digits, a large exponent. */
const suspects = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;

type Reviver = (name: string, value: unknown, context?: { source?: string }) => unknown;

const { parse, rawJSON } = JSON as {
  parse: (text: string, reviver?: Reviver) => unknown;
  rawJSON?: (text: string) => unknown;
};

/** Whether JSON text may hold numbers that a float does not. */
export const mayBeBeyondFloats = (text: string): boolean => rawJSON !== undefined && suspects.test(text);

/** Parses JSON so that `JSON.stringify` writes each number as it was: one that a float cannot hold becomes an object. */
export const exactly = (text: string): unknown => parse(text, mayBeBeyondFloats(text) ? exact : undefined);

/** The same, for who calls `JSON.parse` with a reviver. */
export const exact: Reviver = (_name, value, context) =>
  rawJSON && typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
    ? rawJSON(context.source)
    : value;
