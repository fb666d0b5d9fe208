// What of the import is in the address, so that it survives a reload: the import, the upload, the sheet, and whether columns are chosen.
export interface ImportAddress {
  name: string | null;
  id: string | null;
  sheet: string | null;
  /** Whether the columns are shown although the file was checked. */
  isMapping: boolean;
}

export function addressOf(search: string): ImportAddress {
  const parameters = new URLSearchParams(search);
  const id = parameters.get('id');
  return {
    name: parameters.get('name'),
    id: id !== null && /^[0-9a-f]{32}$/.test(id) ? id : null,
    sheet: parameters.get('sheet'),
    isMapping: parameters.get('step') === 'columns',
  };
}

/** The parameters of the address; those of language and theme stay. */
export function searchOf({ name, id, sheet, isMapping }: ImportAddress, before: string): string {
  const parameters = new URLSearchParams(before);
  const values = { name, id, sheet, step: isMapping ? 'columns' : null };
  for (const [key, value] of Object.entries(values))
    if (value === null) parameters.delete(key);
    else parameters.set(key, value);
  const text = parameters.toString();
  return text && `?${text}`;
}
