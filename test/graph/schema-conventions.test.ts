// Conventions that hold for every name and description of the supergraph.
import { readFileSync } from 'node:fs';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
} from 'graphql';
import { describe, expect, it } from 'vitest';

const { definitions } = parse(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);
const types = definitions.filter(
  (definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
) as ObjectTypeDefinitionNode[];
const typeNamed = (name: string) => types.find((type) => type.name.value === name);

const fields = types.flatMap((type) =>
  (type.fields ?? []).map((field) => ({ type, field, path: `${type.name.value}.${field.name.value}` })),
);

const directiveOf = (
  node: { directives?: readonly ConstDirectiveNode[] },
  name: string,
): ConstDirectiveNode | undefined => node.directives?.find((directive) => directive.name.value === name);

const textOf = (directive: ConstDirectiveNode | undefined, argument: string): string | null => {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
};

const signatureOf = (field: FieldDefinitionNode): string => {
  const args = (field.arguments ?? []).map((argument) => print({ ...argument, description: undefined }));
  return `(${args.join(', ')}): ${print(field.type)}`;
};

/** Who may read the field, and what it costs. */
const rulesOf = (field: FieldDefinitionNode): string =>
  ['access', 'cost', 'listSize']
    .flatMap((name) => directiveOf(field, name) ?? [])
    .map((directive) => print(directive))
    .join(' ');

it('a deprecated field names its replacement, with the same arguments, type and rules, and its day of removal', () => {
  const deprecated = fields.filter(({ field }) => directiveOf(field, 'deprecated'));
  expect(deprecated.length).toBeGreaterThan(10);
  const faults = deprecated.filter(({ type, field }) => {
    const reason = textOf(directiveOf(field, 'deprecated'), 'reason') ?? '';
    const name = /^\p{Script=Han}.*。 .*; use (\w+)\. Removed after \d{4}-\d\d-\d\d\.$/u.exec(reason)?.[1];
    const current = type.fields?.find((other) => other.name.value === name);
    return !current || signatureOf(current) !== signatureOf(field) || rulesOf(current) !== rulesOf(field);
  });
  expect(faults.map(({ path }) => path)).toEqual([]);
});

it('an overview uses the name of a list of Query for that list only', () => {
  const lists = new Map(
    (typeNamed('Query')?.fields ?? [])
      .filter(({ type }) => /Connection/.test(print(type)))
      .map(({ name, type }) => [name.value, print(type).replace('!', '')]),
  );
  expect(lists.size).toBeGreaterThan(20);
  const clashes = fields.filter(({ type, field }) => {
    const list = lists.get(field.name.value);
    const isOverview = /Overview$|Results$/.test(type.name.value);
    return (
      list && isOverview && print(field.type).replace('!', '') !== list && !directiveOf(field, 'deprecated')
    );
  });
  expect(clashes.map(({ path }) => path)).toEqual([]);
});

it('every page size has a default', () => {
  const sizes = fields.flatMap(({ field, path }) =>
    (field.arguments ?? [])
      .filter(({ name }) => name.value === 'first')
      .map(({ defaultValue }: InputValueDefinitionNode) => ({
        path,
        value: defaultValue && print(defaultValue),
      })),
  );
  expect(sizes.length).toBeGreaterThan(80);
  expect(sizes.filter(({ value }) => value !== '20')).toEqual([]);
});

it('everything that bears @access is described with the scope, and the purposes, that it requires', () => {
  const guarded = [
    ...types.map((type) => ({ node: type, path: type.name.value })),
    ...fields.map(({ field, path }) => ({ node: field, path })),
  ].filter(({ node }) => directiveOf(node, 'access'));
  expect(guarded.length).toBeGreaterThan(150);
  const undescribed = guarded.filter(({ node }) => {
    const rule = directiveOf(node, 'access');
    const scope = textOf(rule, 'scope');
    const text = node.description?.value ?? '';
    const needsPurpose = textOf(rule, 'mask') !== null;
    return (
      !text.includes(`权限 ${scope}`) ||
      !text.includes(`the scope ${scope}`) ||
      (needsPurpose && !text.includes('x-purpose'))
    );
  });
  expect(undescribed.map(({ path }) => path)).toEqual([]);
});

describe('a refusal', () => {
  const refusals = types
    .filter((type) => type.interfaces?.some(({ name }) => name.value === 'Refusal'))
    .map(({ name }) => name.value);

  it('is every member of the result of a mutation that has a message', () => {
    const members = definitions.flatMap((definition) =>
      definition.kind === Kind.UNION_TYPE_DEFINITION && definition.name.value.endsWith('Result')
        ? (definition.types ?? []).map(({ name }) => name.value)
        : [],
    );
    const withMessage = [...new Set(members)].filter((name) =>
      typeNamed(name)?.fields?.some((field) => field.name.value === 'message'),
    );
    expect(withMessage.toSorted()).toEqual(refusals.toSorted());
    expect(refusals.length).toBeGreaterThan(40);
  });

  it('has a code of its own, and every code belongs to one', () => {
    const codes = definitions.flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'RefusalCode'
        ? (definition.values ?? []).map(({ name }) => name.value)
        : [],
    );
    const codeOf = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
    expect(codes.toSorted()).toEqual(refusals.map(codeOf).toSorted());
  });
});
