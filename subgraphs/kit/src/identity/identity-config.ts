// The settings of identity, the same for the gateway and every subgraph.
import { existsSync } from 'node:fs';
import { readKeys } from '../encryption/keys-text.ts';
import type { ApiKeySource } from './api-keys.ts';
import type { TokenOptions } from './token-verifier.ts';
import type { SigningKeys } from './viewer-signature.ts';

export interface IdentityConfig {
  /** Null where no tokens are accepted. */
  tokens: TokenOptions | null;
  /** Null where no API keys are accepted. */
  apiKeys: ApiKeySource | null;
  /** With which the gateway signs viewers for the subgraphs; empty where it passes on none. */
  viewerKeys: SigningKeys;
}

/**
 * Reads `TOKEN_JWKS` (a file or an http(s) address; without it no token is accepted), `TOKEN_ISSUER`, `TOKEN_AUDIENCE`
 * (district-graph), `API_KEYS` (a file or an http(s) address; without it no API key is accepted) and `VIEWER_KEYS`, as
 * keys-text.ts says. Adds to `faults`.
 */
export function readIdentityConfig(env: NodeJS.ProcessEnv, faults: string[]): IdentityConfig {
  const { TOKEN_JWKS: jwks, TOKEN_ISSUER: issuer = '', TOKEN_AUDIENCE: audience, API_KEYS: apiKeys } = env;
  for (const [variable, place] of Object.entries({ TOKEN_JWKS: jwks, API_KEYS: apiKeys }))
    if (place && !/^https?:\/\/./.test(place) && !existsSync(place))
      faults.push(
        `${variable} 应为存在的文件或 http(s) 地址。 ${variable}: expected a file that exists or an http(s) URL.`,
      );
  if (jwks && !issuer)
    faults.push('设置 TOKEN_JWKS 时须设置 TOKEN_ISSUER。 TOKEN_ISSUER is needed with TOKEN_JWKS.');
  return {
    tokens: jwks ? { jwks, issuer, audience: audience || 'district-graph' } : null,
    apiKeys: apiKeys ? { source: apiKeys } : null,
    viewerKeys: readKeys('VIEWER_KEYS', env.VIEWER_KEYS, faults),
  };
}
