// The operations of the duty officer page, with the types of what they return.
import type { TypedDocument } from '@district-graph/client';
import advanceIncidentText from '../operations/advance-incident.graphql?raw';
import deviceStatusChangedText from '../operations/device-status-changed.graphql?raw';
import dispatchVehicleText from '../operations/dispatch-vehicle.graphql?raw';
import incidentText from '../operations/incident.graphql?raw';
import incidentChangedText from '../operations/incident-changed.graphql?raw';
import incidentsText from '../operations/incidents.graphql?raw';
import noteIncidentText from '../operations/note-incident.graphql?raw';
import placeText from '../operations/place.graphql?raw';

export type IncidentStatus = 'RAISED' | 'ACKNOWLEDGED' | 'DISPATCHED' | 'RESOLVED' | 'CLOSED' | 'FALSE_ALARM';
export type Outcome = 'CASE' | 'LIVELIHOOD' | 'ASSISTANCE';
export type DeviceStatus = 'ONLINE' | 'OFFLINE' | 'FAULT' | 'RETIRED';
export type DeviceKind = 'CAMERA' | 'ALARM_BOX';

export interface Named {
  code: string;
  name: string;
}

export interface Point {
  longitude: number;
  latitude: number;
}

/** An incident as the queue shows it. */
export interface IncidentRow {
  id: string;
  kind: string;
  /** 1, the most urgent, to 4. */
  severity: number;
  status: IncidentStatus;
  raisedAt: string;
  /** Masked: the subdistrict. Null while places cannot be reached. */
  division: Named | null;
}

export interface Device {
  id: string;
  name: string;
  kind: DeviceKind;
  status: DeviceStatus;
  deviceCode: string;
  lastHeartbeatAt: string | null;
  location: Point | null;
}

export interface Vehicle {
  id: string;
  plateNumber: string;
  kind: string;
  status: string;
}

export interface Elder {
  id: string;
  name: string | null;
  phone: string | null;
  address: string | null;
  age: number | null;
  abilityLevel: number | null;
  emergencyContacts: { name: string | null; relationship: string; phone: string | null }[] | null;
}

export interface TimelineEntry {
  at: string;
  actor: string;
  action: string;
  note: string | null;
}

/** Fields that the viewer may not see, or whose subgraph is away, are null. */
export interface IncidentDetail extends Omit<IncidentRow, 'division'> {
  outcome: Outcome | null;
  description: string | null;
  peopleAssisted: number;
  suspectsCaught: number;
  alarmMethod: string | null;
  division: (Named & { ancestors: Named[] }) | null;
  location: Point | null;
  source: (Device & { faultNote: string | null }) | null;
  elder: Elder | null;
  timeline: TimelineEntry[];
  nearbyDevices: { distanceMetres: number; device: Device }[] | null;
  supportVehicles: { distanceMetres: number; vehicle: Vehicle }[] | null;
  dispatches:
    | { id: string; departedAt: string; returnedAt: string | null; vehicle: Omit<Vehicle, 'status'> | null }[]
    | null;
}

export interface DeviceCount {
  kind: DeviceKind;
  status: DeviceStatus;
  count: number;
}

export interface Place extends Named {
  parent: Named | null;
  children: { nodes: Named[] };
  security: { deviceCounts: DeviceCount[] } | null;
}

/** A member of the result union of a mutation: a record, or a refusal with its message. */
export interface MutationResult {
  __typename: string;
  id?: string;
  code?: string;
  message?: string;
}

interface IncidentsVariables extends Record<string, unknown> {
  within: string;
  open: boolean | null;
  status: IncidentStatus | null;
  severity: number | null;
  first: number;
  after: string | null;
}

interface IncidentsData {
  incidents: { nodes: IncidentRow[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null;
}

interface WithInput {
  input: Record<string, unknown>;
}

export const incidentsDocument = incidentsText as TypedDocument<IncidentsData, IncidentsVariables>;
export const incidentDocument = incidentText as TypedDocument<
  { incident: IncidentDetail | null },
  { id: string; metres: number }
>;
export const placeDocument = placeText as TypedDocument<{ division: Place | null }, { code: string }>;
export const incidentChanged = incidentChangedText as TypedDocument<
  { incidentChanged: IncidentRow },
  { within: string }
>;
export const deviceStatusChanged = deviceStatusChangedText as TypedDocument<
  { deviceStatusChanged: Pick<Device, 'id' | 'status' | 'lastHeartbeatAt'> },
  { within: string }
>;
export const advanceIncident = advanceIncidentText as TypedDocument<
  { advanceIncident: MutationResult & Partial<IncidentRow> },
  WithInput
>;
export const noteIncident = noteIncidentText as TypedDocument<{ noteIncident: MutationResult }, WithInput>;
export const dispatchVehicle = dispatchVehicleText as TypedDocument<
  { dispatchVehicle: MutationResult },
  WithInput
>;
