// Change events: the append-only log of what mutations, imports and jobs have changed.
import type { Sql } from '../database/database.ts';

/** What happened to one entity. */
export interface Change {
  entityType: string;
  entityId: string;
  divisionCode: string;
  from?: string | null;
  to?: string | null;
  /** Further information about the change; nothing that is protected. */
  detail?: Record<string, unknown>;
}

/** Appends the event of a change. `viewerId` may also be the name of a job. */
export async function appendEvent(sql: Sql, viewerId: string, action: string, change: Change): Promise<void> {
  const { entityType, entityId, divisionCode, from = null, to = null, detail = {} } = change;
  await sql`
    insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status, detail)
    values (${viewerId}, ${action}, ${entityType}, ${entityId}, ${divisionCode}, ${from}, ${to},
      ${JSON.stringify(detail)}::text::jsonb)`;
}
