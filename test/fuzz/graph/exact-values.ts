// Numbers that a float cannot represent, in the data of generated graphs and in their JSON.
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import { type GraphQLSchema, isScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** An id that a subgraph may write as a number. */
export const numericId = '9007199254740995';

/** Numbers with the same float: code that parses them as floats finds another entity. */
export const beyondFloats: readonly unknown[] = [
  '9007199254740993',
  '9007199254740992',
  '-9223372036854775808',
  '-9223372036854775807',
  '18446744073709551615',
  '18446744073709551614',
  '1',
  '0.12345678901234567890',
].map((text) => parseExactly(text));

/** Whether a parsed value is a JSON number that a float cannot represent. */
export const isExact = (value: object): boolean => 'rawJSON' in value && Object.isFrozen(value);

/** Rewrites JSON like a server with numeric ids. */
export const withNumericIds = (json: string): string => json.replaceAll(`"${numericId}"`, numericId);

/** Reads a request to such a server. */
export const withTextIds = (json: string): string =>
  json.replaceAll(new RegExp(`(?<=[:[,])${numericId}(?=[\\]},])`, 'g'), `"${numericId}"`);

/** The value of a literal in an operation. Custom scalars keep their exact text. */
export function readExactly(schema: GraphQLSchema): void {
  for (const name of ['Long', 'Blob']) {
    const type = schema.getType(name);
    if (isScalarType(type)) type.parseLiteral = exactValue;
  }
}

function exactValue(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return parseExactly(node.value);
  if (node.kind === Kind.LIST) return node.values.map((each) => exactValue(each, variables));
  if (node.kind === Kind.OBJECT)
    return Object.fromEntries(
      node.fields.map(({ name, value }) => [name.value, exactValue(value, variables)]),
    );
  return valueFromASTUntyped(node, variables);
}
