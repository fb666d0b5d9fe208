// Identities for tests: an issuer of tokens for this run, and the headers of the viewer that a test needs.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { IdentityConfig } from '../config/identity.ts';
import { type RoleName, type Scope, scopes } from '../identity/roles.ts';

const issuer = 'https://issuer.test';
const { privateKey, publicKey } = await generateKeyPair('Ed25519');
const jwks = join(mkdtempSync(join(tmpdir(), 'test-issuer-')), 'jwks.json');
writeFileSync(
  jwks,
  JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'Ed25519' }] }),
);

/** The identity settings of the servers under test. */
export const testIdentity: IdentityConfig = {
  tokens: { issuer, audience: 'district-graph', jwks },
  apiKeys: null,
  viewerKeys: new Map([['test', Buffer.alloc(32, 'test')]]),
};

/** The claims of a token. */
export interface Bearer {
  sub?: string;
  roles?: readonly RoleName[];
  scopes?: readonly Scope[];
  /** The whole city by default. */
  divisions?: readonly string[];
  elder?: string;
  bureau?: string;
  /** Seconds from now; an hour by default. */
  lifeSeconds?: number;
}

export const tokenOf = ({
  sub = 'tester',
  roles = [],
  scopes: named = [],
  divisions = ['410100'],
  elder,
  bureau,
  lifeSeconds = 3600,
}: Bearer): Promise<string> =>
  new SignJWT({ roles, scope: named.join(' '), divisions, elder, bureau })
    .setProtectedHeader({ alg: 'Ed25519', kid: 'test' })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience('district-graph')
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
    .sign(privateKey);

/** The headers of a request with such a token, and with a purpose if one is given. */
export const headersOf = async (bearer: Bearer, purpose?: string): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await tokenOf(bearer)}`,
  ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
});

/** The headers of a viewer that may do everything in the whole city and declares no purpose, for tests that are not about access. */
export const trusted: Record<string, string> = await headersOf({
  sub: 'tester',
  roles: ['care-manager', 'duty-officer', 'device-maintainer', 'sanitation-dispatcher', 'auditor'],
  scopes: Object.keys(scopes) as Scope[],
  // There is nothing in the second.
  divisions: ['410100', '419900'],
});
