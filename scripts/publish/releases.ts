// The folders of published SDL: schema/contracts, that of the current code, and schema/releases/<version>, which are never edited.
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyFaults, type RecordedChange } from '@district-graph/schema/change-policy';
import { type ComparedSdl, changesBetween, type SchemaChanges } from '@district-graph/schema/changes';
import type { SubgraphSdl } from '@district-graph/schema/compose';
import { type ContractSdl, contractFor, neededBy } from '@district-graph/schema/contract';
import {
  apiFile,
  type Manifest,
  manifestFile,
  releaseFiles,
  withChecksums,
} from '@district-graph/schema/release';
import { ownSdls } from '../compose.ts';

const folderOf = (path: string): string => fileURLToPath(new URL(`../../schema/${path}`, import.meta.url));

export const contractsFolder = folderOf('contracts');
const releasesFolder = folderOf('releases');
const recordsFile = join(releasesFolder, 'breaking-changes.json');

/** The version numbers of the releases, the latest first. */
export const releasedVersions = (): string[] =>
  readdirSync(releasesFolder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));

export const releaseFolder = (version: string): string => join(releasesFolder, version);

/** The files of a folder by path. */
export const readFiles = (folder: string): Map<string, string> =>
  new Map(
    globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort()
      .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(folder, file), 'utf8')]),
  );

/** Writes the files in place of those that the folder has. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

/** What schema/contracts contains: the files of a release, and what has changed since the latest one. */
export function currentFiles(): Map<string, string> {
  const files = releaseFiles(ownSdls(), null);
  const [latest] = releasedVersions();
  if (latest) files.set('changes.md', changesDocument(latest, changesSince(latest, files)));
  return withChecksums(files);
}

/** What has changed in the files since a release. */
export const changesSince = (version: string, files: ReadonlyMap<string, string>): SchemaChanges =>
  changesBetween(comparedSdl(readFiles(releaseFolder(version)), files));

/**
 * The API schemas, and each SDL of a subgraph that was released, with the one that its graph gets now: that of a graph with no further
 * subgraphs, since a partner does not add one for a new release.
 */
function comparedSdl(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ComparedSdl[] {
  const released = contractsIn(before);
  const current = contractsIn(after);
  return [
    { name: 'API', before: before.get(apiFile) ?? '', after: after.get(apiFile) ?? null },
    ...released.map(({ name, without, sdl }) => {
      const graph = [name, ...neededBy(released, name).filter((other) => !without.includes(other))];
      const isListed = current.some((contract) => contract.name === name);
      return {
        name: [name, ...without].join(' without '),
        ...(without.length === 0 ? {} : { partOf: name }),
        before: sdl,
        after: isListed ? contractFor(current, name, graph).sdl : null,
      };
    }),
  ];
}

const contractsIn = (files: ReadonlyMap<string, string>): ContractSdl[] =>
  (JSON.parse(files.get(manifestFile) ?? '') as Manifest).subgraphs.map(({ file, ...contract }) => ({
    ...contract,
    sdl: files.get(file) ?? '',
  }));

/** A line for each breaking change of these subgraphs since the latest release that may not be released today. */
export function policyFaultsOf(subgraphs: readonly SubgraphSdl[], today: string): string[] {
  const [latest] = releasedVersions();
  if (!latest) return [];
  const { breaking } = changesSince(latest, releaseFiles(subgraphs, null));
  return policyFaults(breaking, JSON.parse(readFileSync(recordsFile, 'utf8')) as RecordedChange[], today);
}

function changesDocument(version: string, { breaking, dangerous }: SchemaChanges): string {
  const list = (changes: SchemaChanges['breaking']) =>
    changes.length === 0
      ? ['无。 None.']
      : changes.map(({ text, in: names }) => `- ${text.replaceAll('@', '\\@')} (${names.join(', ')})`);
  return [
    `# ${version} 之后的变化 Changes since ${version}`,
    '',
    '由 `npm run publish:sdl` 生成。 Written by `npm run publish:sdl`.',
    '',
    '## 不兼容 Breaking',
    ...list(breaking),
    '',
    '## 须留意 Dangerous',
    ...list(dangerous),
    '',
  ].join('\n');
}
