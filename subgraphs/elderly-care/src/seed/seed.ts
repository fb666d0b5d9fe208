// Seeds elderly care: workers and institutions, then elders, then the services they receive.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import { encryptedAbilityAssessment } from '../ability-assessment/tables.ts';
import { encryptedCareWorker } from '../care-worker/tables.ts';
import { encryptedElder, encryptedEmergencyContact } from '../elder/tables.ts';
import { contactColumns, contactRows, elderColumns, elderRows, householdRows } from './elders.ts';
import {
  inspectionColumns,
  inspectionRows,
  institutionColumns,
  institutionRows,
  workerColumns,
  workerRows,
} from './providers.ts';
import {
  assessmentColumns,
  assessmentRows,
  outreachColumns,
  outreachRows,
  purchaseColumns,
  purchaseRows,
  subsidyColumns,
  subsidyRows,
  visitColumns,
  visitRows,
} from './services.ts';

export async function seed({ city, scale, today, copy }: SeedTools): Promise<void> {
  const elders = city.communities.reduce((total, community) => total + community.elders, 0);
  await copy(encryptedCareWorker, workerColumns, workerRows(city));
  await copy('care_institution', institutionColumns, institutionRows(city));
  await copy('institution_inspection', inspectionColumns, inspectionRows(city, today));
  await copy('household', ['id', 'division_code'], householdRows(city));
  await copy(encryptedElder, elderColumns, elderRows(city), elders);
  await copy(encryptedEmergencyContact, contactColumns, contactRows(city));
  await copy(
    'care_visit',
    visitColumns,
    visitRows(city, scale, today),
    scale === 'city' ? elders * 2 : undefined,
  );
  await copy(encryptedAbilityAssessment, assessmentColumns, assessmentRows(city, today));
  await copy('subsidy', subsidyColumns, subsidyRows(city, today));
  await copy('service_purchase', purchaseColumns, purchaseRows(city, today));
  await copy('outreach_event', outreachColumns, outreachRows(city, today));
}
