// The keys of a subgraph and the cipher that its columns are encrypted with.
import { variablePrefix } from '@district-graph/schema/registry';
import { type CipherName, valueCiphers } from '../encryption/ciphers.ts';
import { developmentKeyring, developmentSecrets, Keyring } from '../encryption/keyring.ts';
import { type Environment, setting } from './environment.ts';
import { oneOf } from './forms.ts';
import { keys } from './keys.ts';
import { runModeSettings } from './run-mode.ts';

export const keySettings = {
  keys: setting('KEYS', keys(), {
    zh: '加密个人信息、游标与已保存答复的密钥，当前的在最前，各子图不同。`NODE_ENV=production` 时必须设置，否则由 `npm start` 生成并保存在 `DATA_DIR/keys.json`。丢失密钥即丢失加密的值。',
    en: 'Keys that personal values, cursors and stored responses are encrypted with, the current one first, different for each subgraph. Required with `NODE_ENV=production`; otherwise `npm start` creates them in `DATA_DIR/keys.json`. If its keys are lost, an encrypted value is lost.',
  }),
};

export const cipherSettings = {
  cipher: setting(
    'COLUMN_CIPHER',
    oneOf(Object.keys(valueCiphers) as CipherName[], developmentKeyring.cipher),
    {
      zh: '此后加密列所用的算法；`npm run keys:rotate` 用它重新加密其余的值。',
      en: 'Cipher for values that are encrypted from now on. `npm run keys:rotate` re-encrypts the others.',
    },
  ),
};

/** The keyring of the subgraph `name`. In production there is none that everybody knows. */
export function readKeyring(environment: Environment, name: string): Keyring {
  const prefix = `${variablePrefix(name)}_`;
  const { cipher = developmentKeyring.cipher } = environment.read(cipherSettings);
  const { keys: secrets = developmentSecrets } = environment.read(keySettings, prefix);
  if (secrets.size) return new Keyring(secrets, cipher);
  if (environment.read(runModeSettings).isProduction)
    environment.addFault(`${prefix}KEYS`, {
      reason:
        '在生产环境中必须设置：<标识>:<32 字节以上的 base64url>。 Required in production: <id>:<base64url of 32 bytes or more>.',
    });
  return cipher === developmentKeyring.cipher ? developmentKeyring : new Keyring(developmentSecrets, cipher);
}
