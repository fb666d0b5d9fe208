// Where a device or platform may be registered.
import { checkInside, type MutationContext } from '@district-graph/kit/mutations/mutation';

/**
 * Throws FORBIDDEN outside of the viewer's divisions before anything else, so that it does not reveal whether a
 * code is taken there.
 */
export function checkOwnDivision(write: MutationContext, divisionCode: string): void {
  checkInside(write, { type: 'Division', id: divisionCode, divisionCode });
}
