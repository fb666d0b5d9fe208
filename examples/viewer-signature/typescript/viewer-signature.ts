// Verifies the viewers that a gateway signs for one subgraph (docs/viewer-signature.md). Needs nothing but Node.
import { createHmac, timingSafeEqual } from 'node:crypto';

interface Viewer {
  /** `anonymous` for a client without a token. */
  id: string;
  bureau: string | null;
  roles: string[];
  scopes: string[];
  divisions: string[];
  elderId: string | null;
  purpose: string | null;
}

export interface VerifiedViewer {
  viewer: Viewer;
  /** The JSON text that the viewer was read from. */
  claims: string;
  /** The client's address; null where the gateway does not send one. */
  address: string | null;
}

const lifeMs = 60_000;
const skewMs = 5000;
const form =
  /^([\w-]{1,32})\.(\d{1,16})\.([\w-]{1,64})\.([^.,]{1,128})\.([\w-]+)(?:\.([\w-]*))?\.([\w-]{43})$/;

/** The keys of a text `<id>:<base64url>`, separated by commas. */
export const readKeys = (text: string): Map<string, Buffer> =>
  new Map(
    text.split(',').map((entry) => {
      const [id = '', key = ''] = entry.trim().split(':');
      return [id, Buffer.from(key, 'base64url')];
    }),
  );

export class ViewerSignatures {
  #keys: ReadonlyMap<string, Buffer>;
  #subgraph: string;
  #now: () => number;
  /** When each nonce that was used may be forgotten; the oldest come first. */
  #nonces = new Map<string, number>();

  constructor(keys: ReadonlyMap<string, Buffer>, subgraph: string, now = Date.now) {
    this.#keys = keys;
    this.#subgraph = subgraph;
    this.#now = now;
  }

  /** The viewer of a request with this header and these bytes as its body; null for a request to refuse with status 401. */
  verify(header: string, body: Buffer): VerifiedViewer | null {
    const [, keyId = '', time, nonce = '', subgraph, claims = '', address = '', mac = ''] =
      form.exec(header) ?? [];
    const key = this.#keys.get(keyId);
    const now = this.#now();
    const age = now - Number(time);
    if (!key || subgraph !== this.#subgraph || !(age < lifeMs && age > -skewMs)) return null;
    const signed = header.slice(0, header.lastIndexOf('.'));
    const expected = createHmac('sha256', key).update(`${signed}\n`).update(body).digest();
    if (!timingSafeEqual(Buffer.from(mac, 'base64url'), expected)) return null;
    if (!this.#isFirst(nonce, now)) return null;
    return readViewer(claims, address);
  }

  /** Remembers a nonce until no header with it can be accepted any more. Only nonces of valid signatures get here. */
  #isFirst(nonce: string, now: number): boolean {
    for (const [old, until] of this.#nonces) {
      if (until > now) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) return false;
    this.#nonces.set(nonce, now + lifeMs + skewMs);
    return true;
  }
}

function readViewer(claims: string, address: string): VerifiedViewer | null {
  const text = Buffer.from(claims, 'base64url').toString('utf8');
  try {
    const viewer = JSON.parse(text) as Viewer;
    return { viewer, claims: text, address: Buffer.from(address, 'base64url').toString('utf8') || null };
  } catch {
    return null;
  }
}
