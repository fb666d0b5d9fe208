// The published SDL is that of the code, releases stay as they were, and no change breaks clients or partners without notice.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { today } from '@district-graph/kit/calendar';
import { checksumsFile, type Manifest, manifestFile, withChecksums } from '@district-graph/schema/release';
import { describe, expect, it } from 'vitest';
import { ownSdls } from '../compose.ts';
import {
  changesSince,
  contractsFolder,
  currentFiles,
  policyFaultsOf,
  readFiles,
  releasedVersions,
  releaseFolder,
} from './releases.ts';

it('schema/contracts is up to date: npm run publish:sdl changes nothing', () => {
  const committed = readFiles(contractsFolder);
  const current = currentFiles();
  expect([...committed.keys()].toSorted()).toEqual([...current.keys()].toSorted());
  const stale = [...current].filter(([file, text]) => committed.get(file) !== text).map(([file]) => file);
  expect(stale).toEqual([]);
});

it('makes no breaking change that docs/change-policy.md does not allow today', () => {
  expect(policyFaultsOf(ownSdls(), today())).toEqual([]);
});

it('finds what breaks clients and partners in the subgraphs as they are composed', () => {
  const others = ownSdls().filter(({ name }) => name !== 'culture');
  const faults = policyFaultsOf(others, today());
  expect(faults).toContainEqual(
    expect.stringMatching(/^The subgraph culture was removed\. \(culture\) A breaking/),
  );
  expect(faults).toContainEqual(expect.stringMatching(/^Division\.culture was removed\. \(API\) A breaking/));
});

describe('the SDL of graphs that lack subgraphs', () => {
  const [latest = ''] = releasedVersions();
  const released = readFiles(releaseFolder(latest));
  const withoutOverview = (released.get('subgraphs/security.without-places.graphql') ?? '').replace(
    '  security: SecurityOverview',
    '  renamed: SecurityOverview',
  );
  const removal = 'Division.security was removed.';

  it('is compared too: what only they lose is listed under their names', () => {
    const files = new Map(released).set('subgraphs/security.without-places.graphql', withoutOverview);
    expect(changesSince(latest, files)).toEqual({
      breaking: [{ text: removal, in: ['security without places'], promisedUntil: null }],
      dangerous: [],
    });
  });

  it('is that of a graph without subgraphs that are newly needed, which partners do not have', () => {
    const manifest = JSON.parse(released.get(manifestFile) ?? '') as Manifest;
    const file = 'subgraphs/security.without-culture.graphql';
    const added = [['culture'], ['culture', 'places']].map((without) => ({
      name: 'security',
      without,
      file,
    }));
    const files = new Map(released)
      .set(file, withoutOverview)
      .set(manifestFile, JSON.stringify({ ...manifest, subgraphs: [...manifest.subgraphs, ...added] }));
    expect(changesSince(latest, files).breaking).toEqual([
      { text: removal, in: ['security'], promisedUntil: null },
    ]);
  });
});

it.each([
  ['0.1.0', 'later than'],
  ['next', 'a version such as'],
])('--release %s is refused, and nothing is written', (version, reason) => {
  const before = readFiles(contractsFolder);
  const { status, stderr } = spawnSync(process.execPath, ['scripts/publish/sdl.ts', '--release', version], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining(reason)]);
  expect(readFiles(contractsFolder)).toEqual(before);
});

it.each(releasedVersions())('release %s has its files as they were published', (version) => {
  const files = readFiles(releaseFolder(version));
  const { version: named, subgraphs } = JSON.parse(files.get(manifestFile) ?? '') as Manifest;
  expect(named).toBe(version);
  expect(withChecksums(files).get(checksumsFile)).toBe(files.get(checksumsFile));
  expect(subgraphs.filter(({ file }) => !files.has(file))).toEqual([]);
});

it('sorts releases by number, and there is one to compare with', () => {
  expect(releasedVersions().length).toBeGreaterThan(0);
  expect(releasedVersions()).toContain('0.1.0');
});
