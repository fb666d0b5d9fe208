// Fields of an elder that lists and writes would tell too: for whoever is shown them.
import type { ProtectedField } from '@district-graph/kit/access/protected-rows';

export const elderDivision: ProtectedField = { type: 'Elder', field: 'division', scope: 'elder:identify' };
export const elderCareMode: ProtectedField = { type: 'Elder', field: 'careMode', scope: 'elder:health' };
export const elderBirthDate: ProtectedField = { type: 'Elder', field: 'birthDate', scope: 'elder:identify' };
