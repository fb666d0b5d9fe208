// Which documents may run: trusted documents, their folder, and what strangers may see of the schema.
import { resolve } from 'node:path';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { folder, oneOf, onOrOff, path } from '@district-graph/kit/config/forms';
import type { TrustedDocumentsOptions } from '../admission/trusted-documents.ts';

export const documentSettings = {
  mode: setting('TRUSTED_DOCUMENTS', oneOf(['off', 'log-unknown', 'enforce'], 'off'), {
    zh: '`log-unknown`：其他文档照常执行，各按其散列记一次日志；`enforce`：拒绝其他文档，包括查询页自己的自省。',
    en: '`log-unknown`: other documents run and are logged once each, by their hash. `enforce`: others are refused, the playground’s own introspection too.',
  }),
  folder: setting('TRUSTED_DOCUMENTS_DIR', path(folder, { resolve }), {
    zh: '`.graphql` 文件（整个文件及其每个操作均受信任）与 JSON 清单（`{"<标识>": "<文档>"}` 或 Apollo 的格式）所在的文件夹；随改动更新，坏文件不起作用。',
    en: 'Folder of `.graphql` files (a file as a whole and each of its operations is trusted) and of JSON manifests (`{"<id>": "<document>"}` or Apollo’s). It is watched; a bad file changes nothing.',
  }),
};

export const playgroundSettings = {
  playground: setting('PLAYGROUND', onOrOff('on'), {
    zh: '是否提供查询页；外人可访问时设为 `off`。',
    en: 'Whether the playground is served; `off` where strangers reach the gateway.',
  }),
};

export function readDocumentOptions(environment: Environment): Omit<TrustedDocumentsOptions, 'log'> {
  const { mode, folder } = environment.read(documentSettings);
  if (mode !== 'off' && folder === null)
    environment.addFault('TRUSTED_DOCUMENTS_DIR', {
      reason:
        '设置 TRUSTED_DOCUMENTS 时须设置 TRUSTED_DOCUMENTS_DIR。 TRUSTED_DOCUMENTS_DIR is required with TRUSTED_DOCUMENTS.',
    });
  return { mode, folder };
}
