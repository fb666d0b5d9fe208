// Where what bears a code may be registered.
import { checkInside, type MutationContext } from '@district-graph/kit/mutations/writes';

/** Refused first outside of the viewer's divisions: whether a code is taken there is not told. */
export function checkOwnHome(write: MutationContext, divisionCode: string): void {
  checkInside(write, { type: 'Division', id: divisionCode, divisionCode });
}
