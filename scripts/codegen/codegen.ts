// npm run codegen: writes the typed documents and the tables of the client from the published schema and the error codes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArguments } from '../command-line/arguments.ts';
import { root } from '../processes/child-process.ts';
import { generatedFiles } from './generated-files.ts';

readArguments(
  '用法 usage: npm run codegen\n由公开的模式与错误码表生成带类型的文档与客户端的表。 Writes the typed documents and the tables of the client from the published schema and the error codes.',
  {},
);

for (const [path, text] of await generatedFiles()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
