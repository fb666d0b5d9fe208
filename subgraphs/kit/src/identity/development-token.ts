// Tokens for development, where no real persons are stored: what a request for one may contain, and how it is signed.
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose';
import { isId } from '../database/ids.ts';
import { expectedDivision } from '../divisions/division-register.ts';
import { expectedZh } from '../errors.ts';
import { isRole, isScope } from './roles.ts';

export const developmentIssuer = 'https://development.district-graph.invalid';
export const developmentAudience = 'district-graph';
export const developmentAlgorithm = 'EdDSA';

export interface TokenRequest {
  subject: string;
  roles: readonly string[];
  divisions: readonly string[];
  scopes: readonly string[];
  elder?: string;
  bureau?: string;
  hours: number;
}

/** What a request for a token has wrong, each in Chinese, then English. */
export function tokenRequestFaults({
  roles,
  divisions,
  scopes,
  elder,
  hours,
}: Omit<TokenRequest, 'subject'>): string[] {
  return [
    ...roles.filter((name) => !isRole(name)).map((name) => `没有角色 ${name}。 There is no role ${name}.`),
    ...scopes.filter((name) => !isScope(name)).map((name) => `没有权限 ${name}。 There is no scope ${name}.`),
    ...divisions
      .map((code) => [code, expectedDivision(code)] as const)
      .flatMap(([code, expected]) =>
        expected
          ? [`--division ${code}：${expectedZh(expected.zh)}。 --division ${code}: expected ${expected.en}.`]
          : [],
      ),
    ...(elder === undefined || isId(elder)
      ? []
      : [`--elder：${elder} 不是老年人的标识。 --elder: ${elder} is not the id of an elder.`]),
    ...(roles.length + scopes.length === 0 ? ['请指定 --role。 Specify a --role.'] : []),
    ...(divisions.length === 0 ? ['请指定 --division。 Specify a --division.'] : []),
    ...(Number.isFinite(hours) && hours > 0 && hours <= 24 * 30
      ? []
      : ['--hours：应大于 0 且不超过 720。 --hours: expected more than 0 and at most 720.']),
  ];
}

/** The public part of the issuer's key, with the id by which tokens name it. */
export async function publicKeyOf({ kty, crv, x }: JWK): Promise<JWK> {
  // The id differs from that of the issuer of another data directory.
  const kid = await calculateJwkThumbprint({ kty, crv, x } as JWK);
  return { kty, crv, x, kid, alg: developmentAlgorithm, use: 'sig' };
}

/** Signs a token with the issuer's private key. */
export async function signDevelopmentToken(
  key: JWK,
  { subject, roles, divisions, scopes, elder, bureau, hours }: TokenRequest,
): Promise<string> {
  const { kid } = await publicKeyOf(key);
  return new SignJWT({ roles, divisions, scope: scopes.join(' '), elder, bureau })
    .setProtectedHeader({ alg: developmentAlgorithm, kid })
    .setIssuer(developmentIssuer)
    .setAudience(developmentAudience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(await importJWK(key, developmentAlgorithm));
}
