// Whose tokens, API keys and signed viewers are accepted: the same settings for the gateway and every subgraph.
import type { ApiKeySource } from '../identity/api-keys.ts';
import { tokenAlgorithms } from '../identity/token-algorithms.ts';
import type { TokenOptions } from '../identity/token-verifier.ts';
import type { SigningKeys } from '../identity/viewer-signature.ts';
import { type Environment, setting } from './environment.ts';
import { fileOrUrl, optionalText, text } from './forms.ts';
import { keys } from './keys.ts';
import { runModeSettings } from './run-mode.ts';

export interface IdentityConfig {
  /** Null where no tokens are accepted. */
  tokens: TokenOptions | null;
  /** Null where no API keys are accepted. */
  apiKeys: ApiKeySource | null;
  /** The keys that the gateway signs viewers with for the subgraphs; empty where it passes on none. */
  viewerKeys: SigningKeys;
  /** Whether sandbox keys have their scopes: outside production, where all data are synthetic. */
  grantsSandboxScopes?: boolean;
}

const claim = { zh: '令牌中的文本', en: 'the text of a claim' };

export const identitySettings = {
  jwks: setting('TOKEN_JWKS', fileOrUrl(), {
    zh: `令牌签发者的公钥：JSON Web Key Set（RFC 7517）的文件或 http(s) 地址，形如 \`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"…","kid":"…"}]}\`。接受的算法为 ${tokenAlgorithms.join('、')}；文件的改动 5 秒内生效，地址最多缓存十分钟。不设置则不接受令牌；\`npm start\` 在非生产环境下使用自带的开发用签发者。`,
    en: `Public keys of the issuer of tokens: file or http(s) URL of a JSON Web Key Set (RFC 7517), such as \`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"…","kid":"…"}]}\`. Accepted algorithms: ${tokenAlgorithms.join(', ')}. Changes to a file take effect within 5 s; the response of a URL is cached for ten minutes at most. Without it no token is accepted; \`npm start\` includes a development issuer outside production.`,
  }),
  issuer: setting('TOKEN_ISSUER', optionalText(claim), {
    zh: '令牌的 `iss`；设置 `TOKEN_JWKS` 时必须设置。',
    en: 'The `iss` that tokens must have. Required with `TOKEN_JWKS`.',
  }),
  audience: setting('TOKEN_AUDIENCE', text(claim, 'district-graph'), {
    zh: '令牌的 `aud`。',
    en: 'The `aud` that tokens must have.',
  }),
  apiKeys: setting('API_KEYS', fileOrUrl(), {
    zh: '协作单位 API 密钥的文件或 http(s) 地址，由 `npm run keys` 管理。不设置则不接受 API 密钥；`npm start` 默认使用 `DATA_DIR/api-keys.json`。',
    en: 'File or http(s) URL of the API keys of partner bureaus, as `npm run keys` writes it. Without it no API key is accepted; `npm start` uses `DATA_DIR/api-keys.json`.',
  }),
  viewerKeys: setting('VIEWER_KEYS', keys(), {
    zh: '网关为子图签署查看者身份的密钥，网关与各子图相同，当前的在最前。不设置时网关把令牌原样转发、自己不验证；`npm start` 每次启动自行生成。',
    en: 'Keys with which the gateway signs viewers for the subgraphs, the same for all of them, the current one first. Without them the gateway passes tokens on unchecked. `npm start` creates a new one each time it starts.',
  }),
};

export function readIdentity(environment: Environment): IdentityConfig {
  const { jwks, issuer, audience, apiKeys, viewerKeys } = environment.read(identitySettings);
  if (jwks && !issuer)
    environment.addFault('TOKEN_ISSUER', {
      reason: '设置 TOKEN_JWKS 时须设置 TOKEN_ISSUER。 TOKEN_ISSUER is required with TOKEN_JWKS.',
    });
  return {
    tokens: jwks ? { jwks, issuer: issuer ?? '', audience } : null,
    apiKeys: apiKeys ? { source: apiKeys } : null,
    viewerKeys,
    grantsSandboxScopes: !environment.read(runModeSettings).isProduction,
  };
}
