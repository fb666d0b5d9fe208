// The keys of a subgraph, which are not in its database: one secret at a time, from which each use derives a key of its own.
import { hkdfSync } from 'node:crypto';
import type { CipherName } from './ciphers.ts';

/** What keys are derived for; a use keeps its name for as long as anything made with it is kept. */
export type KeyUse =
  | 'access-records'
  | 'backups'
  | 'columns'
  | 'blind-index'
  | 'cursors'
  | 'fingerprint'
  | 'idempotency'
  | 'persons';

export interface NamedKey {
  id: string;
  key: Buffer;
}

/** By it a key is told from others of the same name; nothing of the key follows from it. */
export interface KeyFingerprint {
  id: string;
  fingerprint: string;
}

export class Keyring {
  /** What is sealed is sealed with this; what is opened, with what it was sealed with. */
  readonly cipher: CipherName;
  #secrets: ReadonlyMap<string, Buffer>;
  #derived = new Map<string, Buffer>();

  /** The first secret is the current one; the others are for what was made with them. */
  constructor(secrets: ReadonlyMap<string, Buffer>, cipher: CipherName = 'aes-256-gcm') {
    this.cipher = cipher;
    if (secrets.size === 0) throw new Error('a keyring needs a secret');
    this.#secrets = secrets;
  }

  /** The key to make something with. */
  current(use: KeyUse): NamedKey {
    const [id] = this.#secrets.keys();
    return { id: id as string, key: this.named(use, id as string) as Buffer };
  }

  /** The key that something was made with; null when it is not in the ring. */
  named(use: KeyUse, id: string): Buffer | null {
    const name = `${use}/${id}`;
    let key = this.#derived.get(name);
    if (!key) {
      const secret = this.#secrets.get(id);
      if (!secret) return null;
      key = Buffer.from(hkdfSync('sha256', secret, '', `district-graph ${use}`, 32));
      this.#derived.set(name, key);
    }
    return key;
  }

  fingerprints(): KeyFingerprint[] {
    return this.ids.map((id) => ({
      id,
      fingerprint: (this.named('fingerprint', id) as Buffer).toString('hex').slice(0, 16),
    }));
  }

  /** Current first. */
  get ids(): string[] {
    return [...this.#secrets.keys()];
  }
}

/** On machines where nobody real is on record. */
export const developmentSecrets: ReadonlyMap<string, Buffer> = new Map([
  ['development', Buffer.from('district-graph: for development only')],
]);

export const developmentKeyring = new Keyring(developmentSecrets);
