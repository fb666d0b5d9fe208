// Verifies the JSON Web Tokens of an issuer against its published keys, from a file or a URL.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { HttpError } from '../http-error.ts';
import { tokenAlgorithms } from './token-algorithms.ts';
import { anonymous, type Viewer, viewerFromClaims } from './viewer.ts';

export interface TokenOptions {
  issuer: string;
  audience: string;
  /** The issuer's keys: an http(s) URL or a file. */
  jwks: string;
}

const toleranceSeconds = 60;
const maxCached = 20_000;
/** After this time a token is verified again, so that keys the issuer has removed are refused. */
const cachedMs = 600_000;
/** How often a file of keys is checked for changes; removed keys are refused after this time. */
const fileCheckMs = 5000;

export class TokenVerifier {
  #options: TokenOptions;
  #keys: () => JWTVerifyGetKey;
  /** By the token's hash, so that no tokens are kept in memory. */
  #cached = new LRUCache<string, Viewer>({ max: maxCached, ttl: cachedMs });

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#keys = /^https?:/.test(options.jwks) ? remoteKeys(options.jwks) : this.#fileKeys(options.jwks);
  }

  /** The viewer of a token. Rejects with an HttpError that says what is wrong with the token. */
  async verify(token: string): Promise<Viewer> {
    const keys = this.#currentKeys();
    const hash = createHash('sha256').update(token).digest('base64');
    const cached = this.#cached.get(hash);
    if (cached?.expiresAt && cached.expiresAt > Date.now()) return cached;
    const { payload } = await jwtVerify(token, keys, {
      issuer: this.#options.issuer,
      audience: this.#options.audience,
      algorithms: [...tokenAlgorithms],
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'exp'],
    }).catch((error: unknown) => {
      throw errorOf(error);
    });
    const { exp = 0, scope } = payload;
    const id = checkSubject(payload.sub);
    const expiresAt = (exp + toleranceSeconds) * 1000;
    const named = viewerFromClaims({
      id,
      bureau: payload.bureau,
      roles: payload.roles,
      scopes: scope,
      divisions: payload.divisions,
      elderId: payload.elder,
    });
    const viewer = { ...named, expiresAt };
    this.#cached.set(hash, viewer);
    return viewer;
  }

  /** If the file is missing or half written, the token is not to blame: 503, not 401. */
  #currentKeys(): JWTVerifyGetKey {
    try {
      return this.#keys();
    } catch {
      throw keysUnavailable();
    }
  }

  /** The keys of a file. They are read again when it changes, and all tokens are then verified again. */
  #fileKeys(file: string): () => JWTVerifyGetKey {
    let changedAt = 0;
    let checkedAt = 0;
    let keys: JWTVerifyGetKey | null = null;
    return () => {
      const now = Date.now();
      if (keys && now - checkedAt < fileCheckMs) return keys;
      const { mtimeMs } = statSync(file);
      if (!keys || mtimeMs !== changedAt) {
        keys = createLocalJWKSet(JSON.parse(readFileSync(file, 'utf8')));
        changedAt = mtimeMs;
        this.#cached.clear();
      }
      checkedAt = now;
      return keys;
    };
  }
}

function remoteKeys(url: string): () => JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: 3000,
    cooldownDuration: 5000,
    cacheMaxAge: 600_000,
  });
  return () => keys;
}

const faults: Record<string, [zh: string, en: string]> = {
  ERR_JWT_EXPIRED: ['令牌已过期', 'the token has expired'],
  ERR_JWT_CLAIM_VALIDATION_FAILED: [
    '令牌的签发者、受众或期限不符',
    'the issuer, audience or validity period of the token does not match',
  ],
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: ['令牌的签名无效', 'the signature of the token is not valid'],
  ERR_JWKS_NO_MATCHING_KEY: [
    '令牌的签名密钥不在 TOKEN_JWKS 所列之中（npm run token 须与 npm start 使用同一 DATA_DIR）',
    'the key that signed the token is not in TOKEN_JWKS (npm run token must use the same DATA_DIR as npm start)',
  ],
  ERR_JOSE_ALG_NOT_ALLOWED: [
    '令牌的签名算法不被接受',
    'the signature algorithm of the token is not accepted',
  ],
};

/** The subject goes on record: it must be a text (RFC 7519), not empty, and not the id of anonymous clients. */
function checkSubject(subject: unknown): string {
  if (typeof subject === 'string' && subject.trim() !== '' && subject !== anonymous.id) return subject;
  throw new HttpError(
    401,
    'UNAUTHENTICATED',
    '令牌的主体（sub）应为非空文本，且不得为 anonymous。 The subject (sub) of the token must be a non-empty string other than anonymous.',
    { keepsConnection: true },
  );
}

/** Errors of the issuer's URL rather than of the token. */
const issuerFaults = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

function errorOf(error: unknown): HttpError {
  const code = error instanceof errors.JOSEError ? error.code : '';
  if (code === '' || issuerFaults.has(code)) return keysUnavailable();
  const [zh, en] = faults[code] ?? ['令牌不是有效的 JWT', 'the token is not a valid JWT'];
  return new HttpError(401, 'UNAUTHENTICATED', `${zh}，请重新登录。 Sign in again: ${en}.`, {
    keepsConnection: true,
  });
}

const keysUnavailable = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '暂时无法取得签发者的密钥，请稍后重试。 The keys of the token issuer are not available at the moment. Try again later.',
    { keepsConnection: true },
  );
