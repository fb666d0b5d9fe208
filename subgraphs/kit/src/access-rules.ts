// The @access rules of the SDL, put into force: on objects before any of their fields, on fields, on what lists cover.
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
} from 'graphql';
import type { Page } from './connections.ts';
import type { Disclosures, Subject } from './disclosures.ts';
import { checkDivisionCode, isDivisionCode } from './divisions.ts';
import { graphError } from './errors.ts';
import { districtOf } from './ids.ts';
import type { SubgraphContext } from './loaders.ts';
import { type MaskName, masks, Unprotected } from './masking.ts';
import { isPromise } from './operation-run.ts';
import { isScope, type Scope } from './roles.ts';
import { SealedValue } from './sealed-columns.ts';
import { anonymous, covers, may, reaches, type Viewer } from './viewer.ts';

export interface AccessRule {
  scope: Scope;
  /** The argument, or else the property of the parent, that holds the code of the division the scope is needed for. */
  within: string | null;
  /** What is shown to who may not see it, or does not say what for. */
  mask: MaskName | null;
}

type Row = Record<string, unknown>;
type Resolve = GraphQLFieldResolver<unknown, SubgraphContext>;

/** Where a list is not limited to a division, it covers the city. */
const wholeCity = '410100';

/** Puts the rules into force. Throws with each rule that is not right and each field that has none but needs one. */
export function enforceAccess(schema: GraphQLSchema): void {
  const faults = renamedFaults(schema);
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
  if (faults.length) throw new Error(faults.join('\n'));
}

const accessSpec = 'https://district-graph.cn/specs/access/';

/** Rules are known by one name: under another none of them would be in force, without a word. */
function renamedFaults(schema: GraphQLSchema): string[] {
  const nodes = [schema.astNode, ...schema.extensionASTNodes];
  const links = nodes.flatMap((node) => node?.directives ?? []).filter(({ name }) => name.value === 'link');
  return links.flatMap((link) => {
    const given = (argument: string) => link.arguments?.find(({ name }) => name.value === argument)?.value;
    const [url, imported] = [given('url'), given('import')];
    if (url?.kind !== Kind.STRING || !url.value.startsWith(accessSpec)) return [];
    const names = imported?.kind === Kind.LIST ? imported.values : [];
    const isPlain = names.some((each) => each.kind === Kind.STRING && each.value === '@access');
    return isPlain ? [] : [`${url.value} is linked without importing "@access" under that name`];
  });
}

/** The SDL of the room is for those who compose it: the gateway and partners, by their token or key. */
function guardSdl(schema: GraphQLSchema): void {
  const service = schema.getQueryType()?.getFields()._service;
  if (!service) return;
  const resolve = service.resolve ?? defaultFieldResolver;
  service.resolve = (parent, args, context: SubgraphContext, info) => {
    if (context.viewer.id !== anonymous.id || context.isOpen) return resolve(parent, args, context, info);
    throw graphError(
      'FORBIDDEN',
      '子图的 SDL 只供网关与合作单位使用；请携带令牌或密钥。 The SDL is for the gateway and partners: send a token or key.',
    );
  };
}

const isOfType = (rule: AccessRule, ofType: AccessRule) =>
  rule.scope === ofType.scope && rule.within === null && rule.mask === null;

const sameRule = (one: AccessRule | null, other: AccessRule | null) =>
  one?.scope === other?.scope && one?.within === other?.within && one?.mask === other?.mask;

type Ruled = GraphQLNamedType | GraphQLField<unknown, unknown> | undefined;

function ruleOf(schema: GraphQLSchema, of: Ruled, name: string, faults: string[]): AccessRule | null {
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

/** Lets an object be told, or throws. As `isTypeOf`, graphql-js calls it too before it looks at any field. */
function guard(typeName: string, { scope }: AccessRule): NonNullable<GraphQLObjectType['isTypeOf']> {
  return (row: Row, { viewer, own, disclosures }: SubgraphContext) => {
    if (mayTell(viewer, scope, typeName, row) || own.has(row)) return true;
    disclosures.refuse(subjectOf(typeName, row), typeName);
    throw forbidden(scope, districtOfRow(row));
  };
}

const mayTell = (viewer: Viewer, scope: Scope, typeName: string, row: Row): boolean =>
  (viewer.scopes.has(scope) &&
    (typeof row.divisionCode === 'string'
      ? covers(viewer, row.divisionCode)
      : // Of a reference only the district is known: what stands behind it is judged row by row.
        reaches(viewer, divisionOf(row)))) ||
  isAbout(viewer, typeName, row);

/** Whether the row is about the viewer in person. */
const isAbout = ({ elderId }: Viewer, typeName: string, row: Row): boolean =>
  elderId !== null && (row.elderId === elderId || (typeName === 'Elder' && row.id === elderId));

/** The division a row lies in, or at least its district: keys bear it. */
function divisionOf({ divisionCode, elderId, id }: Row): string {
  if (typeof divisionCode === 'string') return divisionCode;
  const key = typeof elderId === 'string' ? elderId : id;
  return typeof key === 'string' ? districtOf(key) : wholeCity;
}

/** What may be told to who may not see the row: not in which community it lies. */
const districtOfRow = (row: Row): string => divisionOf(row).slice(0, 6);

const subjectOf = (typeName: string, row: Row): Subject => ({
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
  const shown =
    rule.mask === null ? refusing(type, field, rule, resolve) : masking(type, field, rule, resolve);
  // Whether a resolver looks at the info is seen by its length.
  if (field.resolve === undefined || resolve.length > 3)
    return (parent, args, context, info) => shown(parent, args, context, info);
  return (parent, args, context) => shown(parent, args, context, undefined as never);
}

/** Without a mask: the value, or FORBIDDEN. */
function refusing(
  { name: typeName }: GraphQLObjectType,
  { name: fieldName, args: taken }: GraphQLField<unknown, SubgraphContext>,
  { scope, within }: AccessRule,
  resolve: Resolve,
): Resolve {
  const isArgument = within !== null && taken.some(({ name }) => name === within);
  return (parent, args, context, info) => {
    const { viewer, disclosures } = context;
    const refused = (subject: Subject, division?: string) => {
      disclosures.refuse(subject, fieldName);
      return forbidden(scope, division);
    };
    if (within !== null) {
      const named = String(isArgument ? (args[within] ?? wholeCity) : (parent as Row)[within]);
      if (!viewer.scopes.has(scope) || !covers(viewer, checkDivisionCode(named, within)))
        throw refused(subjectOfDivision(named), named);
    } else if (!isRow(parent)) {
      if (!viewer.scopes.has(scope)) throw refused(subjectOfField(typeName, fieldName, viewer));
    } else if (!mayTell(viewer, scope, typeName, parent))
      throw refused(subjectOf(typeName, parent), districtOfRow(parent));
    return resolve(parent, args, context, info);
  };
}

/** Of a list, which was asked for inside a division. */
const subjectOfDivision = (code: string): Subject => ({
  type: 'Division',
  id: code,
  divisionCode: isDivisionCode(code) ? code : wholeCity,
});

/** Of a field that is refused before there is a row: the auditors of where the viewer works find it, if that is one place. */
export const subjectOfField = (type: string, field: string, { divisions }: Viewer): Subject => ({
  type,
  id: field,
  divisionCode: (divisions.length === 1 && divisions[0]) || wholeCity,
});

const isRow = (parent: unknown): parent is Row => typeof parent === 'object' && parent !== null;

/** With a mask: the value to who may see it and says what for, on record before it is given; the mask to anyone else. */
function masking(
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
    if (viewer.purpose === null || !mayTell(viewer, scope, typeName, row)) {
      if (value instanceof SealedValue) return value.masked(name);
      return isPromise(value) ? value.then(masked) : masked(value);
    }
    return disclosed(value, disclosures, subjectOf(typeName, row), fieldName);
  };
}

async function disclosed(value: unknown, disclosures: Disclosures, subject: Subject, field: string) {
  const [settled] = await Promise.all([value, disclosures.record(subject, field)]);
  return settled instanceof SealedValue ? settled.open() : settled;
}

/** A field of a type that is given, unmasked, to whoever has the scope there and declares a purpose. */
export interface ProtectedField {
  type: string;
  field: string;
  scope: Scope;
}

/**
 * Whether the viewer is shown what the field masks of the row. Where they are, it is on record once this resolves; rejects
 * when it cannot be.
 */
export async function isUnmasked(
  { viewer, disclosures }: SubgraphContext,
  { type, field, scope }: ProtectedField,
  row: object,
): Promise<boolean> {
  if (viewer.purpose === null || !mayTell(viewer, scope, type, row as Row)) return false;
  await disclosures.record(subjectOf(type, row as Row), field);
  return true;
}

/** What the lists of a type ask of a viewer inside one community. */
export interface CommunityList<Listed> {
  /** The list, by the name of its field. */
  list: string;
  /** The field of the type that says in which community a row lies. */
  division: ProtectedField;
  /** Whether the community of a row is protected; that of each is where it is not said. */
  isProtected?: (row: Listed) => boolean;
}

/**
 * A page of a list inside a division. Inside one community it tells of each row where that lies, so it is given as the
 * field that says so is: to whoever has the scope there and declares a purpose, each protected row on record.
 */
export async function pageInside<Listed extends object>(
  context: SubgraphContext,
  { list, division, isProtected = () => true }: CommunityList<Listed>,
  code: string,
  { limit }: Page,
  load: () => Promise<Listed[]>,
): Promise<Listed[]> {
  if (code.length <= 9) return load();
  const { viewer, disclosures } = context;
  const { type, field, scope } = division;
  if (viewer.purpose === null || !may(viewer, scope, code)) {
    disclosures.refuse(subjectOfDivision(code), list);
    throw graphError(
      'FORBIDDEN',
      `按社区 ${code} 查询需要权限 ${scope} 并声明用途（x-purpose）；请改查街道 ${code.slice(0, 9)}。 Asking inside the community ${code} needs the scope ${scope} and a purpose (x-purpose): ask inside the subdistrict ${code.slice(0, 9)}.`,
      { scope, within: code },
    );
  }
  const rows = await load();
  // One more than the page has is read, to know whether there is another.
  const told = rows.slice(0, limit - 1).filter(isProtected);
  await Promise.all(told.map((row) => disclosures.record(subjectOf(type, row as Row), field)));
  return rows;
}

/**
 * What is looked up by a code that can be guessed: null for who may not see it where it lies, as for what is not there at
 * all. That it was refused is on record only.
 */
export function seenOrNull<Found extends object>(
  { viewer, disclosures }: SubgraphContext,
  { field, type, scope }: { field: string; type: string; scope: Scope },
  found: Found,
): Found | null {
  const row = found as Row;
  if (mayTell(viewer, scope, type, row)) return found;
  disclosures.refuse(subjectOf(type, row), field);
  return null;
}

export function forbidden(scope: Scope, division?: string) {
  return graphError(
    'FORBIDDEN',
    division === undefined
      ? `需要权限 ${scope}；请携带令牌，或向主管部门申请。 Needs the scope ${scope}: send a token that has it, or ask your bureau for it.`
      : `需要在区划 ${division.slice(0, 12)} 内的权限 ${scope}；请携带令牌，或只查所辖区划。 Needs the scope ${scope} within ${division.slice(0, 12)}: send a token that has it, or ask within your own divisions.`,
    { scope, ...(division === undefined ? {} : { within: division }) },
  );
}
