// npm run docs:settings: writes docs/settings.md and docs/zh-CN/settings.md from the definitions that the processes read.
import { writeFileSync } from 'node:fs';
import { readArguments } from '../command-line/arguments.ts';
import { settingsDocument } from './settings-document.ts';
import { documentFile, languages } from './tables.ts';

readArguments(
  '用法 usage: npm run docs:settings\n把各项设置的定义写入 docs/settings.md 与 docs/zh-CN/settings.md。 Writes docs/settings.md and docs/zh-CN/settings.md from the definitions of the settings.',
  {},
);

for (const language of languages)
  writeFileSync(documentFile('settings.md', language), settingsDocument(language));
