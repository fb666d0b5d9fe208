// The token issuer for development, where no real persons are stored. Its keys are stored beside the embedded database.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProduction } from '@district-graph/kit/config/run-mode';
import {
  developmentAlgorithm,
  developmentAudience,
  developmentIssuer,
  publicKeyOf,
  signDevelopmentToken,
  type TokenRequest,
} from '@district-graph/kit/identity/development-token';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { changeFile } from '../files/replace-file.ts';
import { dataDir } from '../settings/data-directories.ts';

export const noDevelopmentTokens =
  'NODE_ENV=production：不提供开发用令牌；请设置 TOKEN_JWKS 与 TOKEN_ISSUER。 There are no development tokens with NODE_ENV=production; set TOKEN_JWKS and TOKEN_ISSUER.';

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
  return { TOKEN_JWKS: jwks, TOKEN_ISSUER: developmentIssuer, TOKEN_AUDIENCE: developmentAudience };
}

/** The setting with which the gateway issues tokens to the pages. The keys have to exist. */
export const developmentKeySetting = (env: NodeJS.ProcessEnv = process.env): Record<string, string> => ({
  DEVELOPMENT_TOKEN_KEY: filesIn(env).privateKey,
});

async function openIssuer(env: NodeJS.ProcessEnv): Promise<{ jwks: string; key: JWK }> {
  refuseInProduction(env);
  const { jwks, privateKey } = filesIn(env);
  if (!existsSync(privateKey)) {
    const made = await generateKeyPair(developmentAlgorithm, { extractable: true });
    const text = JSON.stringify(await exportJWK(made.privateKey));
    await changeFile(privateKey, (kept) => kept ?? text);
  }
  const key = JSON.parse(readFileSync(privateKey, 'utf8')) as JWK;
  const text = JSON.stringify({ keys: [await publicKeyOf(key)] });
  if (!existsSync(jwks) || readFileSync(jwks, 'utf8') !== text) await changeFile(jwks, () => text, 0o644);
  return { jwks, key };
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
    'grid-worker',
    'petition-agent',
  ],
  divisions: ['410100'],
  scopes: [],
};

/** Issues a token, after generating the issuer's keys if there are none. */
export async function issueToken(
  request: TokenRequest,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { key } = await openIssuer(env);
  return signDevelopmentToken(key, request);
}

function refuseInProduction(env: NodeJS.ProcessEnv): void {
  if (isProduction(env)) throw new Error(noDevelopmentTokens);
}
