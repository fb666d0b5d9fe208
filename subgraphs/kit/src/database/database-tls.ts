// TLS of the connection to PostgreSQL, by libpq's parameters in its URL: sslmode, sslrootcert, sslcert, sslkey.
import { existsSync, readFileSync } from 'node:fs';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';

type Mode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
const modes: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

export interface DatabaseConnection {
  /** The URL without the parameters that are in `options`. */
  address: string;
  options: { ssl?: false | 'allow' | 'prefer' | 'require' | ConnectionOptions };
}

/**
 * Throws for an unknown mode or a missing file. `verify-ca` and `verify-full` check the certificate against `sslrootcert`, or
 * against the authorities that Node trusts; `verify-full` also checks the host name.
 */
export function connectionOf(databaseUrl: string): DatabaseConnection {
  if (!/[?&]ssl(mode|rootcert|cert|key)=/.test(databaseUrl)) return { address: databaseUrl, options: {} };
  const url = new URL(databaseUrl);
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    url.searchParams.delete(name);
    return value;
  };
  const mode = take('sslmode') ?? 'disable';
  const [rootCert, cert, key] = [take('sslrootcert'), take('sslcert'), take('sslkey')];
  if (!modes.includes(mode))
    throw new Error(
      `sslmode 应为其一：${modes.join('、')}。 Expected one of ${modes.join(', ')}, received ${mode}.`,
    );
  const address = url.href;
  const effective = rootCert !== null && mode === 'require' ? 'verify-ca' : (mode as Mode);
  if (effective === 'disable') return { address, options: { ssl: false } };
  const own = { cert: fileOf(cert), key: fileOf(key) };
  if (effective === 'verify-ca' || effective === 'verify-full') {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const checked = (_name: string, certificate: PeerCertificate) =>
      // The driver passes no name for a host that is an IP address.
      effective === 'verify-full' ? checkServerIdentity(host, certificate) : undefined;
    const ca = rootCert === 'system' ? undefined : fileOf(rootCert);
    const ssl = { ...own, ca, rejectUnauthorized: true, checkServerIdentity: checked };
    return { address, options: { ssl } };
  }
  if (own.cert) return { address, options: { ssl: { ...own, rejectUnauthorized: false } } };
  return { address, options: { ssl: effective } };
}

function fileOf(file: string | null): Buffer | undefined {
  if (file === null) return undefined;
  if (!existsSync(file)) throw new Error(`没有文件 ${file}。 There is no file ${file}.`);
  return readFileSync(file);
}
