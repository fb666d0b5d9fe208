// Who walks: everyone that the table of roles knows, inside and outside of their divisions, with a purpose and without.

import {
  type Purpose,
  purposes,
  type RoleName,
  roles,
  type Scope,
  scopes,
} from '@district-graph/kit/identity/roles';
import { headersOf } from '@district-graph/kit/testing/identity';

/** Where the viewer's divisions are, seen from the town's records. */
export type Place = 'inside' | 'beside' | 'outside';

const divisions: Record<Place, string> = {
  inside: '410105',
  /** Another subdistrict of the same district. */
  beside: '410105001',
  outside: '410102',
};

export interface Walker {
  /** The column of the matrix. */
  name: string;
  place: Place;
  purpose: Purpose | null;
  scopes: ReadonlySet<string>;
  /** Whether the walker is the elder of the town. */
  isElder: boolean;
  headers: Record<string, string>;
}

const places: readonly Place[] = ['inside', 'beside', 'outside'];

interface Standing {
  place: Place;
  purpose: Purpose | null;
}

/** With a purpose wherever one may be declared, and inside without one too. */
const standingsOf = (allowed: readonly Purpose[]): Standing[] => [
  ...places.map((place) => ({ place, purpose: allowed[0] ?? null })),
  ...(allowed.length ? [{ place: 'inside' as const, purpose: null }] : []),
];

export async function walkers(elderId: string): Promise<Walker[]> {
  const all: Walker[] = [
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
    for (const standing of standingsOf(role.purposes)) {
      const bearer = {
        sub: `${name}-${standing.place}`,
        roles: [name],
        divisions: [divisions[standing.place]],
      };
      const headers = await headersOf(bearer, standing.purpose ?? undefined);
      all.push({ name, ...standing, scopes: new Set<string>(role.scopes), isElder: false, headers });
    }
  // The elder in person, who has moved to another district since.
  for (const standing of standingsOf(['DATA_SUBJECT_REQUEST'])) {
    const bearer = {
      sub: 'the-elder',
      roles: ['resident' as const],
      divisions: [divisions[standing.place]],
      elder: elderId,
    };
    const headers = await headersOf(bearer, standing.purpose ?? undefined);
    const scopesOf = new Set<string>(roles.resident.scopes);
    all.push({ name: 'the elder', ...standing, scopes: scopesOf, isElder: true, headers });
  }
  return all;
}

/** Who may see everything there is, as the elder's own too: what others get is held against it. */
export async function seeing(purpose: Purpose | null, elder?: string): Promise<Record<string, string>> {
  return headersOf(
    {
      sub: 'all-seeing',
      roles: Object.keys(roles) as RoleName[],
      scopes: Object.keys(scopes) as Scope[],
      divisions: ['410100'],
      elder,
    },
    purpose ?? undefined,
  );
}

export const anyPurpose: Purpose = purposes[0];
