// From a request to its viewer: signed by the gateway, by a token or key of their own, or anonymous.
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.ts';
import { roles } from './roles.ts';
import { type TokenOptions, Tokens } from './tokens.ts';
import { anonymous, type Viewer, withPurpose } from './viewer.ts';
import { SignedViewers, type SigningKeys, viewerHeader } from './viewer-signature.ts';

export interface IdentityOptions {
  /** Who signs the tokens; null where none are accepted. */
  tokens: TokenOptions | null;
  /** Of those who pass on viewers, for the named subgraph; null where nobody may. */
  gateway: { keys: SigningKeys; subgraph: string } | null;
}

export const purposeHeader = 'x-purpose';

export class Identity {
  #tokens: Tokens | null;
  #signed: SignedViewers | null;

  constructor({ tokens, gateway }: IdentityOptions) {
    this.#tokens = tokens && new Tokens(tokens);
    this.#signed = gateway && new SignedViewers(gateway.keys, gateway.subgraph);
  }

  /** Who sends these headers and this body. Rejects with a refusal for what is not valid: nobody becomes anonymous by mistake. */
  async viewerOf(headers: IncomingHttpHeaders, body: string): Promise<Viewer> {
    const signature = headers[viewerHeader];
    if (this.#signed && typeof signature === 'string') return this.#signed.verified(signature, body);
    const { authorization } = headers;
    const viewer = authorization === undefined ? anonymous : await this.#bearer(authorization);
    const purpose = headers[purposeHeader];
    return typeof purpose === 'string' ? declared(viewer, purpose) : viewer;
  }

  /** Refuses whoever is not the gateway, or another who has its keys. */
  checkGateway(headers: IncomingHttpHeaders): void {
    const signature = headers[viewerHeader];
    if (this.#signed && typeof signature === 'string') this.#signed.verified(signature, '');
    else
      throw unauthenticated(
        '此地址只供网关使用（VIEWER_KEYS）。 This address is for the gateway alone (VIEWER_KEYS).',
      );
  }

  #bearer(authorization: string): Promise<Viewer> {
    const [, token] = /^bearer +([\w.~+/=-]+)$/i.exec(authorization.trim()) ?? [];
    if (!token)
      throw unauthenticated(
        '请以 Authorization: Bearer <令牌> 发送令牌。 Send the token as Authorization: Bearer <token>.',
      );
    if (!this.#tokens)
      throw unauthenticated(
        '此服务未设置令牌签发者（TOKEN_JWKS）。 No issuer of tokens is set here (TOKEN_JWKS).',
      );
    return this.#tokens.verified(token);
  }
}

function declared(viewer: Viewer, purpose: string): Viewer {
  const withIt = withPurpose(viewer, purpose);
  if (withIt) return withIt;
  const allowed = [...new Set(viewer.roles.flatMap((name) => roles[name].purposes as readonly string[]))];
  throw new Refusal(
    403,
    'FORBIDDEN',
    `您的角色不能声明用途 ${purpose.slice(0, 50)}；可用：${allowed.join('、') || '无'}。 Your roles may not declare this purpose; they may: ${allowed.join(', ') || 'none'}.`,
    true,
  );
}

const unauthenticated = (message: string) => new Refusal(401, 'UNAUTHENTICATED', message, true);
