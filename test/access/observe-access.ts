// What a viewer got of each field by a route, and what they should get: the value, its mask or a refusal.
import { type GraphQLOutputType, getNamedType, isInterfaceType } from 'graphql';
import type { TestGraph } from '../testkit/test-graph.ts';
import {
  isOnReference,
  type Protected,
  protectedTypes,
  type Route,
  type Rule,
  supergraph,
} from './protected-fields.ts';
import { secrets } from './protected-records.ts';
import type { TestViewer } from './viewers.ts';

export type Outcome = 'allowed' | 'masked' | 'nothing' | 'refused';

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/** Sends the query of a route to the gateway, or to the subgraph of the route; returns the response body. */
export async function execute(
  graph: TestGraph,
  route: Route,
  headers: Record<string, string>,
): Promise<string> {
  const url = route.subgraph ? graph.subgraphs[route.subgraph]?.url : `${graph.url}/graphql`;
  const response = await fetch(url as string, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: route.query }),
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

/** The name of the type, or of the implementations of an interface. */
const typesOf = ({ type }: Protected): Set<string> =>
  new Set(isInterfaceType(type) ? supergraph.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

const sameValue = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const keyOf = (route: Route) => `${route.name} ${route.type}`;

/** The record that a route returns to a viewer with all roles. Throws when there is none, unless it is hidden without a purpose. */
export function referenceOf(route: Route, text: string, purpose: string | null): Row {
  const { data, errors } = JSON.parse(text) as Answer;
  const found = recordAt(data, route.path, typesOf(protectedTypes.get(route.type) as Protected));
  if (!found && !errors && purpose === null && isHidden(route)) return {};
  if (!found || errors) throw new Error(`${keyOf(route)} leads to nothing: ${text.slice(0, 500)}`);
  return found[0];
}

/** Whether the route searches in the viewer's divisions only, so that viewers of other divisions find nothing. */
function isFiltered({ name, path }: Route): boolean {
  const root = protectedTypes.get('Query')?.fields.get(path[0] ?? '');
  return (
    name.startsWith('DeviceDistance.') || name.startsWith('Viewer.') || (root != null && root.within === null)
  );
}

/** Fields that would disclose where a person is, and the scope of that: null without a purpose, and for viewers without the scope. */
const hiddenFields = new Map([
  ['Incident.source', 'incident:identify'],
  ['SafetyInspection.incident', 'incident:identify'],
  ['Commendation.petitionMatter', 'petition:read'],
  ['PetitionMatter.elder', 'petition:identify'],
  ['Incident.gridProblem', 'grid:identify'],
  ['BlindSpot.gridProblem', 'grid:identify'],
  ...['grid', 'visit', 'blindSpot', 'incident', 'safetyInspection', 'careVisit'].map(
    (field) => [`GridProblem.${field}`, 'grid:identify'] as const,
  ),
]);
/** A field whose mask is null, and that leads to records with rules of their own. */
const hiddenByMask = ['Handout.loveSupermarket'];
const isHidden = ({ name }: Route): boolean =>
  [...hiddenFields.keys(), ...hiddenByMask].some((field) => name.startsWith(field));

const names = (path: Path) => path.filter((key) => typeof key === 'string');

/**
 * The outcome of each field of the route's type; null when the type was not reached, because a field before it was refused.
 * Throws for a field that is neither disclosed nor refused, and for an error that is not an access error.
 */
export function outcomesOf(route: Route, text: string, raw: Row, masked: Row): Map<string, Outcome> | null {
  const { data, errors = [] } = JSON.parse(text) as Answer;
  const odd = errors.find(({ extensions }) => extensions?.code !== 'FORBIDDEN');
  if (odd) throw new Error(`${keyOf(route)}: ${text.slice(0, 500)}`);
  const found = recordAt(data, route.path, typesOf(protectedTypes.get(route.type) as Protected));
  const { fields } = protectedTypes.get(route.type) as Protected;
  const outcomes = new Map<string, Outcome>();
  // A hidden field without a value discloses nothing either way.
  const isEmpty = (name: string) => hiddenFields.has(`${route.type}.${name}`) && raw[name] === null;
  const own = [...fields].filter(([name, rule]) => rule !== null && name in raw && !isEmpty(name));
  if (!found) {
    if (errors.length === 0 && (isFiltered(route) || isHidden(route))) return null;
    if (errors.length === 0)
      throw new Error(`${keyOf(route)} is neither disclosed nor refused: ${text.slice(0, 500)}`);
    const isHere =
      route.path.length === 0 ||
      errors.some(({ path }) => (path ? names(path).length >= route.path.length : route.path.length === 1));
    if (!isHere) return null;
    // Fields of other subgraphs need only its key, and may be reached by other routes.
    const type = protectedTypes.get(route.type) as Protected;
    for (const [name] of own) if (!isOnReference(type, name)) outcomes.set(name, 'refused');
    return outcomes;
  }
  const [row, at] = found;
  for (const [name, rule] of own) {
    const refused = errors.some(({ path = [] }) => sameValue(path.slice(0, at.length + 1), [...at, name]));
    if (refused) outcomes.set(name, 'refused');
    else if (hiddenFields.has(`${route.type}.${name}`) && row[name] === null && raw[name] !== null)
      outcomes.set(name, 'nothing');
    else if (!rule?.mask || sameValue(row[name], raw[name])) outcomes.set(name, 'allowed');
    else if (sameValue(row[name], masked[name])) outcomes.set(name, 'masked');
    else if (row[name] === null) outcomes.set(name, 'nothing');
    else
      throw new Error(
        `${keyOf(route)}.${name} is ${JSON.stringify(row[name])}, neither the value nor its mask`,
      );
  }
  return outcomes;
}

/** Types whose records may be about an elder, who then may see them. */
const aboutElders = new Set([
  'Elder',
  'EmergencyContact',
  'CareVisit',
  'AbilityAssessment',
  'Subsidy',
  'Booking',
  'Incident',
  'IncidentTimelineEntry',
  'Handout',
  'PetitionMatter',
  'PetitionStep',
  'Volunteer',
  'VolunteerParticipation',
]);

/** The routes from an elder's own records to their care workers and petition agents. */
const toOwnWorker = ['Elder.careWorker', 'CareVisit.careWorker', 'PetitionMatter.agent'];
/** Of these, elders see the surname but neither the telephone number nor, of agents, where and for whom else they work. */
const ownWorkers = ['CareWorker', 'PetitionAgent'];

/**
 * The outcome that the rules of the schema and the table of roles define, computed independently of the enforcing code: by one
 * route, or the most permissive by any route.
 */
export function expected(viewer: TestViewer, type: string, field: string, by?: string): Outcome {
  if (viewer.isElder && toOwnWorker.includes(`${type}.${field}`)) return 'allowed';
  if (viewer.isElder && ownWorkers.includes(type) && (by === undefined || toOwnWorker.includes(by)))
    return ownWorkerOutcome(type, field);
  const found = protectedTypes.get(type) as Protected;
  const rule = found.fields.get(field) as Rule;
  const isReference = isOnReference(found, field);
  // The id of another bureau's record contains its district, but that of an incident does not identify the person.
  // A list of dispatches is returned even when some of them are masked.
  const isKnown = isReference && (!isRecord(found, field) || `${type}.${field}` === 'Incident.dispatches');
  const isHere = viewer.place === 'inside' || (isKnown && viewer.place === 'beside');
  const isAbout = viewer.isElder && aboutElders.has(type) && !(isReference && type !== 'Elder');
  const has = ({ scope }: Rule) => isAbout || (viewer.scopes.has(scope) && isHere);
  if (found.ofType && !isReference && type !== 'AccessRecord' && !has(found.ofType)) return 'refused';
  const hiddenBy = hiddenFields.get(`${type}.${field}`);
  if (hiddenBy && has(rule) && !(viewer.purpose && has({ ...rule, scope: hiddenBy }))) return 'nothing';
  if (rule.mask) return has(rule) && viewer.purpose ? 'allowed' : 'masked';
  if (isAbout && isOfOthers(found, field)) return 'refused';
  // A root field without a division argument needs the scope in any division, and returns only records of the viewer's divisions.
  // An auditor always has access records of their own divisions: at least those of their own reads.
  const isAnywhere = (type === 'Query' && rule.within === null) || type === 'AccessRecord';
  return has(rule) || (isAnywhere && viewer.scopes.has(rule.scope)) ? 'allowed' : 'refused';
}

function ownWorkerOutcome(type: string, field: string): Outcome {
  if (field === 'phone') return 'nothing';
  if (field === 'name' || (type === 'PetitionAgent' && field === 'division')) return 'masked';
  return field === 'openMatters' ? 'refused' : 'allowed';
}

const resultTypeOf = ({ type }: Protected, field: string): string =>
  getNamedType((type.getFields()[field] as { type: GraphQLOutputType }).type).name;

/** Whether the field returns records that have access rules of their own. */
const isRecord = (found: Protected, field: string): boolean =>
  Boolean(protectedTypes.get(resultTypeOf(found, field))?.ofType);

/** Whether the field returns a record that is not about a person in care, such as a device or a worker. */
const isOfOthers = (found: Protected, field: string): boolean =>
  isRecord(found, field) && !aboutElders.has(resultTypeOf(found, field));

/** The secrets in a response that the viewer may not see, including those encoded in Base64. */
export function leaked(viewer: TestViewer, text: string): string[] {
  const decoded = text.replaceAll(
    /[\w-]{16,}={0,2}/g,
    (word) => `${word} ${Buffer.from(word, 'base64url').toString('utf8')}`,
  );
  const isDisclosed = (value: string) =>
    Object.entries(secrets).some(([name, values]) => {
      const [type = '', field = ''] = name.split('.');
      return (
        values.includes(value) && protectedTypes.has(type) && expected(viewer, type, field) === 'allowed'
      );
    });
  return Object.values(secrets)
    .flat()
    .filter((value) => decoded.includes(value) && !isDisclosed(value));
}
