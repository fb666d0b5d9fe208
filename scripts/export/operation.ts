// What an export asks: an operation that pages through one connection, given whole or made from the name of a field.
import {
  type DocumentNode,
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

/** The operation that is given; throws with every fault of it. */
export function operationOf(schema: GraphQLSchema, text: string, path: string): ExportOperation {
  const document = parse(text);
  const faults = validate(schema, document).map(({ message }) => message);
  if (faults.length)
    throw new Error(`查询不符合图的模式。 The query does not fit the schema.\n${faults.join('\n')}`);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  const declared = operation?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  if (!operation || operations.length > 1 || operation.operation !== 'query')
    throw new Error('文件应只有一个 query。 Expected one query in the file.');
  if (!declared.includes('first') || !declared.includes('after'))
    throw new Error(
      `查询应声明 ${variables} 并用于所导出的列表。 Expected a query that declares ${variables} and gives them to the list.`,
    );
  return { document, operation, path: path.split('.') };
}

/** The operation of a field of Query: `fields` of its nodes, or those that are values. */
export function operationOfField(
  schema: GraphQLSchema,
  name: string,
  given: Record<string, unknown>,
  fields: readonly string[],
): ExportOperation {
  const query = schema.getQueryType();
  const lists = Object.values(query?.getFields() ?? {}).filter(isConnection);
  const field = lists.find((other) => other.name === name.replace(/^Query\./, ''));
  if (!field)
    throw new Error(
      `${name} 不是可导出的列表；可导出： ${name} is no list that can be exported; there are:\n${lists.map((list) => `Query.${list.name}`).join('\n')}`,
    );
  const wanted = field.args.filter((argument) => Object.hasOwn(given, argument.name));
  const unknown = Object.keys(given).filter((argument) => !wanted.some((other) => other.name === argument));
  const missing = field.args.filter(
    (argument) => isRequiredArgument(argument) && !Object.hasOwn(given, argument.name),
  );
  if (unknown.length + missing.length)
    throw new Error(
      [
        ...unknown.map(
          (argument) => `${field.name} 没有参数 ${argument}。 ${field.name} takes no ${argument}.`,
        ),
        ...missing.map(
          (argument) => `缺少参数 ${argument.name}: ${argument.type}。 ${argument.name} is missing.`,
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

/** The fields of a type that are values and need no argument: of objects, those that are values only, such as a point. */
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
          `--fields 应为以逗号分隔的字段，收到 ${field}。 --fields: expected fields apart by commas, received ${field}.`,
        );
      const steps = field.split('.');
      return `${steps.join(' { ')}${' }'.repeat(steps.length - 1)}`;
    })
    .join(' ');
}
