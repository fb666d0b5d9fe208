// Tokens of an issuer: JSON Web Tokens verified against its published keys, from a file or an address.
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
  /** Where the issuer's keys are: an http(s) address or a file. */
  jwks: string;
}

const toleranceSeconds = 60;
const maxKept = 20_000;
/** After this a token is verified anew: a key that the issuer has taken out is refused then, wherever its keys are. */
const keptMs = 600_000;
/** How old what is known of a file may be: a key that is taken out is refused after this. */
const fileLookMs = 5000;

export class TokenVerifier {
  #options: TokenOptions;
  #keys: () => JWTVerifyGetKey;
  /** By the token's hash: the token itself is not kept. */
  #kept = new LRUCache<string, Viewer>({ max: maxKept, ttl: keptMs });

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#keys = /^https?:/.test(options.jwks) ? remoteKeys(options.jwks) : this.#fileKeys(options.jwks);
  }

  /** Whom the token names. Rejects with a refusal that says what is wrong with it. */
  async verify(token: string): Promise<Viewer> {
    const keys = this.#currentKeys();
    const hash = createHash('sha256').update(token).digest('base64');
    const kept = this.#kept.get(hash);
    if (kept?.expiresAt && kept.expiresAt > Date.now()) return kept;
    const { payload } = await jwtVerify(token, keys, {
      issuer: this.#options.issuer,
      audience: this.#options.audience,
      algorithms: [...tokenAlgorithms],
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'exp'],
    }).catch((error: unknown) => {
      throw refusalOf(error);
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
    this.#kept.set(hash, viewer);
    return viewer;
  }

  /** A file that is gone or half written is no fault of the token. */
  #currentKeys(): JWTVerifyGetKey {
    try {
      return this.#keys();
    } catch {
      throw keysUnavailable();
    }
  }

  /** The keys of a file, read again when it has changed; what was verified by the old ones is verified anew. */
  #fileKeys(file: string): () => JWTVerifyGetKey {
    let changedAt = 0;
    let lookedAt = 0;
    let keys: JWTVerifyGetKey | null = null;
    return () => {
      const now = Date.now();
      if (keys && now - lookedAt < fileLookMs) return keys;
      const { mtimeMs } = statSync(file);
      if (!keys || mtimeMs !== changedAt) {
        keys = createLocalJWKSet(JSON.parse(readFileSync(file, 'utf8')));
        changedAt = mtimeMs;
        this.#kept.clear();
      }
      lookedAt = now;
      return keys;
    };
  }
}

function remoteKeys(address: string): () => JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(address), {
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
    'the issuer, audience or times of the token do not fit',
  ],
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: ['令牌的签名无效', 'the signature of the token is not valid'],
  ERR_JWKS_NO_MATCHING_KEY: [
    '令牌的签名密钥不在 TOKEN_JWKS 所列之中（npm run token 须与 npm start 使用同一 DATA_DIR）',
    'the key that signed the token is not among those of TOKEN_JWKS, as when npm run token has another DATA_DIR than npm start',
  ],
  ERR_JOSE_ALG_NOT_ALLOWED: ['令牌的签名算法不被接受', 'the algorithm of the token is not accepted'],
};

/** Who stands on record has a name, a text as RFC 7519 wants it, and not that of those who have none. */
function checkSubject(subject: unknown): string {
  if (typeof subject === 'string' && subject.trim() !== '' && subject !== anonymous.id) return subject;
  throw new HttpError(
    401,
    'UNAUTHENTICATED',
    '令牌的主体（sub）应为非空文本，且不得为 anonymous。 The subject (sub) of the token must be a text that names somebody.',
    true,
  );
}

/** What the issuer's address answers that is no set of keys. */
const issuerFaults = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

function refusalOf(error: unknown): HttpError {
  const code = error instanceof errors.JOSEError ? error.code : '';
  if (code === '' || issuerFaults.has(code)) return keysUnavailable();
  const [zh, en] = faults[code] ?? ['令牌不是有效的 JWT', 'the token is no valid JWT'];
  return new HttpError(401, 'UNAUTHENTICATED', `${zh}，请重新登录。 Sign in again: ${en}.`, true);
}

const keysUnavailable = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '暂时无法取得签发者的密钥，请稍后重试。 The keys of the issuer cannot be had at the moment; try again.',
    true,
  );
