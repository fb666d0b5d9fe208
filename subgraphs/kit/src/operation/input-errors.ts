// Errors for invalid input values in variables or in the document. They name the position and the expected value, never the
// received value: it may be personal data, and error messages end up in logs.
import {
  type ASTVisitor,
  coerceInputValue,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  Kind,
  type ObjectFieldNode,
  typeFromAST,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
  ValuesOfCorrectTypeRule,
  type VariableDefinitionNode,
} from 'graphql';
import { BadInput, type Bilingual, expectedZh, graphError } from '../errors.ts';

/** Errors reported for one request at most. */
export const maxErrors = 10;

const expectedOfScalars = new Map<string, Bilingual>([
  ['Int', { zh: '32 位整数', en: 'a 32-bit integer' }],
  ['Float', { zh: '数', en: 'a finite number' }],
  ['String', { zh: '文本', en: 'text' }],
  ['Boolean', { zh: 'true 或 false', en: 'true or false' }],
  ['ID', { zh: '文本或整数', en: 'text or an integer' }],
]);

/** The expected value of a type. `error` is the error that its scalar threw. */
function expectedOf(type: GraphQLNamedInputType, error?: unknown): Bilingual {
  const known = error instanceof BadInput ? error.expected : expectedOfScalars.get(type.name);
  if (known) return { zh: `${known.zh}（${type.name}）`, en: `${type.name}, ${known.en}` };
  if (isEnumType(type)) return { zh: `枚举 ${type.name} 的一个值`, en: `a value of the enum ${type.name}` };
  if (isInputObjectType(type)) return { zh: `对象（${type.name}）`, en: `an object, ${type.name}` };
  return { zh: `标量 ${type.name} 的值`, en: `a value of the scalar ${type.name}` };
}

/** Shortens a message, which may contain names of any length from the client. */
export const shorten = (message: string): string =>
  message.length > 300 ? `${message.slice(0, 300)}…` : message.replace(/\.$/, '');

/** The errors of variables in which graphql-js has found one. */
export function variableErrors(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
): GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!type || !isInputType(type)) continue;
    const isProvided = Object.hasOwn(variables, name);
    if (!isProvided && (definition.defaultValue || getNullableType(type) === type)) continue;
    coerceInputValue(
      isProvided ? variables[name] : undefined,
      type,
      (path, value, error) => {
        if (errors.length < maxErrors) errors.push(variableError(definition, type, { path, value, error }));
      },
      true,
    );
    if (errors.length === maxErrors) break;
  }
  return errors;
}

function variableError(
  definition: VariableDefinitionNode,
  type: GraphQLInputType,
  { path, value, error }: { path: readonly (string | number)[]; value: unknown; error: GraphQLError },
): GraphQLError {
  const name = definition.variable.name.value;
  const argument = [name, ...path].join('.');
  const named = getNamedType(typeAt(type, path));
  // For values that are not leaves, the messages of graphql-js contain only names of types and fields.
  const isLeaf = isLeafType(named) && value !== null && value !== undefined;
  const expected = isLeaf ? expectedOf(named, error.originalError ?? error) : null;
  const zh = expected ? expectedZh(expected.zh) : '不符合其类型';
  const en = expected ? `expected ${expected.en}` : shorten(error.message);
  const message = `变量 $${argument} ${zh}。 Variable $${argument}: ${en}.`;
  return graphError('BAD_USER_INPUT', message, { argument }, { nodes: definition });
}

/** The type at a path inside an input value. */
function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  let at = getNullableType(type);
  for (const step of path) {
    if (typeof step === 'number') at = getNullableType(isListType(at) ? at.ofType : at);
    else {
      const named = getNamedType(at);
      const field = isInputObjectType(named) ? named.getFields()[step] : undefined;
      if (field) at = getNullableType(field.type);
    }
  }
  return at;
}

/** The graphql-js rule for literals in a document, but without the values in its messages; also refuses numbers that a float cannot represent. */
export const valuesOfCorrectType: ValidationRule = (context) => {
  let at: ValueNode | ObjectFieldNode | undefined;
  const reportError = (error: GraphQLError) => context.reportError(literalError(context, error, at));
  const checks = ValuesOfCorrectTypeRule(
    Object.create(context, { reportError: { value: reportError } }) as ValidationContext,
  ) as Record<string, (node: ValueNode | ObjectFieldNode) => false | undefined>;
  const visitor = Object.entries(checks).map(([kind, check]) => [
    kind,
    (node: ValueNode | ObjectFieldNode) => {
      at = node;
      if (!isBeyondFloat(node, context.getInputType())) return check(node);
      reportError(new GraphQLError('beyond a float'));
      return undefined;
    },
  ]);
  return Object.fromEntries(visitor) as ASTVisitor;
};

/** graphql-js reads 1e400 as Infinity, which JSON cannot represent. */
const isBeyondFloat = (
  node: ValueNode | ObjectFieldNode,
  type: GraphQLInputType | null | undefined,
): boolean =>
  (node.kind === Kind.FLOAT || node.kind === Kind.INT) &&
  !Number.isFinite(Number(node.value)) &&
  type !== undefined &&
  type !== null &&
  getNamedType(type).name === 'Float';

function literalError(
  context: ValidationContext,
  error: GraphQLError,
  at: ValueNode | ObjectFieldNode | undefined,
): GraphQLError {
  const { nodes = at, message, extensions } = error;
  const inputType = context.getInputType();
  // For fields, the messages of graphql-js contain only names and types.
  if (!inputType || /^(Field "|OneOf Input Object)/.test(message))
    return new GraphQLError(shorten(message), { nodes });
  const type = getNamedType(inputType);
  const { zh, en } = expectedOf(type, error.originalError ?? error);
  const argument = context.getArgument()?.name;
  const [where, whereEn] = argument
    ? [`参数 ${argument} 的值`, `Argument ${argument}`]
    : ['默认值', 'Default value'];
  return new GraphQLError(`${where}${expectedZh(zh)}。 ${whereEn}: expected ${en}.`, {
    nodes,
    extensions: extensions.code ? { code: extensions.code, argument } : {},
  });
}
