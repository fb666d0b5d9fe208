// Status transitions of a crew; its status follows from the day it was disbanded.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { SanitationCrew } from './tables.ts';

export type CrewStatus = 'ACTIVE' | 'DISBANDED';

export const sanitationCrewTransitions: Transitions<CrewStatus> = {
  ACTIVE: ['ACTIVE', 'DISBANDED'],
  DISBANDED: [],
};

export const crewStatusOf = ({ disbandedOn }: SanitationCrew): CrewStatus =>
  disbandedOn === null ? 'ACTIVE' : 'DISBANDED';
