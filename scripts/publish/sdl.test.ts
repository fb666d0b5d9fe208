// The published SDL is that of the code, releases stay as they were, and no change breaks clients or partners without notice.
import { today } from '@district-graph/kit/calendar';
import { type Manifest, manifestFile, sha256Of } from '@district-graph/schema/release';
import { expect, it } from 'vitest';
import {
  contractsFolder,
  currentFiles,
  currentPolicyFaults,
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
  expect(currentPolicyFaults(today())).toEqual([]);
});

it.each(releasedVersions())('release %s has the files of its manifest, as they were published', (version) => {
  const files = readFiles(releaseFolder(version));
  const { version: named, sha256, subgraphs } = JSON.parse(files.get(manifestFile) ?? '') as Manifest;
  expect(named).toBe(version);
  files.delete(manifestFile);
  const actual = Object.fromEntries([...files].map(([file, text]) => [file, sha256Of(text)]));
  expect(actual).toEqual(sha256);
  expect(subgraphs.filter(({ file }) => !files.has(file))).toEqual([]);
});

it('sorts releases by number, and there is one to compare with', () => {
  expect(releasedVersions().length).toBeGreaterThan(0);
  expect(releasedVersions()).toContain('0.1.0');
});
