// Single made-up people, encrypted like all others, for tests and trials.
import type { Sql } from '@district-graph/kit/database/database';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { developmentKeyring, type Keyring } from '@district-graph/kit/encryption/keyring';
import { insertRecord } from '@district-graph/kit/mutations/rows';
import { type CareWorker, encryptedCareWorker } from '../care-worker/tables.ts';
import { type Elder, encryptedElder } from '../elder/tables.ts';

type MadeUp<Row extends { id: string; divisionCode: string }> = Partial<Plain<Row>> &
  Pick<Row, 'id' | 'divisionCode'>;

/** An elder who lives alone, except for the values given. */
export const insertElder = (
  sql: Sql,
  values: MadeUp<Elder>,
  keyring: Keyring = developmentKeyring,
): Promise<Elder> =>
  insertRecord<Elder>(
    sql,
    'elder',
    encryptedElder.encrypt(keyring, {
      name: '示例老人',
      birthDate: '1940-01-01',
      address: '示例路',
      livingArrangement: 'ALONE',
      ...values,
    }),
  );

/** A home-care worker on duty, except for the values given. */
export const insertCareWorker = (
  sql: Sql,
  values: MadeUp<CareWorker>,
  keyring: Keyring = developmentKeyring,
): Promise<CareWorker> =>
  insertRecord<CareWorker>(
    sql,
    'care_worker',
    encryptedCareWorker.encrypt(keyring, {
      name: '示例服务员',
      phone: '00000000001',
      role: 'HOME_CARE',
      certified: true,
      onDuty: true,
      ...values,
    }),
  );
