// npm run docs:errors: writes docs/errors.md and docs/zh-CN/errors.md from the table of error codes.
import { writeFileSync } from 'node:fs';
import { errorsDocument } from './errors-document.ts';
import { documentFile, languages } from './tables.ts';

for (const language of languages)
  writeFileSync(documentFile('errors.md', language), errorsDocument(language));
