// Which documents may run: all, or trusted documents only, and the folder that holds those.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, setting } from '@district-graph/kit/config/environment';
import { folder, oneOf, onOrOff, path } from '@district-graph/kit/config/forms';
import type { TrustedDocumentsOptions } from '../admission/trusted-documents.ts';

export const documentSettings = {
  mode: setting('TRUSTED_DOCUMENTS', oneOf(['off', 'log-unknown', 'enforce'], 'off'), {
    zh: '`log-unknown`：其他文档照常执行，各按其散列记一次日志；`enforce`：拒绝其他文档，包括查询页自己的自省。',
    en: '`log-unknown`: other documents are executed too, and each is logged once, by its hash. `enforce`: others are refused, including the playground’s own introspection.',
  }),
  folder: setting('TRUSTED_DOCUMENTS_DIR', path(folder, { resolve }), {
    zh: '`.graphql` 文件（整个文件及其每个操作均为可信文档）与 JSON 清单（`{"<标识>": "<文档>"}` 或 Apollo 的格式）所在的文件夹；目录有变化会自动读取；文件有误时，原有文档不变。',
    en: 'Folder of `.graphql` files (a file as a whole and each of its operations is trusted) and of JSON manifests (`{"<id>": "<document>"}` or Apollo’s). It is watched; a bad file changes nothing.',
  }),
};

const committedQueries = fileURLToPath(new URL('../../../schema/saved-queries', import.meta.url));

export const savedQuerySettings = {
  savedQueries: setting(
    'SAVED_QUERIES_DIR',
    path(folder, { fallback: committedQueries, shown: 'schema/saved-queries', resolve }),
    {
      zh: '保存的查询所在的文件夹：每个 `.graphql` 文件一个查询，地址为 `/queries/<文件名>`。目录有变化会自动读取；文件有误时，原有查询不变。',
      en: 'Folder of saved queries: each `.graphql` file is one, at `/queries/<file name>`. It is watched; a bad file changes nothing.',
    },
  ),
};

export const playgroundSettings = {
  playground: setting('PLAYGROUND', onOrOff('on'), {
    zh: '是否提供查询页；网关对公众开放时设为 `off`。',
    en: 'Whether the playground is served; `off` where the public can reach the gateway.',
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
