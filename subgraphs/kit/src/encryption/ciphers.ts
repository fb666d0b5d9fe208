// The ciphers that values can be encrypted with.
import type { CipherGCMTypes } from 'node:crypto';

/** An authenticated cipher. To add one, add a line to `valueCiphers`. */
export interface ValueCipher {
  algorithm: CipherGCMTypes | 'sm4-gcm';
  /** The first character of its ciphertexts. It stays reserved for as long as any of them exist. */
  mark: string;
  keyBytes: number;
}

/** AES-256-GCM (NIST SP 800-38D); SM4-GCM (GB/T 32907, RFC 8998) for bureaus that have to use it. */
export const valueCiphers = {
  'aes-256-gcm': { algorithm: 'aes-256-gcm', mark: 'a', keyBytes: 32 },
  'sm4-gcm': { algorithm: 'sm4-gcm', mark: 's', keyBytes: 16 },
} as const satisfies Record<string, ValueCipher>;

export type CipherName = keyof typeof valueCiphers;
