// The operation of an export, which pages through one connection: written by the user, or generated from the name of a field.
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';

export interface ExportOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** The response keys that lead to the connection. */
  path: readonly string[];
}

const variables = '$first: Int, $after: String';

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

const isConnection = (field: GraphQLField<unknown, unknown>): boolean => {
  const names = fieldsOf(getNamedType(field.type)).map(({ name }) => name);
  const takes = field.args.map(({ name }) => name);
  return (
    ['nodes', 'pageInfo'].every((name) => names.includes(name)) &&
    takes.includes('first') &&
    takes.includes('after')
  );
};

/** The user's operation. Throws one error with every fault. */
export function operationOf(schema: GraphQLSchema, text: string, path: string): ExportOperation {
  const document = parse(text);
  const faults = validate(schema, document).map(({ message }) => message);
  if (faults.length)
    throw new Error(`查询未通过模式校验。 The query is not valid for the schema.\n${faults.join('\n')}`);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  const declared = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  if (!operation || operations.length > 1 || operation.operation !== 'query')
    throw new Error('文件应只包含一个 query。 Expected one query in the file.');
  if (!declared.includes('first') || !declared.includes('after'))
    throw new Error(
      `查询应声明 ${variables} 并传给要导出的列表。 Expected a query that declares ${variables} and passes them to the list.`,
    );
  return { document, operation, path: path.split('.') };
}

/** The operation for a field of Query. It selects `fields` of the nodes, or by default those that are values. */
export function operationOfField(
  schema: GraphQLSchema,
  name: string,
  values: Record<string, unknown>,
  fields: readonly string[],
): ExportOperation {
  const query = schema.getQueryType();
  const lists = Object.values(query?.getFields() ?? {}).filter(isConnection);
  const field = lists.find((other) => other.name === name.replace(/^Query\./, ''));
  if (!field)
    throw new Error(
      `${name} 不是可导出的列表；可导出： ${name} cannot be exported; these lists can:\n${lists.map((list) => `Query.${list.name}`).join('\n')}`,
    );
  const wanted = field.args.filter((argument) => Object.hasOwn(values, argument.name));
  const unknown = Object.keys(values).filter((argument) => !wanted.some((other) => other.name === argument));
  const missing = field.args.filter(
    (argument) => isRequiredArgument(argument) && !Object.hasOwn(values, argument.name),
  );
  if (unknown.length + missing.length)
    throw new Error(
      [
        ...unknown.map(
          (argument) => `${field.name} 没有参数 ${argument}。 ${field.name} has no argument ${argument}.`,
        ),
        ...missing.map(
          (argument) =>
            `缺少参数 ${argument.name}: ${argument.type}，请加上 ${optionFor(argument)}。 The argument ${argument.name} is missing: add ${optionFor(argument)}.`,
        ),
      ].join('\n'),
    );
  const nodes = fieldsOf(getNamedType(field.type)).find((other) => other.name === 'nodes');
  const node = nodes && getNamedType(nodes.type);
  const selection = fields.length ? selectionOf(fields) : node ? valuesOf(node).join(' ') : '';
  const declared = [...wanted.map((argument) => `$${argument.name}: ${argument.type}`), variables];
  const passed = [...wanted.map(({ name: argument }) => argument), 'first', 'after'];
  return operationOf(
    schema,
    `query Export(${declared.join(', ')}) {
      ${field.name}(${passed.map((argument) => `${argument}: $${argument}`).join(', ')}) {
        nodes { ${selection} } pageInfo { hasNextPage endCursor }
      }
    }`,
    field.name,
  );
}

/** The option with which a missing argument is passed. */
const optionFor = ({ name, type }: GraphQLArgument): string =>
  name === 'within' ? '--within <code>' : `--variables '{"${name}": <${type}>}'`;

/** The fields of a type that are values and need no argument, including objects that contain only values, such as a point. */
function valuesOf(type: GraphQLNamedType): string[] {
  return fieldsOf(type).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return [field.name];
    const parts = fieldsOf(inner);
    const isValue = parts.every(
      ({ type: part, args }) => isLeafType(getNamedType(part)) && args.length === 0,
    );
    const isEntity = parts.some(({ name }) => name === 'id' || name === 'code');
    return isValue && !isEntity && isObjectType(inner)
      ? [`${field.name} { ${parts.map(({ name }) => name).join(' ')} }`]
      : [];
  });
}

/** `['name', 'location.longitude']` as a selection. */
function selectionOf(fields: readonly string[]): string {
  return fields
    .map((field) => {
      if (!/^\w+(\.\w+)*$/.test(field))
        throw new Error(
          `--fields 应为以逗号分隔的字段，收到 ${field}。 --fields: expected fields separated by commas, received ${field}.`,
        );
      const steps = field.split('.');
      return `${steps.join(' { ')}${' }'.repeat(steps.length - 1)}`;
    })
    .join(' ');
}
