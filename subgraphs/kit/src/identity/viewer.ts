// The viewer: who asks, what for, and where they may see.

import { isId } from '../database/ids.ts';
import { isDivisionCode, isInside, prefixOf } from '../divisions/divisions.ts';
import type { Rate } from './api-key.ts';
import { isPurpose, isRole, isScope, type Purpose, type RoleName, roles, type Scope } from './roles.ts';

export interface Viewer {
  /** Subject of the token or id of the key; 'anonymous' without either. */
  id: string;
  /** The bureau the viewer works for; null for who works for none. */
  bureau: string | null;
  roles: readonly RoleName[];
  scopes: ReadonlySet<Scope>;
  /** Those that the viewer may declare. */
  purposes: readonly Purpose[];
  /** Codes of the divisions inside which the scopes hold. */
  divisions: readonly string[];
  /** The elder that the viewer is; null for anyone else. */
  elderId: string | null;
  /** What the viewer wants to see masked values for; null keeps them masked. */
  purpose: Purpose | null;
  /** When the token ends, in milliseconds; null for what does not end by itself. */
  expiresAt: number | null;
  /** The API key that was sent; null for who sent none. */
  key: HeldKey | null;
}

/** Of a key what is not the viewer's. */
interface HeldKey {
  rate: Rate | null;
  /** Whether it was revoked or changed after it was sent. */
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

/** What a token or key says of its bearer; anything unknown in it allows nothing. */
export interface Claims {
  id: string;
  bureau?: unknown;
  roles?: unknown;
  /** Scopes besides those of the roles, as a list or separated by spaces. */
  scopes?: unknown;
  /** Purposes besides those of the roles. */
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

/** The viewer with the purpose that they declare, the same each time; null when it is none that their roles or key may have. */
export function withPurpose(viewer: Viewer, purpose: string): Viewer | null {
  if (!isPurpose(purpose) || !viewer.purposes.includes(purpose)) return null;
  const byPurpose = withPurposes.get(viewer) ?? new Map<Purpose, Viewer>();
  withPurposes.set(viewer, byPurpose);
  const declared = byPurpose.get(purpose) ?? { ...viewer, purpose };
  byPurpose.set(purpose, declared);
  return declared;
}

/** Whether what the viewer was known by holds no more: nothing is asked of subgraphs for a stream that was opened with it. */
export const hasExpired = ({ expiresAt, key }: Viewer): boolean =>
  (expiresAt !== null && expiresAt < Date.now()) || key?.isWithdrawn === true;

/** Whether the viewer's divisions include all of this one. */
export function covers({ divisions }: Viewer, code: string): boolean {
  for (const division of divisions) if (isInside(code, division)) return true;
  return false;
}

/** What the codes of all that lies inside the viewer's divisions begin with. */
export const prefixesOf = ({ divisions }: Viewer): string[] => divisions.map(prefixOf);

/** Whether the viewer's divisions include some of this one. */
export const reaches = (viewer: Viewer, code: string): boolean =>
  covers(viewer, code) || viewer.divisions.some((division) => isInside(division, code));

/** Whether the viewer has the scope inside the division; without one, somewhere. */
export const hasPermission = (viewer: Viewer, scope: Scope, division?: string): boolean =>
  viewer.scopes.has(scope) &&
  (division === undefined ? viewer.divisions.length > 0 : covers(viewer, division));
