// npm run publish:sdl: writes the SDL that partners get into schema/contracts; with --release, also into a folder of that version.
import '../command-line/closed-output.ts';
import { existsSync } from 'node:fs';
import { today } from '@district-graph/kit/calendar';
import { releaseFiles, withChecksums } from '@district-graph/schema/release';
import { readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { ownSdls } from '../compose.ts';
import {
  contractsFolder,
  currentFiles,
  policyFaultsOf,
  releasedVersions,
  releaseFolder,
  writeFiles,
} from './releases.ts';

const usage = `用法 usage: npm run publish:sdl [-- --release <version>]
把各子图的 SDL、对外的模式和自上一版本以来的变化写入 schema/contracts；加 --release 时，另存为 schema/releases/<version>，此后不再改动。
Writes the SDL of the subgraphs, the API schema and the changes since the latest release into schema/contracts; with --release also into schema/releases/<version>, which is not changed any more.`;

/** Throws if the version is no later than the latest, or if a change may not be released today. */
function release(version: string): void {
  const [latest = '0.0.0'] = releasedVersions();
  if (!/^\d+\.\d+\.\d+$/.test(version) || version.localeCompare(latest, 'en', { numeric: true }) <= 0)
    throw new Error(
      `--release：应为高于 ${latest} 的版本号。 --release: expected a version such as 1.2.3, later than ${latest}.`,
    );
  if (existsSync(releaseFolder(version)))
    throw new Error(`schema/releases/${version} 已存在。 It already exists.`);
  const faults = policyFaultsOf(ownSdls(), today());
  if (faults.length) throw new Error(faults.join('\n'));
  writeFiles(releaseFolder(version), withChecksums(releaseFiles(ownSdls(), version)));
}

const { values } = readArguments(usage, { options: { release: { type: 'string' } } });
try {
  if (values.release !== undefined) release(values.release);
  writeFiles(contractsFolder, currentFiles());
} catch (error) {
  reportError(error);
}
