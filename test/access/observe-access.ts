// Walks every way to what is protected as everyone, and says of each field what each got: the value, a mask or a refusal.
import { type GraphQLOutputType, getNamedType, isInterfaceType } from 'graphql';
import type { TestGraph } from '../testkit/test-graph.ts';
import {
  isOnReference,
  type Protected,
  protectedTypes,
  type Rule,
  supergraph,
  type Way,
} from './protected-fields.ts';
import { secrets } from './protected-records.ts';
import type { Walker } from './viewers.ts';

export type Outcome = 'allowed' | 'masked' | 'nothing' | 'refused';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/** Asks the gateway, or the subgraph that the way names. */
export async function asked(graph: TestGraph, way: Way, headers: Record<string, string>): Promise<string> {
  const url = way.subgraph ? graph.subgraphs[way.subgraph]?.url : `${graph.url}/graphql`;
  const response = await fetch(url as string, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: way.query }),
  });
  return response.text();
}

type Row = Record<string, unknown>;
type Path = (string | number)[];

/** The last record of the type that the path leads to. */
function recordAt(
  data: unknown,
  path: readonly string[],
  types: ReadonlySet<string>,
  at: Path = [],
): [Row, Path] | null {
  if (Array.isArray(data)) {
    for (let index = data.length - 1; index >= 0; index -= 1) {
      const found = recordAt(data[index], path, types, [...at, index]);
      if (found) return found;
    }
    return null;
  }
  if (typeof data !== 'object' || data === null) return null;
  const row = data as Row;
  const [key, ...rest] = path;
  if (key !== undefined) return recordAt(row[key], rest, types, [...at, key]);
  return types.has(String(row.__typename ?? [...types][0])) ? [row, at] : null;
}

/** The type's name, and of an interface those of its kinds. */
const typesOf = ({ type }: Protected): Set<string> =>
  new Set(isInterfaceType(type) ? supergraph.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

const sameValue = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const keyOf = (way: Way) => `${way.name} ${way.type}`;

/** What the way gives to who may see it all; throws where it leads to nothing, though it is not hidden without a purpose. */
export function referenceOf(way: Way, text: string, purpose: string | null): Row {
  const { data, errors } = JSON.parse(text) as Answer;
  const found = recordAt(data, way.path, typesOf(protectedTypes.get(way.type) as Protected));
  if (!found && !errors && purpose === null && isHidden(way)) return {};
  if (!found || errors) throw new Error(`${keyOf(way)} leads to nothing: ${text.slice(0, 500)}`);
  return found[0];
}

/** Whether what it gives is looked for inside the walker's divisions: outside of them there is nothing. */
function isFiltered({ name, path }: Way): boolean {
  const root = protectedTypes.get('Query')?.fields.get(path[0] ?? '');
  return (
    name.startsWith('DeviceDistance.') || name.startsWith('Viewer.') || (root != null && root.within === null)
  );
}

/** Fields that would tell where a person is: null without a purpose, and to whoever may not see that. */
const hiddenFields = ['Incident.source', 'SafetyInspection.incident'];
const isHidden = ({ name }: Way): boolean => hiddenFields.some((field) => name.startsWith(field));

const names = (path: Path) => path.filter((key) => typeof key === 'string');

/**
 * What each field of the way's type came to; null for what was not reached, because something before it was refused.
 * Throws for what is neither told nor refused, and for a refusal that is none of access.
 */
export function outcomesOf(way: Way, text: string, raw: Row, masked: Row): Map<string, Outcome> | null {
  const { data, errors = [] } = JSON.parse(text) as Answer;
  const odd = errors.find(({ extensions }) => extensions?.code !== 'FORBIDDEN');
  if (odd) throw new Error(`${keyOf(way)}: ${text.slice(0, 500)}`);
  const found = recordAt(data, way.path, typesOf(protectedTypes.get(way.type) as Protected));
  const { fields } = protectedTypes.get(way.type) as Protected;
  const outcomes = new Map<string, Outcome>();
  const own = [...fields].filter(([name, rule]) => rule !== null && name in raw);
  if (!found) {
    if (errors.length === 0 && (isFiltered(way) || isHidden(way))) return null;
    if (errors.length === 0)
      throw new Error(`${keyOf(way)} is neither told nor refused: ${text.slice(0, 500)}`);
    const isHere =
      way.path.length === 0 ||
      errors.some(({ path }) => (path ? names(path).length >= way.path.length : way.path.length === 1));
    if (!isHere) return null;
    // What other subgraphs add to it stands on its key, and may be had by other ways.
    const type = protectedTypes.get(way.type) as Protected;
    for (const [name] of own) if (!isOnReference(type, name)) outcomes.set(name, 'refused');
    return outcomes;
  }
  const [row, at] = found;
  for (const [name, rule] of own) {
    const refused = errors.some(({ path = [] }) => sameValue(path.slice(0, at.length + 1), [...at, name]));
    if (refused) outcomes.set(name, 'refused');
    else if (hiddenFields.includes(`${way.type}.${name}`) && row[name] === null && raw[name] !== null)
      outcomes.set(name, 'nothing');
    else if (!rule?.mask || sameValue(row[name], raw[name])) outcomes.set(name, 'allowed');
    else if (sameValue(row[name], masked[name])) outcomes.set(name, 'masked');
    else if (row[name] === null) outcomes.set(name, 'nothing');
    else
      throw new Error(
        `${keyOf(way)}.${name} is ${JSON.stringify(row[name])}, neither the value nor its mask`,
      );
  }
  return outcomes;
}

/** Types whose records may be about an elder, who may see them. */
const aboutElders = new Set([
  'Elder',
  'EmergencyContact',
  'CareVisit',
  'AbilityAssessment',
  'Subsidy',
  'Booking',
  'Incident',
  'IncidentTimelineEntry',
]);

/** The ways from an elder's own records to who cares for them. */
const toOwnWorker = ['Elder.careWorker', 'CareVisit.careWorker'];

/**
 * What the rules of the schema and the table of roles say, reckoned apart from the code that holds to them; by a way, or the
 * most by any.
 */
export function expected(walker: Walker, type: string, field: string, by?: string): Outcome {
  if (walker.isElder && toOwnWorker.includes(`${type}.${field}`)) return 'allowed';
  if (walker.isElder && type === 'CareWorker' && (by === undefined || toOwnWorker.includes(by)))
    return field === 'name' ? 'masked' : field === 'phone' ? 'nothing' : 'allowed';
  const found = protectedTypes.get(type) as Protected;
  const rule = found.fields.get(field) as Rule;
  const isReference = isOnReference(found, field);
  // Of another bureau's record its key says the district; of an incident it does not say whom it is about.
  // Dispatches from elsewhere show less there, and the list stays.
  const isKnown = isReference && (!isRecord(found, field) || `${type}.${field}` === 'Incident.dispatches');
  const isHere = walker.place === 'inside' || (isKnown && walker.place === 'beside');
  const isAbout = walker.isElder && aboutElders.has(type) && !(isReference && type !== 'Elder');
  const has = ({ scope }: Rule) => isAbout || (walker.scopes.has(scope) && isHere);
  if (found.ofType && !isReference && type !== 'AccessRecord' && !has(found.ofType)) return 'refused';
  if (hiddenFields.includes(`${type}.${field}`) && has(rule) && !walker.purpose) return 'nothing';
  if (rule.mask) return has(rule) && walker.purpose ? 'allowed' : 'masked';
  if (isAbout && isOfOthers(found, field)) return 'refused';
  // At the root, without a division, the scope somewhere is enough; what is found is inside the divisions all the same.
  // An auditor has records of their own divisions everywhere: that they looked at these is one.
  const isAnywhere = (type === 'Query' && rule.within === null) || type === 'AccessRecord';
  return has(rule) || (isAnywhere && walker.scopes.has(rule.scope)) ? 'allowed' : 'refused';
}

const givenBy = ({ type }: Protected, field: string): string =>
  getNamedType((type.getFields()[field] as { type: GraphQLOutputType }).type).name;

/** Whether the field gives records that are judged by their own rules. */
const isRecord = (found: Protected, field: string): boolean =>
  Boolean(protectedTypes.get(givenBy(found, field))?.ofType);

/** Whether the field gives a record that is about nobody: a device, a worker. */
const isOfOthers = (found: Protected, field: string): boolean =>
  isRecord(found, field) && !aboutElders.has(givenBy(found, field));

/** The secrets that an answer holds though the walker may not see them; what is in Base64, too. */
export function leaked(walker: Walker, text: string): string[] {
  const opened = text.replaceAll(
    /[\w-]{16,}={0,2}/g,
    (word) => `${word} ${Buffer.from(word, 'base64url').toString('utf8')}`,
  );
  const isTold = (value: string) =>
    Object.entries(secrets).some(([name, values]) => {
      const [type = '', field = ''] = name.split('.');
      return (
        values.includes(value) && protectedTypes.has(type) && expected(walker, type, field) === 'allowed'
      );
    });
  return Object.values(secrets)
    .flat()
    .filter((value) => opened.includes(value) && !isTold(value));
}
