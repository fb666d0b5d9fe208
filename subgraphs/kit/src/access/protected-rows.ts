// Access rules that resolvers apply themselves: lists inside a community, values derived from a masked field, look-ups by guessable codes.

import { subdistrictCodeOf } from '../divisions/divisions.ts';
import { graphError } from '../errors.ts';
import type { Scope } from '../identity/roles.ts';
import { hasPermission } from '../identity/viewer.ts';
import type { SubgraphContext } from '../loaders.ts';
import type { Page } from '../pagination/connections.ts';
import { canDisclose, type Row, subjectOf, subjectOfDivision } from './access-rules.ts';

/** A field that is disclosed unmasked to viewers with the scope in the row's division and a declared purpose. */
export interface ProtectedField {
  type: string;
  field: string;
  scope: Scope;
}

/**
 * Whether the field of the row is disclosed unmasked to the viewer. If so, the disclosure is recorded when this resolves; rejects
 * if it cannot be recorded.
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
 * For mutations whose outcome discloses a masked field: records the disclosure before the mutation starts. Throws `FORBIDDEN`
 * for viewers that may not see the field, whatever its value.
 */
export async function requireUnmasked(
  context: SubgraphContext,
  protectedField: ProtectedField,
  row: object,
): Promise<void> {
  if (await isUnmasked(context, protectedField, row)) return;
  const { type, field, scope } = protectedField;
  context.disclosures.refuse(subjectOf(type, row as Row), field);
  throw graphError(
    'FORBIDDEN',
    `此变更的结果会透露 ${type}.${field}，需要权限 ${scope} 并声明用途（x-purpose）。 The outcome of this mutation discloses ${type}.${field}, so it needs the scope ${scope} and a purpose (x-purpose).`,
    { scope },
  );
}

/** What a viewer needs for the lists of a type inside one community. */
export interface CommunityList<Listed> {
  /** The name of the field that resolves to the list. */
  list: string;
  /** The field of the type with the community of a row. */
  division: ProtectedField;
  /** Whether the community of a row is protected; by default that of every row is. */
  isProtected?: (row: Listed) => boolean;
}

/**
 * A page of a list inside a division. Inside one community it discloses the community of each row, and is therefore protected as
 * that field is: only viewers with the scope there and a purpose receive it, and each protected row is recorded.
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
      `按社区 ${code} 查询需要权限 ${scope} 并声明用途（x-purpose）；请改查街道 ${subdistrictCodeOf(code)}。 Querying inside the community ${code} needs the scope ${scope} and a purpose (x-purpose): query inside the subdistrict ${subdistrictCodeOf(code)} instead.`,
      { scope, within: code },
    );
  }
  const rows = await load();
  // `limit` is one more than the page, to know whether there is a next one.
  const disclosed = rows.slice(0, limit - 1).filter(isProtected);
  await Promise.all(disclosed.map((row) => disclosures.record(subjectOf(type, row as Row), field)));
  return rows;
}

/**
 * A row that was looked up by a guessable code: null for viewers that may not see it, as if it did not exist. Only the access record
 * shows the refusal.
 */
export function nullIfRefused<Found extends object>(
  { viewer, disclosures }: SubgraphContext,
  { field, type, scope }: { field: string; type: string; scope: Scope },
  found: Found,
): Found | null {
  const row = found as Row;
  if (canDisclose(viewer, scope, type, row)) return found;
  disclosures.refuse(subjectOf(type, row), field);
  return null;
}
