// The operations that are kept in the repository, and the types, fields and values that each uses.
import { globSync } from 'node:fs';
import {
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { KeptOperation } from '../../src/catalogue/catalogue.ts';
import { rootFolder } from '../sources.ts';
import { readText } from './graph.ts';

const folders = [
  { pattern: 'portal/src/playground/examples/*.graphql', isExample: true },
  { pattern: 'test/operations/*.graphql', isExample: false },
];

/** Examples of the playground first. An operation that is both is listed once. */
export function keptOperations(): KeptOperation[] {
  const found = new Map<string, KeptOperation>();
  for (const { pattern, isExample } of folders)
    for (const file of globSync(pattern, { cwd: rootFolder }).sort()) {
      const document = readText(file).trim();
      const operation = parse(document).definitions.find(
        (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
      );
      const name = operation?.name?.value ?? '';
      if (!name) throw new Error(`${file}: expected an operation with a name`);
      if (!found.has(name)) found.set(name, { name, description: commentOf(document), document, isExample });
    }
  return [...found.values()];
}

/** The comment that the document begins with. */
function commentOf(document: string): string {
  const lines = document.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^# ?/, ''))
    .join(' ');
}

/** The names of the operations by what they use: `Elder`, `Elder.name`, `Division.name`, `CareVisitStatus.ASSIGNED`. */
export function usageBy(schema: GraphQLSchema, operations: readonly KeptOperation[]): Map<string, string[]> {
  const used = new Map<string, Set<string>>();
  for (const { name, document } of operations) {
    const add = (coordinate: string): void => {
      used.set(coordinate, (used.get(coordinate) ?? new Set()).add(name));
    };
    const info = new TypeInfo(schema);
    visit(
      parse(document),
      visitWithTypeInfo(info, {
        Field() {
          const [parent, field] = [info.getParentType(), info.getFieldDef()];
          if (!parent || !field || field.name.startsWith('__')) return;
          add(parent.name);
          add(`${parent.name}.${field.name}`);
          add(getNamedType(field.type).name);
        },
        Argument() {
          const [parent, field, argument] = [info.getParentType(), info.getFieldDef(), info.getArgument()];
          if (!parent || !field || !argument) return;
          add(`${parent.name}.${field.name}(${argument.name}:)`);
          add(getNamedType(argument.type).name);
        },
        ObjectField() {
          const parent = getNamedType(info.getParentInputType() ?? undefined);
          const type = getNamedType(info.getInputType() ?? undefined);
          if (type) add(type.name);
          if (isInputObjectType(parent)) add(parent.name);
        },
        EnumValue(node) {
          const type = getNamedType(info.getInputType() ?? undefined);
          if (isEnumType(type)) add(`${type.name}.${node.value}`);
        },
        InlineFragment() {
          const type = info.getType();
          if (type) add(getNamedType(type).name);
        },
      }),
    );
  }
  return new Map([...used].map(([coordinate, names]) => [coordinate, [...names]]));
}
