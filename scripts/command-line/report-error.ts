// Reports the error that ends a command. What the system refused becomes one line, with the path and what to check.
import { statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Bilingual } from '@district-graph/kit/errors';
import { anchorsDir, dataDir } from '../settings/data-directories.ts';

const noPermission: Bilingual = { zh: '没有访问权限', en: 'access is not permitted' };

const reasons: Readonly<Record<string, Bilingual>> = {
  ENOENT: { zh: '不存在，或所在的文件夹不存在', en: 'it, or the folder that it is in, does not exist' },
  ENOTDIR: { zh: '路径的一部分是文件，不是文件夹', en: 'a part of the path is a file, not a folder' },
  EISDIR: { zh: '是文件夹，应为文件', en: 'it is a folder; expected a file' },
  EEXIST: { zh: '已存在，但不是文件夹', en: 'it exists, but is not a folder' },
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: { zh: '所在的文件系统只读', en: 'its file system is read-only' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
};

/** Prints the error; the command then exits with 1. */
export function reportError(error: unknown): void {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** The message of an error for the operator. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', syscall = '', path = folderOf(error) } = error as NodeJS.ErrnoException;
  if (!syscall || path === undefined) return error.message;
  const { zh, en } = reasons[code] ?? { zh: '系统拒绝了操作', en: 'the system refused the operation' };
  const source = sourceOf(path);
  const [checkZh, checkEn] = source ? [`；请检查${source.zh}`, `; check ${source.en}`] : ['', ''];
  return `${path}：${zh}（${code}，${syscall}）${checkZh}。 ${path}: ${en} (${code}, ${syscall})${checkEn}.`;
}

interface PassedPath extends Bilingual {
  path: string;
}

/** The arguments of the command as paths, each with how it is called. */
function passedPaths(): PassedPath[] {
  const args = process.argv.slice(2);
  return args.flatMap((arg, index): PassedPath[] => {
    const [, option = args[index - 1], value = arg] = /^(--[\w-]+)=(.*)$/s.exec(arg) ?? [];
    if (value.startsWith('-') || value === '') return [];
    const isOption = option?.startsWith('--') && option !== '--';
    const name = isOption ? ` ${option}` : `参数 ${value}`;
    return [{ path: resolve(value), zh: name, en: isOption ? String(option) : `the argument ${value}` }];
  });
}

/** The folder that was read as a file: that error has no path. */
const folderOf = ({ code }: NodeJS.ErrnoException): string | undefined =>
  code === 'EISDIR'
    ? passedPaths().find(({ path }) => statSync(path, { throwIfNoEntry: false })?.isDirectory())?.path
    : undefined;

/**
 * The argument or the setting that a path comes from: the path is the same, or of a file or folder in it, or above it where folders
 * are created. A file that is being written has a name that begins with the passed one.
 */
function sourceOf(path: string): Bilingual | undefined {
  const full = resolve(path);
  const settings = [
    { path: resolve(dataDir(process.env)), zh: ' DATA_DIR', en: 'DATA_DIR' },
    { path: anchorsDir(process.env), zh: ' ACCESS_ANCHORS_DIR', en: 'ACCESS_ANCHORS_DIR' },
  ];
  return (
    passedPaths().find((passed) => full.startsWith(passed.path) || isIn(passed.path, full)) ??
    settings.find((setting) => full === setting.path || isIn(full, setting.path) || isIn(setting.path, full))
  );
}

const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);
