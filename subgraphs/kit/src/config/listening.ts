// Where a server listens, how it stops, and its certificate.
import type { Bilingual } from '../errors.ts';
import type { TlsFiles } from '../http/tls-files.ts';
import { type Environment, setting } from './environment.ts';
import { file, milliseconds, path, text, wholeNumber } from './forms.ts';

export const listeningSettings = {
  host: setting('HOST', text({ zh: '地址或主机名', en: 'an address or a host name' }, '127.0.0.1'), {
    zh: '监听的地址。`npm start` 下各子图只监听 127.0.0.1。',
    en: 'Address to listen on. With `npm start` the subgraphs listen on 127.0.0.1 only.',
  }),
  drainMs: setting('DRAIN_MS', wholeNumber(5000, [0, 600_000], milliseconds), {
    zh: '收到 SIGTERM 后，进程变为未就绪但仍继续应答的时长；应不短于负载均衡器发现它所需的时间。Ctrl-C 不等待。',
    en: 'How long a process that is no longer ready keeps answering after SIGTERM: the time that a load balancer needs to notice. Ctrl-C skips it.',
  }),
};

export const portSetting = (fallback: number, shownDefault?: Bilingual) => {
  const form = wholeNumber(fallback, [0, 65_535]);
  return {
    port: setting(
      'PORT',
      { ...form, shownDefault: shownDefault ?? form.shownDefault },
      { zh: '监听的端口。', en: 'Port to listen on.' },
    ),
  };
};

export const tlsSettings = {
  certFile: setting('TLS_CERT_FILE', path(file), {
    zh: 'PEM 证书；与 `TLS_KEY_FILE` 同时设置后使用 TLS 1.2 及以上。文件更新后自动换用。',
    en: 'Certificate in PEM. With the key file, the server speaks TLS 1.2 or newer. Renewed files are picked up.',
  }),
  keyFile: setting('TLS_KEY_FILE', path(file), {
    zh: '证书的 PEM 私钥。',
    en: 'The private key of the certificate, in PEM.',
  }),
};

/** Where a server listens, and the variable that sets its port. */
export interface ListeningAddress {
  name: string;
  host: string;
  port: number;
  variable: string;
}

/** Why a server cannot listen, by the code of the system's error, and which variable to set. */
export const listenFault = ({ name, host, port, variable }: ListeningAddress, code: string): string =>
  code === 'EADDRINUSE'
    ? `${name} 的端口 ${port} 已被占用；请用 ${variable} 指定其他端口。 Port ${port} of ${name} is in use; set ${variable} to another port.`
    : `${name} 无法监听 ${host}:${port}（${code}）；请检查 HOST 与 ${variable}。 ${name} cannot listen on ${host}:${port} (${code}); check HOST and ${variable}.`;

/** Throws the error with which a server did not start; where it cannot listen, one that says which variable to set. */
export function throwStartError(
  error: NodeJS.ErrnoException & { hostname?: string },
  address: ListeningAddress,
): never {
  const { syscall, code = '', hostname } = error;
  const isListening = syscall === 'listen' || (syscall === 'getaddrinfo' && hostname === address.host);
  throw isListening ? new Error(listenFault(address, code), { cause: error }) : error;
}

/** Both files, or null. One without the other is a fault. */
export function readTls(environment: Environment, prefix = ''): TlsFiles | null {
  const { certFile, keyFile } = environment.read(tlsSettings, prefix);
  if ((certFile === null) !== (keyFile === null))
    environment.addFault(`${prefix}TLS_CERT_FILE`, {
      reason: `须与 ${prefix}TLS_KEY_FILE 同时设置。 Set both ${prefix}TLS_CERT_FILE and ${prefix}TLS_KEY_FILE, or neither.`,
    });
  return certFile && keyFile ? { certFile, keyFile } : null;
}
