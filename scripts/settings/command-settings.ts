// Settings of npm start and the other commands, which the processes they start do not read.
import { fileURLToPath } from 'node:url';
import { type SettingGroup, setting } from '@district-graph/kit/config/environment';
import { optionalText, text } from '@district-graph/kit/config/forms';

const defaultDataDir = fileURLToPath(new URL('../../.data', import.meta.url));
const folder = { zh: '文件夹', en: 'a folder' };

export const dataDirSetting = setting(
  'DATA_DIR',
  { ...text(folder, defaultDataDir), shownDefault: { zh: '.data', en: '.data' } },
  {
    zh: '内置 PostgreSQL、子图密钥、API 密钥、访问记录的锚点、网关的查询计划与开发用签发者的文件夹。',
    en: 'Folder of the embedded PostgreSQL, the keys of the subgraphs, the API keys, the anchors of the access records, the gateway’s query plans and the development issuer.',
  },
);

export const gatewaySettings = {
  gatewayUrl: setting(
    'GATEWAY_URL',
    text({ zh: 'http(s) 地址', en: 'an http(s) URL' }, 'http://127.0.0.1:4000'),
    { zh: '`npm run export` 访问的网关。', en: 'The gateway that `npm run export` calls.' },
  ),

  gatewayToken: setting('GATEWAY_TOKEN', optionalText({ zh: '令牌', en: 'a token' }), {
    zh: '`npm run export` 使用的令牌；不能作为参数给出。',
    en: 'Token for `npm run export`; it cannot be passed as an argument.',
  }),
};

export const commandSettingGroups: readonly SettingGroup[] = [
  {
    title: { zh: 'npm start 与其他命令', en: '`npm start` and the other commands' },
    settings: { dataDir: dataDirSetting, ...gatewaySettings },
  },
];
