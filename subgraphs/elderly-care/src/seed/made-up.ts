// Single made-up people, sealed as everybody is: what tests and trials stand on.
import type { Sql } from '@district-graph/kit/database/database';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { developmentKeyring, type Keyring } from '@district-graph/kit/encryption/keyring';
import { insertRecord } from '@district-graph/kit/mutations/records';
import { type CareWorker, sealedCareWorker } from '../care-worker/tables.ts';
import { type Elder, sealedElder } from '../elder/tables.ts';

type Given<Row extends { id: string; divisionCode: string }> = Partial<Plain<Row>> &
  Pick<Row, 'id' | 'divisionCode'>;

/** An elder who lives alone, but for what is given. */
export const insertElder = (
  sql: Sql,
  given: Given<Elder>,
  keyring: Keyring = developmentKeyring,
): Promise<Elder> =>
  insertRecord<Elder>(
    sql,
    'elder',
    sealedElder.encrypt(keyring, {
      name: '示例老人',
      birthDate: '1940-01-01',
      address: '示例路',
      livingArrangement: 'ALONE',
      ...given,
    }),
  );

/** A home-care worker on duty, but for what is given. */
export const insertCareWorker = (
  sql: Sql,
  given: Given<CareWorker>,
  keyring: Keyring = developmentKeyring,
): Promise<CareWorker> =>
  insertRecord<CareWorker>(
    sql,
    'care_worker',
    sealedCareWorker.encrypt(keyring, {
      name: '示例服务员',
      phone: '00000000001',
      role: 'HOME_CARE',
      certified: true,
      onDuty: true,
      ...given,
    }),
  );
