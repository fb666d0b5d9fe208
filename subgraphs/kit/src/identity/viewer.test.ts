import { describe, expect, it } from 'vitest';
import { purposes, roles } from './roles.ts';
import {
  anonymous,
  covers,
  hasPermission,
  owns,
  prefixesOf,
  reaches,
  viewerFromClaims,
  withPurpose,
} from './viewer.ts';

const worker = viewerFromClaims({ id: 'w', roles: ['care-worker'], divisions: ['410105'] });

describe('the claims of a token', () => {
  it('yield the scopes of the roles and those named', () => {
    const viewer = viewerFromClaims({
      id: 'x',
      roles: ['venue-manager'],
      scopes: 'device:read  access:audit',
      divisions: '410105',
    });
    expect([...viewer.scopes].sort()).toEqual(
      [...roles['venue-manager'].scopes, 'access:audit', 'device:read'].sort(),
    );
    expect(viewer.divisions).toEqual(['410105']);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'unknown roles and scopes',
      { roles: ['root', '__proto__', 'toString'], scopes: ['*', 'constructor', 'elder:*'] },
    ],
    [
      'values that are not lists',
      { roles: { 0: 'auditor' }, scopes: 7, divisions: { length: 1, 0: '410105' } },
    ],
    [
      'lists of other values',
      { roles: [['auditor']], scopes: [null, {}], divisions: [410105, '4101', '', '41010*'] },
    ],
    ['nothing', {}],
  ])('allow nothing with %s', (_what, claims) => {
    const viewer = viewerFromClaims({ id: 'x', ...claims });
    expect([viewer.roles, [...viewer.scopes], viewer.divisions]).toEqual([[], [], []]);
  });

  it('name an elder or bureau as text only', () => {
    expect(viewerFromClaims({ id: 'x', elderId: ['e'], bureau: 1 })).toMatchObject({
      elderId: null,
      bureau: null,
    });
  });
});

describe('a division', () => {
  it.each<[string, string, boolean, boolean]>([
    ['410105', '410105007003', true, true],
    ['410105', '410105', true, true],
    ['410105', '410104', false, false],
    ['410105', '410100', false, true],
    ['410100', '410184', true, true],
    ['410105007', '410105', false, true],
    ['410105007', '410105008', false, false],
    ['410105007003', '410105007', false, true],
  ])('of a viewer for %s: %s is covered %s, reached %s', (own, code, isCovered, isReached) => {
    const viewer = { ...worker, divisions: [own] };
    expect([covers(viewer, code), reaches(viewer, code)]).toEqual([isCovered, isReached]);
  });

  it('is required with a scope: without one a scope allows nothing', () => {
    const nowhere = { ...worker, divisions: [] };
    expect([
      hasPermission(nowhere, 'elder:read'),
      hasPermission(nowhere, 'elder:read', '410105'),
      hasPermission(worker, 'elder:read'),
    ]).toEqual([false, false, true]);
    expect(prefixesOf({ ...worker, divisions: ['410100', '410105007'] })).toEqual(['4101', '410105007']);
  });
});

describe('a purpose', () => {
  it('may be declared only with a role that allows it', () => {
    for (const [name, { purposes: allowed }] of Object.entries(roles)) {
      const viewer = viewerFromClaims({ id: name, roles: [name], divisions: ['410105'] });
      const declared = purposes.filter((purpose) => withPurpose(viewer, purpose) !== null);
      expect(declared).toEqual(
        purposes.filter((purpose) => (allowed as readonly string[]).includes(purpose)),
      );
    }
    for (const purpose of [...purposes, 'care', '', 'constructor'])
      expect(withPurpose(anonymous, purpose)).toBeNull();
  });

  it('makes the same viewer each time, and does not change the original', () => {
    expect(withPurpose(worker, 'CARE')).toBe(withPurpose(worker, 'CARE'));
    expect([worker.purpose, withPurpose(worker, 'CARE')?.purpose]).toEqual([null, 'CARE']);
  });
});

describe('the rows of a viewer', () => {
  const elderId = '01a1fc14-c3c1-7069-8000-0000000000e1';
  const elder = viewerFromClaims({ id: 'e', elderId });

  it('are those about the elder that they are, and those that their token made for them', () => {
    expect([{ elderId }, { ownedBy: 'e' }].map((row) => owns(elder, row))).toEqual([true, true]);
  });

  it('are no others, and anonymous clients have none', () => {
    expect([{}, { elderId: null }, { ownedBy: null }, { ownedBy: 'w' }].some((row) => owns(elder, row))).toBe(
      false,
    );
    expect(owns(worker, { elderId: null })).toBe(false);
    expect(owns(anonymous, { elderId: null, ownedBy: anonymous.id })).toBe(false);
  });
});
