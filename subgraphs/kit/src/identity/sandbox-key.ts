// Sandbox keys, which partners try the graph with before there is an agreement: marked in their id, short-lived, slow, and without
// scopes where data are real (schema/decisions/0032-contracts-for-partners.md).
import type { ApiKeyRecord, Rate } from './api-key.ts';
import { isScope, type Scope } from './roles.ts';
import type { Viewer } from './viewer.ts';

/** The first part of the id of a sandbox key, by which it is known in lists, logs and access records. */
export const sandboxPrefix = 'sandbox' as const;

export const maxSandboxDays = 30;
/** Enough to try operations by hand; as the rate of a key that names none, and the most that one may have. */
export const sandboxRate: Rate = { ratePerSecond: 5, burst: 20 };

const dayMs = 86_400_000;

export const isSandboxKey = (id: string): boolean => id.startsWith(`${sandboxPrefix}_`);

/** Scopes that let a viewer see something; the others change records, or show how the platform is run. */
const readingScope = /:(read|identify|health|locate|exact)$/;

/** Whether a sandbox key may have the scope where data are synthetic. */
export const isSandboxScope = (name: string): name is Scope => isScope(name) && readingScope.test(name);

/** The record as it applies: no longer, no faster and no wider than sandbox keys may be, whatever the file says. */
export function sandboxTerms(record: ApiKeyRecord): ApiKeyRecord {
  const { createdAt, expiresAt, rate, scopes } = record;
  const lastDay = Date.parse(createdAt) + maxSandboxDays * dayMs;
  return {
    ...record,
    scopes: scopes.filter(isSandboxScope),
    expiresAt: new Date(Math.min(Date.parse(expiresAt), lastDay)).toISOString(),
    rate: {
      ratePerSecond: Math.min(rate?.ratePerSecond ?? sandboxRate.ratePerSecond, sandboxRate.ratePerSecond),
      burst: Math.min(rate?.burst ?? sandboxRate.burst, sandboxRate.burst),
    },
  };
}

/** The viewer of a sandbox key where data are real: it sees what anonymous clients see. Other viewers are returned as they are. */
export const withoutSandboxScopes = (viewer: Viewer): Viewer =>
  isSandboxKey(viewer.id)
    ? { ...viewer, roles: [], scopes: new Set(), purposes: [], purpose: null, elderId: null }
    : viewer;
