// Fields of an elder that filters and writes would reveal as well: only viewers who may see them may use them.
import type { ProtectedField } from '@district-graph/kit/access/protected-rows';

export const elderDivision: ProtectedField = { type: 'Elder', field: 'division', scope: 'elder:identify' };
export const elderCareMode: ProtectedField = { type: 'Elder', field: 'careMode', scope: 'elder:health' };
export const elderBirthDate: ProtectedField = { type: 'Elder', field: 'birthDate', scope: 'elder:identify' };
