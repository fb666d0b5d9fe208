// The viewer that the gateway forwards to a subgraph: signed together with the request body, valid once and for one minute.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../http-error.ts';
import { isPurpose } from './roles.ts';
import { withoutSandboxScopes } from './sandbox-key.ts';
import { type Claims, type Viewer, viewerFromClaims } from './viewer.ts';

export const viewerHeader = 'x-district-viewer';

/** Keys by id. The first one signs, all verify. To rotate, a new key is added at the end and moved to the front later. */
export type SigningKeys = ReadonlyMap<string, Buffer>;

const lifeMs = 60_000;
/** The clocks of two machines may differ by this much. */
const skewMs = 5000;
/** Nonces remembered for a minute, to refuse replays. */
const maxNonces = 1_000_000;

/** The part of the header that is the same for all requests of a viewer. */
export const claimsText = (viewer: Viewer): string =>
  Buffer.from(
    JSON.stringify({
      id: viewer.id,
      bureau: viewer.bureau,
      roles: viewer.roles,
      scopes: [...viewer.scopes],
      divisions: viewer.divisions,
      elderId: viewer.elderId,
      purpose: viewer.purpose,
    }),
  ).toString('base64url');

let nonceBase = randomBytes(9).toString('base64url');
let nonceCount = 0;

/** A text that is unique to each request: random once, then counted. */
function newNonce(): string {
  nonceCount += 1;
  if (nonceCount === 0x7fffffff) {
    nonceBase = randomBytes(9).toString('base64url');
    nonceCount = 0;
  }
  return `${nonceBase}${nonceCount.toString(36)}`;
}

/** Headers cannot contain the line break, so nothing of the body can be mistaken for a part of the header. */
const macOf = (key: Buffer, signed: string, body: string, encoding: 'utf8' | 'latin1') =>
  createHmac('sha256', key).update(`${signed}\n`).update(body, encoding).digest();

/** The part of the header with the client address of the viewer. */
export const addressText = (address: string | null): string =>
  Buffer.from(address ?? '').toString('base64url');

/** The client address in a verified header; null if the gateway did not send one. */
export function signedAddress(header: string): string | null {
  const parts = header.split('.');
  return (parts.length === 7 && Buffer.from(parts[5] ?? '', 'base64url').toString('utf8')) || null;
}

/** The header of one request to the subgraph with this latin1 body. */
export function signViewer(
  keys: SigningKeys,
  claims: string,
  subgraph: string,
  body: string,
  address = '',
): string {
  const [first] = keys;
  if (!first) throw new Error('no key to sign with');
  const [keyId, key] = first;
  const signed = `${keyId}.${Date.now()}.${newNonce()}.${subgraph}.${claims}.${address}`;
  return `${signed}.${macOf(key, signed, body, 'latin1').toString('base64url')}`;
}

/** Key id, time, nonce, subgraph, claims, address and MAC. Older gateways send no address. */
const headerForm = /^([\w-]{1,32})\.(\d{1,16})\.([\w-]+)\.([^.,]+)\.([\w-]+)(?:\.[\w-]*)?\.([\w-]{43})$/;

/** Verifies the viewers that the gateway signed for one subgraph. */
export class ViewerVerifier {
  #keys: SigningKeys;
  #subgraph: string;
  #grantsSandboxScopes: boolean;
  #viewers = new Map<string, Viewer>();
  #nonces = new Map<string, number>();

  /** `grantsSandboxScopes`: whether all data are synthetic. A gateway that is set up for such data is not trusted with others. */
  constructor(keys: SigningKeys, subgraph: string, grantsSandboxScopes = false) {
    this.#keys = keys;
    this.#subgraph = subgraph;
    this.#grantsSandboxScopes = grantsSandboxScopes;
  }

  /** The viewer of a header. Throws an HttpError if it is forged, too old, for another subgraph or body, or a replay. */
  verify(header: string, body: string): Viewer {
    const [, keyId = '', time, nonce = '', subgraph, claims = '', mac = ''] = headerForm.exec(header) ?? [];
    const key = this.#keys.get(keyId);
    const signed = header.slice(0, header.lastIndexOf('.'));
    const received = Buffer.from(mac, 'base64url');
    const now = Date.now();
    const age = now - Number(time);
    if (
      !key ||
      subgraph !== this.#subgraph ||
      !(age < lifeMs && age > -skewMs) ||
      received.length !== 32 ||
      !timingSafeEqual(received, macOf(key, signed, body, 'utf8')) ||
      !this.#isFirst(nonce, now)
    )
      throw notValid();
    return this.#viewerOf(claims);
  }

  #isFirst(nonce: string, now: number): boolean {
    if (this.#nonces.has(nonce)) return false;
    // Maps keep insertion order, so the oldest come first.
    for (const [old, until] of this.#nonces) {
      if (until > now && this.#nonces.size < maxNonces) break;
      this.#nonces.delete(old);
    }
    this.#nonces.set(nonce, now + lifeMs + skewMs);
    return true;
  }

  #viewerOf(claims: string): Viewer {
    let viewer = this.#viewers.get(claims);
    if (!viewer) {
      const parsed = parseClaims(claims);
      const { purpose } = parsed;
      const claimed = {
        ...viewerFromClaims(parsed),
        purpose: typeof purpose === 'string' && isPurpose(purpose) ? purpose : null,
      };
      viewer = this.#grantsSandboxScopes ? claimed : withoutSandboxScopes(claimed);
      if (this.#viewers.size >= 10_000) this.#viewers.clear();
      this.#viewers.set(claims, viewer);
    }
    return viewer;
  }
}

function parseClaims(claims: string): Claims & { purpose: unknown } {
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  } catch {
    throw notValid();
  }
}

const notValid = () =>
  new HttpError(
    401,
    'UNAUTHENTICATED',
    '网关的签名无效或已用过。 The signature of the gateway is not valid or was used before.',
    { keepsConnection: true },
  );
