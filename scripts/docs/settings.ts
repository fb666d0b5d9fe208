// npm run docs:settings: writes docs/settings.md and docs/zh-CN/settings.md from the definitions that the processes read.
import { writeFileSync } from 'node:fs';
import { settingsDocument } from './settings-document.ts';
import { documentFile, languages } from './tables.ts';

for (const language of languages)
  writeFileSync(documentFile('settings.md', language), settingsDocument(language));
