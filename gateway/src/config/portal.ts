// Which pages for people are served, and how people sign in on them.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { file, onOrOff, optionalText, path, text, url } from '@district-graph/kit/config/forms';
import { runModeSettings } from '@district-graph/kit/config/run-mode';

export interface PortalConfig {
  /** The folder of the built pages; null where none are served. It need not exist. */
  folder: string | null;
  /** The identity provider that people sign in at; null where there is none. */
  oidc: { issuer: string; clientId: string } | null;
  /** The private key with which tokens are issued in development; null where they are not. */
  developmentTokenKey: string | null;
}

const builtFolder = fileURLToPath(new URL('../../../portal/dist', import.meta.url));

export const portalSettings = {
  portal: setting('PORTAL', onOrOff('on'), {
    zh: '是否提供网页（首页、活动、文档等）；查询页另见 `PLAYGROUND`。',
    en: 'Whether pages are served: start, programme, documents and others. The playground has its own setting, `PLAYGROUND`.',
  }),
  folder: setting('PORTAL_DIR', text({ zh: '文件夹', en: 'a folder' }, 'portal/dist'), {
    zh: '`npm run build:portal` 写入网页的文件夹；其中没有网页时，网关以 503 答复并说明如何构建。',
    en: 'Folder that `npm run build:portal` wrote the pages to. While there are none, the gateway answers 503 and says how to build them.',
  }),
  oidcIssuer: setting(
    'PORTAL_OIDC_ISSUER',
    url({ zh: 'http(s) 地址', en: 'an http(s) URL' }, /^https?:\/\//),
    {
      zh: '人员登录网页所用的 OpenID Connect 提供方（授权码与 PKCE，公开客户端）；其访问令牌须符合 `TOKEN_ISSUER` 与 `TOKEN_AUDIENCE`。不设置时只能粘贴令牌。',
      en: 'OpenID Connect provider at which people sign in on the pages (authorization code with PKCE, public client). Its access tokens have to match `TOKEN_ISSUER` and `TOKEN_AUDIENCE`. Without it, tokens can only be pasted.',
    },
  ),
  oidcClientId: setting('PORTAL_OIDC_CLIENT_ID', optionalText({ zh: '客户端标识', en: 'a client id' }), {
    zh: '在该提供方登记的公开客户端；回调地址为网关的 `/`。',
    en: 'The public client registered at the provider. Its redirect URI is `/` at the gateway.',
  }),
};

export const developmentTokenSettings = {
  developmentTokenKey: setting('DEVELOPMENT_TOKEN_KEY', path(file, { resolve }), {
    zh: '开发用签发者的私钥（JWK 文件），使首页可以像 `npm run token` 一样签发令牌；生产环境中不得设置。`npm start` 在非生产环境下自行设置。',
    en: 'Private key of the development issuer (JWK file): with it, the start page issues tokens as `npm run token` does. It must not be set in production; `npm start` sets it outside production.',
  }),
};

export function readPortalConfig(environment: Environment): PortalConfig {
  const { portal, folder, oidcIssuer, oidcClientId } = environment.read(portalSettings);
  const { developmentTokenKey } = environment.read(developmentTokenSettings);
  if (oidcIssuer && !oidcClientId)
    environment.addFault('PORTAL_OIDC_CLIENT_ID', {
      reason:
        '设置 PORTAL_OIDC_ISSUER 时须设置 PORTAL_OIDC_CLIENT_ID。 PORTAL_OIDC_CLIENT_ID is required with PORTAL_OIDC_ISSUER.',
    });
  if (developmentTokenKey && environment.read(runModeSettings).isProduction)
    environment.addFault('DEVELOPMENT_TOKEN_KEY', {
      reason:
        'NODE_ENV=production 时不得设置 DEVELOPMENT_TOKEN_KEY。 DEVELOPMENT_TOKEN_KEY must not be set with NODE_ENV=production.',
    });
  return {
    folder: portal ? (folder === 'portal/dist' ? builtFolder : resolve(folder)) : null,
    oidc: oidcIssuer && oidcClientId ? { issuer: oidcIssuer, clientId: oidcClientId } : null,
    developmentTokenKey,
  };
}
