// The token issuer for development, where no real persons are stored. Its keys are stored beside the embedded database.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProduction } from '@district-graph/kit/config/run-mode';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { changeFile } from '../files/replace-file.ts';
import { dataDir } from '../settings/data-directories.ts';

export const developmentIssuer = 'https://development.district-graph.invalid';
const audience = 'district-graph';
export const noDevelopmentTokens =
  'NODE_ENV=production：不提供开发用令牌；请设置 TOKEN_JWKS 与 TOKEN_ISSUER。 There are no development tokens with NODE_ENV=production; set TOKEN_JWKS and TOKEN_ISSUER.';
const algorithm = 'EdDSA';

interface IssuerFiles {
  /** The public key, as a JSON Web Key Set. */
  jwks: string;
  privateKey: string;
}

function filesIn(env: NodeJS.ProcessEnv): IssuerFiles {
  const folder = join(dataDir(env), 'development-issuer');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { jwks: join(folder, 'jwks.json'), privateKey: join(folder, 'private.json') };
}

/**
 * Generates the issuer's keys unless they exist, and returns the settings with which services accept its tokens. Processes that start
 * at once all use the private key that one of them generated; the public key is derived from it.
 */
export async function openDevelopmentIssuer(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Record<string, string>> {
  const { jwks } = await openIssuer(env);
  return { TOKEN_JWKS: jwks, TOKEN_ISSUER: developmentIssuer, TOKEN_AUDIENCE: audience };
}

async function openIssuer(env: NodeJS.ProcessEnv): Promise<{ jwks: string; key: JWK; keyId: string }> {
  refuseInProduction(env);
  const { jwks, privateKey } = filesIn(env);
  if (!existsSync(privateKey)) {
    const made = await generateKeyPair(algorithm, { extractable: true });
    const text = JSON.stringify(await exportJWK(made.privateKey));
    await changeFile(privateKey, (kept) => kept ?? text);
  }
  const key = JSON.parse(readFileSync(privateKey, 'utf8')) as JWK;
  const { kty, crv, x } = key;
  // The key id differs from that of the issuer of another data directory.
  const keyId = await calculateJwkThumbprint({ kty, crv, x } as JWK);
  const text = JSON.stringify({ keys: [{ kty, crv, x, kid: keyId, alg: algorithm, use: 'sig' }] });
  if (!existsSync(jwks) || readFileSync(jwks, 'utf8') !== text) await changeFile(jwks, () => text, 0o644);
  return { jwks, key, keyId };
}

export interface TokenRequest {
  subject: string;
  roles: readonly string[];
  divisions: readonly string[];
  scopes: readonly string[];
  elder?: string;
  bureau?: string;
  hours: number;
}

/** The roles for everything in the whole city, for benchmarks and stress tests. */
export const everyone: Omit<TokenRequest, 'subject' | 'hours'> = {
  roles: [
    'care-manager',
    'duty-officer',
    'device-maintainer',
    'venue-manager',
    'sanitation-dispatcher',
    'community-worker',
  ],
  divisions: ['410100'],
  scopes: [],
};

/** Issues a token, after generating the issuer's keys if there are none. */
export async function issueToken(
  { subject, roles, divisions, scopes, elder, bureau, hours }: TokenRequest,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { key, keyId } = await openIssuer(env);
  return new SignJWT({ roles, divisions, scope: scopes.join(' '), elder, bureau })
    .setProtectedHeader({ alg: algorithm, kid: keyId })
    .setIssuer(developmentIssuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(await importJWK(key, algorithm));
}

function refuseInProduction(env: NodeJS.ProcessEnv): void {
  if (isProduction(env)) throw new Error(noDevelopmentTokens);
}
