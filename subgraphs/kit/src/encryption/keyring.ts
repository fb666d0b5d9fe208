// The keys of a subgraph, which are kept outside of its database: from each secret a separate key is derived for every use.
import { hkdfSync } from 'node:crypto';
import type { CipherName } from './ciphers.ts';

/** What keys are derived for. A use keeps its name for as long as anything that was made with it is kept. */
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

/** Distinguishes a key from others with the same id; the key cannot be derived from it. */
export interface KeyFingerprint {
  id: string;
  fingerprint: string;
}

export class Keyring {
  /** The cipher that values are encrypted with. A ciphertext names the cipher that it is decrypted with. */
  readonly cipher: CipherName;
  #secrets: ReadonlyMap<string, Buffer>;
  #derived = new Map<string, Buffer>();

  /** The first secret is the current one; the others are for values that were created with them. */
  constructor(secrets: ReadonlyMap<string, Buffer>, cipher: CipherName = 'aes-256-gcm') {
    this.cipher = cipher;
    if (secrets.size === 0) throw new Error('a keyring needs a secret');
    this.#secrets = secrets;
  }

  /** The key for new values. */
  current(use: KeyUse): NamedKey {
    const [id] = this.#secrets.keys();
    return { id: id as string, key: this.named(use, id as string) as Buffer };
  }

  /** The key with this id; null if the keyring does not have it. */
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

  /** The ids of the keys, the current one first. */
  get ids(): string[] {
    return [...this.#secrets.keys()];
  }
}

/** For machines without real data. */
export const developmentSecrets: ReadonlyMap<string, Buffer> = new Map([
  ['development', Buffer.from('district-graph: for development only')],
]);

export const developmentKeyring = new Keyring(developmentSecrets);
