// The scopes that the supergraph's @access rules ask for, field by field, where without them there is nothing to see.
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { argumentOf, subgraphNames } from './join-directives.ts';

export interface FieldRule {
  scope: string;
  /** The argument, or else the property of the parent, with the division that the scope is needed for. */
  within: string | null;
  /** Which subgraph gives the field, or is the first of several. */
  subgraph: string;
}

/** By `Type.field`. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** The scopes that a viewer has nowhere, of those that an operation asks for: its fields that need one are not fetched. */
export type Withheld = readonly string[];

export const nothing: Withheld = [];

export const isWithheld = (rules: FieldRules, withheld: Withheld, type: string, field: string): boolean =>
  withheld !== nothing && withheld.includes(rules[`${type}.${field}`]?.scope ?? '');

/**
 * The rule of each field, or that of the type it gives, or that of the type it is of. One with a mask refuses nobody: who
 * may not see the value is shown the mask.
 */
export function accessMetadata(document: DocumentNode): FieldRules {
  const names = subgraphNames(document);
  const types = typesOf(document);
  const ofTypes = new Map(types.map(({ name, directives }) => [name.value, accessOf(directives)]));
  const facts: Record<string, FieldRule> = {};
  for (const type of types) {
    for (const field of type.fields ?? []) {
      const rule =
        accessOf(field.directives) ?? ofTypes.get(nameOf(field.type)) ?? ofTypes.get(type.name.value);
      if (rule)
        facts[`${type.name.value}.${field.name.value}`] = { ...rule, subgraph: ownerOf(type, field, names) };
    }
  }
  return facts;
}

const typesOf = (document: DocumentNode) =>
  document.definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  ) as ObjectTypeDefinitionNode[];

/** The field of a type that says in which community one of it lies, and the scope that this takes, beside a purpose. */
export interface CommunityField {
  field: string;
  scope: string;
}

/** By type: whoever hears of each inside a community is told where it lies, as in a list. */
export function communityFields(document: DocumentNode): Readonly<Record<string, CommunityField>> {
  const found: Record<string, CommunityField> = {};
  for (const { name, fields = [] } of typesOf(document))
    for (const { name: field, directives } of fields) {
      const argument = accessArguments(directives);
      if (argument?.('mask') === 'SUBDISTRICT')
        found[name.value] = { field: field.value, scope: argument('scope') ?? '' };
    }
  return found;
}

type Rule = Pick<FieldRule, 'scope' | 'within'>;

function accessOf(directives: readonly DirectiveNode[] | undefined): Rule | null {
  const argument = accessArguments(directives);
  if (!argument || argument('mask') !== null) return null;
  return { scope: argument('scope') ?? '', within: argument('within') };
}

/** The arguments of the rule, if there is one. */
function accessArguments(directives: readonly DirectiveNode[] | undefined) {
  const node = directives?.find(({ name }) => name.value === 'access');
  return (
    node &&
    ((argument: string): string | null => {
      const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
      return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null;
    })
  );
}

/** A field says its subgraph only where the type is in several. */
function ownerOf(
  { directives: ofType }: ObjectTypeDefinitionNode,
  { directives: ofField }: FieldDefinitionNode,
  names: ReadonlyMap<string, string>,
): string {
  for (const directive of [...(ofField ?? []), ...(ofType ?? [])]) {
    if (directive.name.value !== 'join__field' && directive.name.value !== 'join__type') continue;
    const graph = argumentOf(directive, 'graph');
    if (graph !== null) return names.get(graph) ?? '';
  }
  return '';
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
