// TLS certificates for tests: an authority of its own and a certificate that it signed for this machine.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface TestCertificates {
  /** PEM. */
  ca: string;
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** Writes `<name>-*.pem` into the folder; `hosts` are the host names and addresses that the certificate is for. */
export async function makeCertificates(
  folder: string,
  name: string,
  hosts: readonly string[] = ['localhost', '127.0.0.1'],
): Promise<TestCertificates> {
  const authority = await generate([{ name: 'commonName', value: `${name} authority` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const altNames = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
  );
  const signed = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  const write = (part: string, text: string): string => {
    const file = join(folder, `${name}-${part}.pem`);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    ca: authority.cert,
    caFile: write('ca', authority.cert),
    certFile: write('cert', signed.cert),
    keyFile: write('key', signed.private),
  };
}
