// The viewer: the authenticated client of a request, with scopes, divisions and a declared purpose.

import { isId } from '../database/ids.ts';
import { isDivisionCode, isInside, prefixOf } from '../divisions/divisions.ts';
import type { Rate } from './api-key.ts';
import { isPurpose, isRole, isScope, type Purpose, type RoleName, roles, type Scope } from './roles.ts';

export interface Viewer {
  /** The subject of the token or the id of the API key; 'anonymous' without either. */
  id: string;
  /** The bureau that the viewer works for; null for citizens. */
  bureau: string | null;
  roles: readonly RoleName[];
  scopes: ReadonlySet<Scope>;
  /** The purposes that the viewer may declare. */
  purposes: readonly Purpose[];
  /** Codes of the divisions in which the scopes apply. */
  divisions: readonly string[];
  /** The elder record of the viewer; null if they have none. */
  elderId: string | null;
  /** The purpose for which the viewer sees masked values; null keeps them masked. */
  purpose: Purpose | null;
  /** When the token or key expires, in milliseconds since the epoch; null if it does not expire. */
  expiresAt: number | null;
  /** The API key that was sent, if any. */
  key: ViewerKey | null;
}

export interface ViewerKey {
  rate: Rate | null;
  /** Whether the key was revoked or changed after it was sent. */
  isWithdrawn: boolean;
}

export const anonymous: Viewer = {
  id: 'anonymous',
  bureau: null,
  roles: [],
  scopes: new Set(),
  purposes: [],
  divisions: [],
  elderId: null,
  purpose: null,
  expiresAt: null,
  key: null,
};

/** The claims of a token or API key. Unknown values in them allow nothing. */
export interface Claims {
  id: string;
  bureau?: unknown;
  roles?: unknown;
  /** Scopes in addition to those of the roles, as a list or separated by spaces. */
  scopes?: unknown;
  /** Purposes in addition to those of the roles. */
  purposes?: unknown;
  divisions?: unknown;
  elderId?: unknown;
}

const texts = (value: unknown): string[] =>
  (typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []).filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );

export function viewerFromClaims({ id, bureau, elderId, ...claims }: Claims): Viewer {
  const named = texts(claims.roles).filter(isRole);
  const ofRoles = named.flatMap((name) => roles[name].scopes as readonly Scope[]);
  const purposes = named.flatMap((name) => roles[name].purposes as readonly Purpose[]);
  return {
    id,
    bureau: typeof bureau === 'string' ? bureau : null,
    roles: named,
    scopes: new Set([...ofRoles, ...texts(claims.scopes).filter(isScope)]),
    purposes: [...new Set([...purposes, ...texts(claims.purposes).filter(isPurpose)])],
    divisions: texts(claims.divisions).filter(isDivisionCode),
    elderId: typeof elderId === 'string' && isId(elderId) ? elderId : null,
    purpose: null,
    expiresAt: null,
    key: null,
  };
}

const withPurposes = new WeakMap<Viewer, Map<Purpose, Viewer>>();

/** The viewer with a declared purpose, the same object each time. Null if the viewer may not declare it. */
export function withPurpose(viewer: Viewer, purpose: string): Viewer | null {
  if (!isPurpose(purpose) || !viewer.purposes.includes(purpose)) return null;
  const byPurpose = withPurposes.get(viewer) ?? new Map<Purpose, Viewer>();
  withPurposes.set(viewer, byPurpose);
  const declared = byPurpose.get(purpose) ?? { ...viewer, purpose };
  byPurpose.set(purpose, declared);
  return declared;
}

/** Whether the token has expired or the key was withdrawn. Streams of such viewers get no further events. */
export const hasExpired = ({ expiresAt, key }: Viewer): boolean =>
  (expiresAt !== null && expiresAt < Date.now()) || key?.isWithdrawn === true;

/** Whether the viewer's divisions include the whole of this one. */
export function covers({ divisions }: Viewer, code: string): boolean {
  for (const division of divisions) if (isInside(code, division)) return true;
  return false;
}

/** The prefixes of the codes of all divisions inside the viewer's. */
export const prefixesOf = ({ divisions }: Viewer): string[] => divisions.map(prefixOf);

/** Whether the viewer's divisions include this one or a part of it. */
export const reaches = (viewer: Viewer, code: string): boolean =>
  covers(viewer, code) || viewer.divisions.some((division) => isInside(division, code));

/** A row about a person: the elder that it is about, and the subject of the token that made it for itself. */
interface OwnedRow {
  elderId?: unknown;
  ownedBy?: unknown;
}

/** Whether the row is about the viewer in person, or owned by the viewer, who has made it for themselves. */
export const owns = ({ id, elderId }: Viewer, row: OwnedRow): boolean =>
  (elderId !== null && row.elderId === elderId) ||
  (typeof row.ownedBy === 'string' && row.ownedBy === id && id !== anonymous.id);

/** Whether the viewer has the scope in the division; without a division, in any. */
export const hasPermission = (viewer: Viewer, scope: Scope, division?: string): boolean =>
  viewer.scopes.has(scope) &&
  (division === undefined ? viewer.divisions.length > 0 : covers(viewer, division));
