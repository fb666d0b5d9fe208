// The viewer as the gateway passes them to a subgraph: signed with the call's body, for one minute, once.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../http-error.ts';
import { isPurpose } from './roles.ts';
import { type Claims, type Viewer, viewerFromClaims } from './viewer.ts';

export const viewerHeader = 'x-district-viewer';

/** The keys by their ids. The first one signs, each verifies: a new one is added at the end, then moved to the front. */
export type SigningKeys = ReadonlyMap<string, Buffer>;

const lifeMs = 60_000;
/** Clocks of two machines may differ. */
const skewMs = 5000;
/** Calls of a minute that can be told apart from their repetitions. */
const maxNonces = 1_000_000;

/** The part of the header that is the same for every call of a viewer. */
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

/** A text that no call has had: random once, then counted. */
function newNonce(): string {
  nonceCount += 1;
  if (nonceCount === 0x7fffffff) {
    nonceBase = randomBytes(9).toString('base64url');
    nonceCount = 0;
  }
  return `${nonceBase}${nonceCount.toString(36)}`;
}

/** No header holds the line break: nothing of the body can be taken for a part of what is signed before it. */
const macOf = (key: Buffer, signed: string, body: string, encoding: 'utf8' | 'latin1') =>
  createHmac('sha256', key).update(`${signed}\n`).update(body, encoding).digest();

/** The part of the header that says from where the viewer asks. */
export const addressText = (address: string | null): string =>
  Buffer.from(address ?? '').toString('base64url');

/** Of a header that is verified, from where the viewer asks; null where the gateway does not say. */
export function signedAddress(header: string): string | null {
  const parts = header.split('.');
  return (parts.length === 7 && Buffer.from(parts[5] ?? '', 'base64url').toString('utf8')) || null;
}

/** The header of one call of the subgraph with this body, latin1. */
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

/** Verifies what the gateway signed for this subgraph. */
export class ViewerVerifier {
  #keys: SigningKeys;
  #subgraph: string;
  #viewers = new Map<string, Viewer>();
  #nonces = new Map<string, number>();

  constructor(keys: SigningKeys, subgraph: string) {
    this.#keys = keys;
    this.#subgraph = subgraph;
  }

  /** The viewer. Throws a refusal for what is forged, too old, for another subgraph or body, or sent before. */
  verify(header: string, body: string): Viewer {
    // The last is the authentication; gateways before this one said no address in front of it.
    const [keyId = '', time = '', nonce = '', subgraph = '', claims = '', ...rest] = header.split('.');
    const mac = rest.at(-1) ?? '';
    const key = this.#keys.get(keyId);
    const signed = header.slice(0, header.lastIndexOf('.'));
    const given = Buffer.from(mac, 'base64url');
    const now = Date.now();
    const age = now - Number(time);
    if (
      !key ||
      subgraph !== this.#subgraph ||
      !(age < lifeMs && age > -skewMs) ||
      given.length !== 32 ||
      !timingSafeEqual(given, macOf(key, signed, body, 'utf8')) ||
      !this.#isFirst(nonce, now)
    )
      throw new HttpError(
        401,
        'UNAUTHENTICATED',
        '网关的签名无效或已用过。 The signature of the gateway is not valid, or was used before.',
        true,
      );
    return this.#viewerOf(claims);
  }

  #isFirst(nonce: string, now: number): boolean {
    if (this.#nonces.has(nonce)) return false;
    // In the order of time: the oldest stand first.
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
      const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims & {
        purpose: unknown;
      };
      const { purpose } = parsed;
      viewer = {
        ...viewerFromClaims(parsed),
        purpose: typeof purpose === 'string' && isPurpose(purpose) ? purpose : null,
      };
      if (this.#viewers.size >= 10_000) this.#viewers.clear();
      this.#viewers.set(claims, viewer);
    }
    return viewer;
  }
}
