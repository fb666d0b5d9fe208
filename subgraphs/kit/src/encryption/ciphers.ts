// The ciphers that values are sealed with.
import type { CipherGCMTypes } from 'node:crypto';

/** An authenticated cipher that values are sealed with; another is a further line of `sealCiphers`. */
export interface ValueCipher {
  algorithm: CipherGCMTypes | 'sm4-gcm';
  /** Stands at the beginning of what it has sealed; kept for as long as there is any. */
  mark: string;
  keyBytes: number;
}

/** AES-256-GCM (NIST SP 800-38D); SM4-GCM (GB/T 32907, RFC 8998) for bureaus that are held to it. */
export const valueCiphers = {
  'aes-256-gcm': { algorithm: 'aes-256-gcm', mark: 'a', keyBytes: 32 },
  'sm4-gcm': { algorithm: 'sm4-gcm', mark: 's', keyBytes: 16 },
} as const satisfies Record<string, ValueCipher>;

export type CipherName = keyof typeof valueCiphers;
