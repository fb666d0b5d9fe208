// The address as state: changes are entries of the history, and going back is followed.
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { addressOf, type ImportAddress, searchOf } from './address.ts';

export type Go = (changes: Partial<ImportAddress>, options?: { replaces?: boolean }) => void;

export function useAddress(): { address: ReadonlySignal<ImportAddress>; go: Go } {
  const address = useSignal(addressOf(location.search));
  useEffect(() => {
    const follow = (): void => {
      address.value = addressOf(location.search);
    };
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, [address]);
  const go = useCallback<Go>(
    (changes, { replaces = false } = {}) => {
      address.value = { ...address.peek(), ...changes };
      const url = `${location.pathname}${searchOf(address.peek(), location.search)}`;
      if (replaces) history.replaceState(null, '', url);
      else history.pushState(null, '', url);
    },
    [address],
  );
  return { address, go };
}
