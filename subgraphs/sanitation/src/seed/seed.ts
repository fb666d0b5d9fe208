// Seeds sanitation: crews, vehicles and roads, then the work done, then air pollution and enforcement.
import type { SeedTools } from '@district-graph/kit/seed/seeding';
import {
  alertColumns,
  alertRows,
  campaignColumns,
  campaignRows,
  inspectionColumns,
  inspectionRows,
  sourceColumns,
  sourceRows,
  teamColumns,
  teamRows,
} from './control.ts';
import { crewColumns, crewRows, roadColumns, roadRows, vehicleColumns, vehicleRows } from './fleet.ts';
import {
  blindSpotColumns,
  blindSpotRows,
  dispatchColumns,
  dispatchRows,
  runColumns,
  runRows,
  stepColumns,
  stepRows,
} from './work.ts';

export async function seed({ city, scale, today, copy }: SeedTools): Promise<void> {
  await copy('sanitation_crew', crewColumns, crewRows(city, scale));
  await copy('sanitation_vehicle', vehicleColumns, vehicleRows(city, scale));
  await copy('road', roadColumns, roadRows(city, scale));
  await copy('cleaning_run', runColumns, runRows(city, scale, today));
  await copy('cleaning_step', stepColumns, stepRows(city, scale, today));
  await copy('blind_spot', blindSpotColumns, blindSpotRows(city, scale, today));
  await copy('vehicle_dispatch', dispatchColumns, dispatchRows(city, scale, today));
  await copy('pollution_source', sourceColumns, sourceRows(city, scale));
  await copy('pollution_alert', alertColumns, alertRows(city, today));
  await copy('inspection_team', teamColumns, teamRows(city, today));
  await copy('inspection', inspectionColumns, inspectionRows(city, scale, today));
  await copy('enforcement_campaign', campaignColumns, campaignRows(city, today));
}
