// Coerces leaf values from JSON text to the JSON text of the response, by type: GraphQL's result coercion.
import { type GraphQLLeafType, isEnumType } from 'graphql';

const quote = 34;

/** Returns the text of the response, or null for text that is not a value of the type. */
export type WriteLeaf = (text: string) => string | null;

/** Coerces the values of one type. The text must be valid JSON; a custom scalar accepts any. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => `"${name}"`));
    return (text) => (values.has(text) ? text : null);
  }
  switch (type.name) {
    case 'String':
      return (text) => (text.charCodeAt(0) === quote ? text : null);
    case 'ID':
      return (text) => (text.charCodeAt(0) === quote ? text : quoted(integerOf(text)));
    case 'Int':
      return (text) => {
        const integer = integerOf(text);
        return integer === null || integer.length < 10 || Math.abs(Number(integer) + 0.5) < 2 ** 31
          ? integer
          : null;
      };
    case 'Float':
      return (text) => (isNumber(text) ? text : null);
    case 'Boolean':
      return (text) => (text === 'true' || text === 'false' ? text : null);
    default:
      return (text) => text;
  }
}

/** An ID is a string in the response, even where the subgraph wrote a number. */
const quoted = (text: string | null): string | null => (text === null ? null : `"${text}"`);

/** The text is valid JSON, so its first character decides. */
function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 45 || (first >= 48 && first <= 57);
}

/** The digits of an integer of any length, also of one written with a fraction or an exponent (`1.0`, `2e3`); null for any other text. */
function integerOf(text: string): string | null {
  if (!isNumber(text)) return null;
  for (let index = 1; index < text.length; index += 1)
    if (text.charCodeAt(index) > 57 || text.charCodeAt(index) < 48) {
      const value = Number(text);
      return Number.isSafeInteger(value) ? String(value) : null;
    }
  return text;
}
