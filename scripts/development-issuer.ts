// The issuer of tokens for machines where nobody real is on record: its keys lie beside the embedded database.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { dataDir } from './databases.ts';

export const developmentIssuer = 'https://development.district-graph.invalid';
const audience = 'district-graph';
export const noDevelopmentTokens =
  'NODE_ENV=production：不提供开发用令牌；请设置 TOKEN_JWKS 与 TOKEN_ISSUER。 There are no development tokens with NODE_ENV=production; set TOKEN_JWKS and TOKEN_ISSUER.';
const keyId = 'development';
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

/** Makes the issuer's keys unless they are there, and returns the settings by which services accept its tokens. */
export async function openDevelopmentIssuer(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Record<string, string>> {
  refuseInProduction(env);
  const { jwks, privateKey } = filesIn(env);
  if (!existsSync(jwks) || !existsSync(privateKey)) {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    writeFileSync(privateKey, JSON.stringify(await exportJWK(pair.privateKey)), { mode: 0o600 });
    chmodSync(privateKey, 0o600);
    const key = { ...(await exportJWK(pair.publicKey)), kid: keyId, alg: algorithm, use: 'sig' };
    writeFileSync(jwks, JSON.stringify({ keys: [key] }));
  }
  return { TOKEN_JWKS: jwks, TOKEN_ISSUER: developmentIssuer, TOKEN_AUDIENCE: audience };
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

/** One who may do everything in the whole city, for benchmarks and trials. */
export const everyone: Omit<TokenRequest, 'subject' | 'hours'> = {
  roles: ['care-manager', 'duty-officer', 'device-maintainer', 'venue-manager', 'sanitation-dispatcher'],
  divisions: ['410100'],
  scopes: [],
};

/** A token of the issuer. Rejects before `npm start` has made its keys. */
export async function issueToken(
  { subject, roles, divisions, scopes, elder, bureau, hours }: TokenRequest,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  refuseInProduction(env);
  await openDevelopmentIssuer(env);
  const key = await importJWK(JSON.parse(readFileSync(filesIn(env).privateKey, 'utf8')) as JWK, algorithm);
  return new SignJWT({ roles, divisions, scope: scopes.join(' '), elder, bureau })
    .setProtectedHeader({ alg: algorithm, kid: keyId })
    .setIssuer(developmentIssuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(key);
}

function refuseInProduction(env: NodeJS.ProcessEnv): void {
  if (env.NODE_ENV !== 'production') return;
  throw new Error(noDevelopmentTokens);
}
