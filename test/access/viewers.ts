// The viewers of the access matrix: every role, in and outside the division of the records, with and without a purpose.

import {
  type Purpose,
  purposes,
  type RoleName,
  roles,
  type Scope,
  scopes,
} from '@district-graph/kit/identity/roles';
import { headersOf } from '@district-graph/kit/testing/identity';
import { bureau } from './community-records.ts';

/** The viewer's division, relative to that of the test records. */
export type Place = 'inside' | 'beside' | 'outside';

const divisions: Record<Place, string> = {
  inside: '410105',
  /** Another subdistrict of the same district. */
  beside: '410105001',
  outside: '410102',
};

export interface TestViewer {
  /** The column of the matrix. */
  name: string;
  place: Place;
  purpose: Purpose | null;
  scopes: ReadonlySet<string>;
  /** Whether the viewer is the elder of the test records. */
  isElder: boolean;
  headers: Record<string, string>;
}

const places: readonly Place[] = ['inside', 'beside', 'outside'];

interface Situation {
  place: Place;
  purpose: Purpose | null;
}

/** Every place, with a purpose if the role may declare one; and inside, also without a purpose. */
const situationsOf = (allowed: readonly Purpose[]): Situation[] => [
  ...places.map((place) => ({ place, purpose: allowed[0] ?? null })),
  ...(allowed.length ? [{ place: 'inside' as const, purpose: null }] : []),
];

export async function testViewers(elderId: string): Promise<TestViewer[]> {
  const all: TestViewer[] = [
    {
      name: 'anonymous',
      place: 'outside',
      purpose: null,
      scopes: new Set(),
      isElder: false,
      headers: {},
    },
  ];
  for (const [name, role] of Object.entries(roles) as [RoleName, (typeof roles)[RoleName]][])
    for (const situation of situationsOf(role.purposes)) {
      const bearer = {
        sub: `${name}-${situation.place}`,
        roles: [name],
        divisions: [divisions[situation.place]],
        bureau: name === 'petition-bureau' ? bureau : undefined,
      };
      const headers = await headersOf(bearer, situation.purpose ?? undefined);
      all.push({ name, ...situation, scopes: new Set<string>(role.scopes), isElder: false, headers });
    }
  // The elder, as a resident of each place: they may have moved since.
  for (const situation of situationsOf(['DATA_SUBJECT_REQUEST'])) {
    const bearer = {
      sub: 'the-elder',
      roles: ['resident' as const],
      divisions: [divisions[situation.place]],
      elder: elderId,
    };
    const headers = await headersOf(bearer, situation.purpose ?? undefined);
    const scopesOf = new Set<string>(roles.resident.scopes);
    all.push({ name: 'the elder', ...situation, scopes: scopesOf, isElder: true, headers });
  }
  return all;
}

/** The headers of a viewer with all roles, and optionally the elder's own access: the reference for the others. */
export async function headersOfAllRoles(
  purpose: Purpose | null,
  elder?: string,
): Promise<Record<string, string>> {
  return headersOf(
    {
      sub: 'all-seeing',
      roles: Object.keys(roles) as RoleName[],
      scopes: Object.keys(scopes) as Scope[],
      divisions: ['410100'],
      bureau,
      elder,
    },
    purpose ?? undefined,
  );
}

export const anyPurpose: Purpose = purposes[0];
