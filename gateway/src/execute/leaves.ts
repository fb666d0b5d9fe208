// Leaves are JSON text; whether one fits its type is told from the text.
import { type GraphQLLeafType, isEnumType } from 'graphql';

const integer = /^-?\d+$/;

/** Whether the JSON text is a value of the type. A scalar of our own may be any JSON. */
export function isValidLeaf(type: GraphQLLeafType, text: string): boolean {
  if (isEnumType(type)) return text.charCodeAt(0) === 34 && type.getValue(text.slice(1, -1)) !== undefined;
  switch (type.name) {
    case 'String':
      return text.charCodeAt(0) === 34;
    case 'ID':
      return text.charCodeAt(0) === 34 || integer.test(text);
    case 'Int':
      return integer.test(text) && Math.abs(Number(text)) <= 2 ** 31;
    case 'Float':
      return isNumber(text);
    case 'Boolean':
      return text === 'true' || text === 'false';
    default:
      return true;
  }
}

const isNumber = (text: string): boolean => {
  const first = text.charCodeAt(0);
  return first === 45 || (first >= 48 && first <= 57);
};

/** The text as it is answered: an identifier is a string, whatever the subgraph wrote. */
export function leafText(type: GraphQLLeafType, text: string): string {
  return type.name === 'ID' && text.charCodeAt(0) !== 34 ? `"${text}"` : text;
}
