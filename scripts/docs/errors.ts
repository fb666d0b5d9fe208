// npm run docs:errors: writes docs/errors.md and docs/zh-CN/errors.md from the table of error codes.
import { writeFileSync } from 'node:fs';
import { readArguments } from '../command-line/arguments.ts';
import { errorsDocument } from './errors-document.ts';
import { documentFile, languages } from './tables.ts';

readArguments(
  '用法 usage: npm run docs:errors\n把错误码表写入 docs/errors.md 与 docs/zh-CN/errors.md。 Writes docs/errors.md and docs/zh-CN/errors.md from the table of error codes.',
  {},
);

for (const language of languages)
  writeFileSync(documentFile('errors.md', language), errorsDocument(language));
