// What resolvers ask of the access rules beside what the schema says: lists inside a community, values beside a masked one, look-ups by guessable codes.

import { graphError } from '../errors.ts';
import type { Scope } from '../identity/roles.ts';
import { hasPermission } from '../identity/viewer.ts';
import type { SubgraphContext } from '../loaders.ts';
import type { Page } from '../pagination/connections.ts';
import { canDisclose, type Row, subjectOf, subjectOfDivision } from './access-rules.ts';

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
  if (viewer.purpose === null || !canDisclose(viewer, scope, type, row as Row)) return false;
  await disclosures.record(subjectOf(type, row as Row), field);
  return true;
}

/**
 * What a write is judged by and its answers would tell: for whoever is shown it, on record before the write begins; refused
 * otherwise, whatever the value is.
 */
export async function requireUnmasked(
  context: SubgraphContext,
  shown: ProtectedField,
  row: object,
): Promise<void> {
  if (await isUnmasked(context, shown, row)) return;
  const { type, field, scope } = shown;
  context.disclosures.refuse(subjectOf(type, row as Row), field);
  throw graphError(
    'FORBIDDEN',
    `此变更的结果会说明 ${type}.${field}，需要权限 ${scope} 并声明用途（x-purpose）。 What comes of this mutation would tell ${type}.${field}, so it needs the scope ${scope} and a purpose (x-purpose).`,
    { scope },
  );
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
  if (viewer.purpose === null || !hasPermission(viewer, scope, code)) {
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
  if (canDisclose(viewer, scope, type, row)) return found;
  disclosures.refuse(subjectOf(type, row), field);
  return null;
}
