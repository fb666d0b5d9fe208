// The scopes that the supergraph's @access rules require for fields, where a viewer without the scope gets no value at all.
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { enforcedScope, isEnforced, wholeCity } from './enforced-scopes.ts';
import { argumentOf, directivesOf, hasFlag, subgraphNames } from './join-directives.ts';

export interface FieldRule {
  /** As the rule has it, or in the form of `enforcedScope`. */
  scope: string;
  /** The argument, or else the field of the parent, with the division within which the scope is required. */
  within: string | null;
  /** The subgraph that resolves the field, or the first of several. */
  subgraph: string;
}

/** By `Type.field`. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** The scopes required by an operation that the viewer has within no division. Fields that require one are not fetched. */
export type MissingScopes = readonly string[];

export const noMissingScopes: MissingScopes = [];

export const isUnauthorized = (
  rules: FieldRules,
  missingScopes: MissingScopes,
  type: string,
  field: string,
): boolean =>
  missingScopes !== noMissingScopes && missingScopes.includes(rules[`${type}.${field}`]?.scope ?? '');

/**
 * The rule of each field, of the type that it returns or of the type that it belongs to. A rule with a mask refuses no viewer: those without
 * the scope get the masked value. Rules of fields that one of the `enforced` subgraphs resolves are enforced by the gateway alone; throws
 * where such a rule has a mask, which the gateway cannot apply, or does not hold for the same field of an interface.
 */
export function accessMetadata(document: DocumentNode, enforced: readonly string[] = []): FieldRules {
  const names = subgraphNames(document);
  const types = typesOf(document);
  const ofTypes = new Map(types.map(({ name, directives }) => [name.value, accessOf(directives)]));
  const rules: Record<string, FieldRule> = {};
  for (const type of types) {
    for (const field of type.fields ?? []) {
      const rule =
        accessOf(field.directives) ?? ofTypes.get(nameOf(field.type)) ?? ofTypes.get(type.name.value);
      const name = `${type.name.value}.${field.name.value}`;
      const unaware = resolversOf(type, field, names).find((subgraph) => enforced.includes(subgraph));
      const masked = [field, type].some(({ directives }) => accessArguments(directives)?.('mask'));
      if (unaware !== undefined && masked)
        throw new Error(
          `${name}：外部子图 ${unaware} 的 @access 不能有 mask，网关无法脱敏。 ${name}: an @access rule of the foreign subgraph ${unaware} cannot have a mask, which the gateway cannot apply.`,
        );
      if (!rule) continue;
      const subgraph = ownerOf(type, field, names);
      const scope =
        unaware === undefined
          ? rule.scope
          : enforcedScope(rule.scope, rule.within === null ? null : wholeCity);
      rules[name] = { ...rule, scope, subgraph };
    }
  }
  inheritEnforcedRules(rules, types);
  return rules;
}

/**
 * A field can be selected by its type or by an interface of it. An enforced rule of the interface holds for the types, too: of the field
 * of an interface object they have copies, which name no subgraph. Throws where the gateway would enforce a rule by one of the two only.
 */
function inheritEnforcedRules(
  rules: Record<string, FieldRule>,
  types: readonly ObjectTypeDefinitionNode[],
): void {
  const ofTypes = new Map(types.map((type) => [type.name.value, type]));
  const countOf = ({ interfaces = [] }: ObjectTypeDefinitionNode) => interfaces.length;
  // An interface has fewer interfaces than those that implement it: its own rules are complete before they are inherited.
  for (const type of [...types].sort((one, other) => countOf(one) - countOf(other)))
    for (const { name: above } of type.interfaces ?? [])
      for (const { name } of ofTypes.get(above.value)?.fields ?? []) {
        const [field, fieldAbove] = [type, { name: above }].map((each) => `${each.name.value}.${name.value}`);
        const [rule, ruleAbove] = [rules[field ?? ''], rules[fieldAbove ?? '']];
        if (rule?.scope === ruleAbove?.scope) continue;
        if (
          ruleAbove &&
          isEnforced(ruleAbove.scope) &&
          (!rule || ruleAbove.scope.startsWith(`${rule.scope}@`))
        )
          rules[field ?? ''] = ruleAbove;
        else if ([rule, ruleAbove].some((each) => each && isEnforced(each.scope)))
          throw new Error(
            `${field} 与 ${fieldAbove} 的 @access 须相同：两者可选取同一字段，而网关各按其规则检查。 ${field} and ${fieldAbove} must have the same @access rule: the same field can be selected by both, and the gateway checks the rule of each.`,
          );
      }
}

const typesOf = (document: DocumentNode) =>
  document.definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  ) as ObjectTypeDefinitionNode[];

/** The field of a type that discloses the community of an entity, and the scope that this requires beside a purpose. */
export interface CommunityField {
  field: string;
  scope: string;
}

/** By type. A subscription within a community discloses the community of each entity, as a list within it does. */
export function communityFields(document: DocumentNode): Readonly<Record<string, CommunityField>> {
  const communityFieldsByType: Record<string, CommunityField> = {};
  for (const { name, fields = [] } of typesOf(document))
    for (const { name: field, directives } of fields) {
      const argument = accessArguments(directives);
      if (argument?.('mask') === 'SUBDISTRICT')
        communityFieldsByType[name.value] = { field: field.value, scope: argument('scope') ?? '' };
    }
  return communityFieldsByType;
}

type Rule = Pick<FieldRule, 'scope' | 'within'>;

function accessOf(directives: readonly DirectiveNode[] | undefined): Rule | null {
  const argument = accessArguments(directives);
  if (!argument || argument('mask') !== null) return null;
  return { scope: argument('scope') ?? '', within: argument('within') };
}

/** Reads the arguments of the rule; undefined where there is none. */
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

/** The subgraphs that may resolve the field. A field names them only where its type is in several. */
function resolversOf(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  names: ReadonlyMap<string, string>,
): string[] {
  const ofField = directivesOf(field, 'join__field');
  const resolving = ofField.filter((each) => !hasFlag(each, 'external', true));
  const found = ofField.length ? resolving : directivesOf(type, 'join__type');
  return found.map((each) => names.get(argumentOf(each, 'graph') ?? '') ?? '');
}

/** A field names its subgraph only where its type is in several. */
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
