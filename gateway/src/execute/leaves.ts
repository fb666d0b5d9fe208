// Leaves are JSON text; whether one fits its type is told from the text.
import { type GraphQLLeafType, isEnumType } from 'graphql';

const quote = 34;

/** Whether the JSON text is a value of the type. A scalar of our own may be any JSON. */
export const isValidLeaf = (type: GraphQLLeafType, text: string): boolean => leafCheck(type)(text);

/** The check for one type. */
export function leafCheck(type: GraphQLLeafType): (text: string) => boolean {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => `"${name}"`));
    return (text) => values.has(text);
  }
  switch (type.name) {
    case 'String':
      return (text) => text.charCodeAt(0) === quote;
    case 'ID':
      return (text) => text.charCodeAt(0) === quote || isInteger(text);
    case 'Int':
      return (text) => isInteger(text) && (text.length < 10 || Math.abs(Number(text) + 0.5) < 2 ** 31);
    case 'Float':
      return isNumber;
    case 'Boolean':
      return (text) => text === 'true' || text === 'false';
    default:
      return () => true;
  }
}

/** The text is known to be JSON: only what else JSON may be is to be told apart. */
function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 45 || (first >= 48 && first <= 57);
}

function isInteger(text: string): boolean {
  if (!isNumber(text)) return false;
  for (let index = 1; index < text.length; index += 1)
    if (text.charCodeAt(index) > 57 || text.charCodeAt(index) < 48) return false;
  return true;
}

/** The text as it is answered: an identifier is a string, whatever the subgraph wrote. */
export function leafText(type: GraphQLLeafType, text: string): string {
  return type.name === 'ID' && text.charCodeAt(0) !== quote ? `"${text}"` : text;
}
