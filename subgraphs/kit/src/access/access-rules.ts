// Enforces the @access rules of the SDL: on objects before any of their fields, on fields, and on the divisions that lists cover.
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import { districtOf } from '../database/ids.ts';
import { checkDivisionCode, cityCode, isDivisionCode } from '../divisions/divisions.ts';
import { EncryptedValue } from '../encryption/encrypted-columns.ts';
import { graphError } from '../errors.ts';
import { isPromise } from '../execution/execution-state.ts';
import { isScope, type Scope } from '../identity/roles.ts';
import { covers, owns, reaches, type Viewer } from '../identity/viewer.ts';
import type { SubgraphContext } from '../loaders.ts';
import { type MaskName, masks, Unprotected } from '../masking.ts';
import type { Disclosures, Subject } from './disclosures.ts';
import { missingScopeError } from './missing-scope.ts';

interface AccessRule {
  scope: Scope;
  /** The argument, or else the property of the parent, with the code of the division that the scope is needed for. */
  within: string | null;
  /** What is shown to viewers that may not see the value, or declare no purpose. */
  mask: MaskName | null;
}

export type Row = Record<string, unknown>;
type Resolve = GraphQLFieldResolver<unknown, SubgraphContext>;

/** Wraps the schema's resolvers. Throws one error with every invalid rule and every field that needs a rule and has none. */
export function enforceAccess(schema: GraphQLSchema): void {
  const faults = importFaults(schema);
  guardSdl(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || (!isObjectType(type) && !isInterfaceType(type))) continue;
    const ofType = ruleOf(schema, type, type.name, faults);
    if (ofType?.mask || ofType?.within) faults.push(`${type.name}: a type has neither mask nor within`);
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const rule = ruleOf(schema, field, name, faults);
      if (ofType && !rule && field.name !== 'id') faults.push(`${name} has no @access, but ${type.name} has`);
      if (isInterfaceType(type)) {
        for (const implementation of schema.getPossibleTypes(type))
          if (!sameRule(rule, ruleOf(schema, implementation.getFields()[field.name], name, [])))
            faults.push(`${implementation.name}.${field.name}: its @access is not that of ${name}`);
      } else if (rule && !(ofType && isOfType(rule, ofType))) field.resolve = guarded(type, field, rule);
    }
    if (isInterfaceType(type)) {
      for (const implementation of schema.getPossibleTypes(type))
        if (!sameRule(ofType, ruleOf(schema, implementation, type.name, [])))
          faults.push(`${implementation.name}: its @access is not that of ${type.name}`);
    } else if (ofType) type.isTypeOf = guard(type.name, ofType);
  }
  const ruleOfType = (type: GraphQLNamedType) => ruleOf(schema, type, type.name, []);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isUnionType(type)) faults.push(...unselectable(type, ruleOfType));
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const list = protectedListOf(field, ruleOfType);
      if (list) field.resolve = withoutRefused(field, list);
    }
  }
  if (faults.length) throw new Error(faults.join('\n'));
}

/** A non-null protected object in a member of a result union could null the whole answer. */
const unselectable = (union: GraphQLUnionType, ruleOfType: (type: GraphQLNamedType) => AccessRule | null) =>
  union.getTypes().flatMap((member) =>
    Object.values(member.getFields())
      .filter(({ type }) => isNonNullType(type) && !isListType(type.ofType) && ruleOfType(getNamedType(type)))
      .map(
        ({ name }) =>
          `${member.name}.${name} is protected, so it may be null: ${member.name} is a member of ${union.name}`,
      ),
  );

/** A list with non-null entries: the protected type of an entry, and where in an entry its object is. */
interface ProtectedList {
  typeName: string;
  scope: Scope;
  objectOf: (entry: unknown) => unknown;
}

function protectedListOf(
  { type }: GraphQLField<unknown, unknown>,
  ruleOfType: (type: GraphQLNamedType) => AccessRule | null,
): ProtectedList | null {
  const list = getNullableType(type);
  if (!isListType(list) || !isNonNullType(list.ofType)) return null;
  const entry = getNamedType(list);
  const rule = ruleOfType(entry);
  if (rule) return { typeName: entry.name, scope: rule.scope, objectOf: (each) => each };
  // An edge is protected as its node is.
  const node = isObjectType(entry) ? entry.getFields().node : undefined;
  const ofNode = node && isNonNullType(node.type) ? ruleOfType(getNamedType(node.type)) : null;
  if (!node || !ofNode) return null;
  return {
    typeName: getNamedType(node.type).name,
    scope: ofNode.scope,
    objectOf: (each) => (isRow(each) ? each.node : each),
  };
}

/** The list without the entries that the viewer may not see, which go on the access record as refused: they do not null the others. */
function withoutRefused(
  field: GraphQLField<unknown, SubgraphContext>,
  { typeName, scope, objectOf }: ProtectedList,
): Resolve {
  const resolve = field.resolve ?? defaultFieldResolver;
  const shown = (entries: unknown, { viewer, ownedByViewer, disclosures }: SubgraphContext) =>
    Array.isArray(entries)
      ? entries.filter((entry) => {
          const row = objectOf(entry);
          if (!isRow(row) || canDisclose(viewer, scope, typeName, row) || ownedByViewer.has(row)) return true;
          disclosures.refuse(subjectOf(typeName, row), typeName);
          return false;
        })
      : entries;
  const listed = (entries: unknown, context: SubgraphContext) =>
    isPromise(entries) ? entries.then((settled) => shown(settled, context)) : shown(entries, context);
  if (field.resolve === undefined || resolve.length > 3)
    return (parent, args, context, info) => listed(resolve(parent, args, context, info), context);
  return (parent, args, context) => listed(resolve(parent, args, context, undefined as never), context);
}

const accessSpec = 'https://district-graph.cn/specs/access/';

/** The directive must be imported under its own name: under another, no rule would be enforced, and nothing would report it. */
function importFaults(schema: GraphQLSchema): string[] {
  const nodes = [schema.astNode, ...schema.extensionASTNodes];
  const links = nodes.flatMap((node) => node?.directives ?? []).filter(({ name }) => name.value === 'link');
  return links.flatMap((link) => {
    const argumentValue = (argument: string) =>
      link.arguments?.find(({ name }) => name.value === argument)?.value;
    const [url, imported] = [argumentValue('url'), argumentValue('import')];
    if (url?.kind !== Kind.STRING || !url.value.startsWith(accessSpec)) return [];
    const names = imported?.kind === Kind.LIST ? imported.values : [];
    const isPlain = names.some((each) => each.kind === Kind.STRING && each.value === '@access');
    return isPlain ? [] : [`${url.value} is linked without importing "@access" under that name`];
  });
}

/** Only viewers of a bureau, with a token or an API key, may read the SDL of the subgraph, to compose it. */
function guardSdl(schema: GraphQLSchema): void {
  const service = schema.getQueryType()?.getFields()._service;
  if (!service) return;
  const resolve = service.resolve ?? defaultFieldResolver;
  service.resolve = (parent, args, context: SubgraphContext, info) => {
    if (context.viewer.bureau !== null || context.isIdentityOff) return resolve(parent, args, context, info);
    throw graphError(
      'FORBIDDEN',
      '子图的 SDL 只供编排它的单位读取；请携带写明单位（bureau）的令牌，或 API 密钥。 Only bureaus that compose the SDL may read it: send a token with a `bureau` claim, or an API key.',
    );
  };
}

const isOfType = (rule: AccessRule, ofType: AccessRule) =>
  rule.scope === ofType.scope && rule.within === null && rule.mask === null;

const sameRule = (one: AccessRule | null, other: AccessRule | null) =>
  one?.scope === other?.scope && one?.within === other?.within && one?.mask === other?.mask;

type RuleTarget = GraphQLNamedType | GraphQLField<unknown, unknown> | undefined;

function ruleOf(schema: GraphQLSchema, of: RuleTarget, name: string, faults: string[]): AccessRule | null {
  const directive = schema.getDirective('access');
  if (!directive || !of) return null;
  const nodes = [of.astNode, ...('extensionASTNodes' in of ? of.extensionASTNodes : [])];
  for (const node of nodes) {
    const values = node && (getDirectiveValues(directive, node) as Partial<AccessRule> | undefined);
    if (!values) continue;
    const { scope = '' as Scope, within = null, mask = null } = values;
    if (!isScope(scope)) faults.push(`${name}: no scope ${scope}`);
    if (mask !== null && !Object.hasOwn(masks, mask)) faults.push(`${name}: no mask ${mask}`);
    return { scope, within, mask };
  }
  return null;
}

/** Throws for an object that may not be disclosed. As `isTypeOf`, graphql-js also calls it before it resolves any field. */
function guard(typeName: string, { scope }: AccessRule): NonNullable<GraphQLObjectType['isTypeOf']> {
  return (row: Row, { viewer, ownedByViewer, disclosures }: SubgraphContext) => {
    if (canDisclose(viewer, scope, typeName, row) || ownedByViewer.has(row)) return true;
    disclosures.refuse(subjectOf(typeName, row), typeName);
    throw missingScopeError(scope, districtOfRow(row));
  };
}

export const canDisclose = (viewer: Viewer, scope: Scope, typeName: string, row: Row): boolean =>
  (viewer.scopes.has(scope) &&
    (typeof row.divisionCode === 'string'
      ? covers(viewer, row.divisionCode)
      : // Of a reference only the district is known; the row behind it is checked when it is read.
        reaches(viewer, divisionOf(row)))) ||
  isAbout(viewer, typeName, row);

/** Whether the row is the viewer's own: about them in person, or made for themselves. */
const isAbout = (viewer: Viewer, typeName: string, row: Row): boolean =>
  owns(viewer, row) || (viewer.elderId !== null && typeName === 'Elder' && row.id === viewer.elderId);

/** The division that a row lies in, or at least its district, which ids contain. */
function divisionOf({ divisionCode, elderId, id }: Row): string {
  if (typeof divisionCode === 'string') return divisionCode;
  const key = typeof elderId === 'string' ? elderId : id;
  return typeof key === 'string' ? districtOf(key) : cityCode;
}

/** What an error may disclose to a viewer that may not see the row: its district, not its community. */
const districtOfRow = (row: Row): string => divisionOf(row).slice(0, 6);

export const subjectOf = (typeName: string, row: Row): Subject => ({
  type: typeof row.elderId === 'string' ? 'Elder' : typeName,
  id: String(row.elderId ?? row.id),
  divisionCode: divisionOf(row),
});

function guarded(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, SubgraphContext>,
  rule: AccessRule,
): Resolve {
  const resolve = field.resolve ?? defaultFieldResolver;
  const protectedResolve =
    rule.mask === null
      ? refusingResolver(type, field, rule, resolve)
      : maskingResolver(type, field, rule, resolve);
  // The number of its parameters says whether a resolver uses the info.
  if (field.resolve === undefined || resolve.length > 3)
    return (parent, args, context, info) => protectedResolve(parent, args, context, info);
  return (parent, args, context) => protectedResolve(parent, args, context, undefined as never);
}

/** The resolver of a field without a mask: the value, or `FORBIDDEN`. */
function refusingResolver(
  { name: typeName }: GraphQLObjectType,
  { name: fieldName, args: defined }: GraphQLField<unknown, SubgraphContext>,
  { scope, within }: AccessRule,
  resolve: Resolve,
): Resolve {
  const isArgument = within !== null && defined.some(({ name }) => name === within);
  return (parent, args, context, info) => {
    const { viewer, disclosures } = context;
    const refused = (subject: Subject, division?: string) => {
      disclosures.refuse(subject, fieldName);
      return missingScopeError(scope, division);
    };
    if (within !== null) {
      const named = String(isArgument ? (args[within] ?? cityCode) : (parent as Row)[within]);
      if (!viewer.scopes.has(scope) || !covers(viewer, checkDivisionCode(named, within)))
        throw refused(subjectOfDivision(named), named);
    } else if (!isRow(parent)) {
      if (!viewer.scopes.has(scope)) throw refused(subjectOfField(typeName, fieldName, viewer));
    } else if (!canDisclose(viewer, scope, typeName, parent))
      throw refused(subjectOf(typeName, parent), districtOfRow(parent));
    return resolve(parent, args, context, info);
  };
}

/** The subject of a refused list inside a division. */
export const subjectOfDivision = (code: string): Subject => ({
  type: 'Division',
  id: code,
  divisionCode: isDivisionCode(code) ? code : cityCode,
});

/** The subject of a field that is refused before there is a row. It lies in the viewer's division, if there is one, so that the auditors there find it. */
export const subjectOfField = (type: string, field: string, { divisions }: Viewer): Subject => ({
  type,
  id: field,
  divisionCode: (divisions.length === 1 && divisions[0]) || cityCode,
});

const isRow = (parent: unknown): parent is Row => typeof parent === 'object' && parent !== null;

/** The resolver of a field with a mask: the value, on the access record before it is disclosed, for viewers that may see it and declare a purpose; the masked value for all others. */
function maskingResolver(
  { name: typeName }: GraphQLObjectType,
  { name: fieldName }: GraphQLField<unknown, SubgraphContext>,
  { scope, mask }: AccessRule,
  resolve: Resolve,
): Resolve {
  const name = mask as MaskName;
  const masked = masks[name];
  return (parent, args, context, info) => {
    const value = resolve(parent, args, context, info);
    if (value instanceof Unprotected) return value.value;
    const { viewer, disclosures } = context;
    const row = parent as Row;
    if (viewer.purpose === null || !canDisclose(viewer, scope, typeName, row)) {
      if (value instanceof EncryptedValue) return value.masked(name);
      return isPromise(value) ? value.then(masked) : masked(value);
    }
    return disclosed(value, disclosures, subjectOf(typeName, row), fieldName);
  };
}

async function disclosed(value: unknown, disclosures: Disclosures, subject: Subject, field: string) {
  const [settled] = await Promise.all([value, disclosures.record(subject, field)]);
  return settled instanceof EncryptedValue ? settled.decrypt() : settled;
}
