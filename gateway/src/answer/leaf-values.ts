// Leaves are JSON text; whether one fits its type is told from the text.
import { type GraphQLLeafType, isEnumType } from 'graphql';

const quote = 34;

/** The text as it is answered, or null where it is no value of the type. */
export type WriteLeaf = (text: string) => string | null;

/** Writes the values of one type. The text is known to be JSON; a scalar of our own may be any. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => `"${name}"`));
    return (text) => (values.has(text) ? text : null);
  }
  switch (type.name) {
    case 'String':
      return (text) => (text.charCodeAt(0) === quote ? text : null);
    case 'ID':
      return (text) => (text.charCodeAt(0) === quote ? text : quoted(wholeNumber(text)));
    case 'Int':
      return (text) => {
        const whole = wholeNumber(text);
        return whole === null || whole.length < 10 || Math.abs(Number(whole) + 0.5) < 2 ** 31 ? whole : null;
      };
    case 'Float':
      return (text) => (isNumber(text) ? text : null);
    case 'Boolean':
      return (text) => (text === 'true' || text === 'false' ? text : null);
    default:
      return (text) => text;
  }
}

/** An identifier is a string, whatever the subgraph wrote. */
const quoted = (text: string | null): string | null => (text === null ? null : `"${text}"`);

/** The text is known to be JSON: only what else JSON may be is to be told apart. */
function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 45 || (first >= 48 && first <= 57);
}

/** A whole number's digits, however many; also of one that is written as a fraction or with an exponent. */
function wholeNumber(text: string): string | null {
  if (!isNumber(text)) return null;
  for (let index = 1; index < text.length; index += 1)
    if (text.charCodeAt(index) > 57 || text.charCodeAt(index) < 48) {
      const value = Number(text);
      return Number.isSafeInteger(value) ? String(value) : null;
    }
  return text;
}
