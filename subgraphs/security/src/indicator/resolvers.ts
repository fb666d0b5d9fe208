// The indicators of public security, and the ranking of divisions by them.
import {
  events,
  type FigureSource,
  flow,
  now,
  ownFigure,
  personFlow,
  residents,
  stock,
} from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { disclosedFlows } from '../overview/loaders.ts';
import { personMetrics, trendMetrics } from '../overview/store.ts';
import { deviceCountsByDivision } from '../security-device/loaders.ts';
import { installedOf, onlineRateOf } from '../security-device/resolvers.ts';
import type { DeviceKind } from '../security-device/tables.ts';

const devices = (kind: DeviceKind): FigureSource =>
  ownFigure(async (context, code) => installedOf(await deviceCountsByDivision(context).load(code), kind));

const persons = (metric: string): FigureSource =>
  personFlow(disclosedFlows, { family: personMetrics, sum: [metric], isMasked: true });

const cameras = devices('CAMERA');

const values = defineIndicatorValues('security', {
  values: {
    CAMERAS: cameras,
    ALARM_BOXES: devices('ALARM_BOX'),
    DEVICES_ONLINE_RATE: ownFigure(async (context, code) =>
      onlineRateOf(await deviceCountsByDivision(context).load(code)),
    ),
    INCIDENTS: events(...trendMetrics.INCIDENTS_RAISED),
    FALSE_ALARMS: events(...trendMetrics.FALSE_ALARMS),
    OPEN_INCIDENTS: now(events('open_incidents')),
    PEOPLE_ASSISTED: persons('people_assisted'),
    SUSPECTS_CAUGHT: persons('suspects_caught'),
    SAFETY_INSPECTIONS: flow('inspections'),
    HAZARDS_FOUND: flow('hazards_found'),
    HAZARDS_RECTIFIED: flow('hazards_rectified'),
    OPEN_HAZARDS: stock('open_hazards'),
    CASES: events(...trendMetrics.CASES),
  },
  denominators: { THOUSAND_RESIDENTS: residents, CAMERA: cameras },
});

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { securityRanking: rankingField('securityRanking', values) },
  SecurityOverview: { indicator: indicatorField(values) },
};
