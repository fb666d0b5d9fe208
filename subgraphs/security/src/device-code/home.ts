// Where a device or platform may be registered.
import { checkInside, type MutationContext } from '@district-graph/kit/mutations/mutation';

/**
 * Throws FORBIDDEN outside of the viewer's divisions before anything else, so that it does not reveal whether a
 * code is taken there.
 */
export function checkOwnDivision(context: MutationContext, divisionCode: string): void {
  checkInside(context, { type: 'Division', id: divisionCode, divisionCode });
}
