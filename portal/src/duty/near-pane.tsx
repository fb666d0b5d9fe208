// What is near the open incident: a sketch map, devices with their statuses as they change, and vehicles that can be sent.
import { useSignal } from '@preact/signals';
import { Button, Segments } from '../design/controls/button.tsx';
import { dateTime } from '../design/format/dates.ts';
import { useTexts } from '../page/page-context.ts';
import { session } from '../session/session.ts';
import { deviceKindNames, dutyTexts, vehicleKindNames } from '../texts/duty.ts';
import type { Actions } from './live/actions.ts';
import { type DutyView, radii } from './live/address.ts';
import type { DeviceStatuses } from './live/device-statuses.ts';
import { mapRadius } from './live/map-projection.ts';
import type { OpenIncident } from './live/open-incident.ts';
import { dispatchVehicle, type IncidentDetail, type Vehicle } from './live/operations.ts';
import { nextStatuses } from './live/queue.ts';
import { DeviceMark, useName } from './parts/marks.tsx';
import { OutcomeNotice, type SentAction } from './parts/outcome-notice.tsx';
import { SketchMap } from './parts/sketch-map.tsx';

interface NearPaneProps {
  open: OpenIncident | null;
  devices: DeviceStatuses;
  actions: Actions;
  metres: number;
  change: (changes: Partial<DutyView>) => void;
  announce: (text: string) => void;
}

export function NearPane({ open, devices, actions, metres, change, announce }: NearPaneProps) {
  const texts = useTexts(dutyTexts);
  const incident = open?.incident.value ?? null;
  return (
    <section class="panel duty-near" aria-labelledby="duty-near">
      <div class="panel-head">
        <h2 id="duty-near">{texts.near}</h2>
        <Segments
          label={texts.radius}
          options={radii.map((each) => ({
            value: String(each),
            label: texts.metres(each).replace('.0', ''),
          }))}
          value={String(metres)}
          onChange={(value) => change({ metres: Number(value) })}
        />
      </div>
      {!incident && <p class="muted">{texts.choose}</p>}
      {open && incident && (
        <>
          <DevicesNear incident={incident} devices={devices} metres={metres} />
          <VehiclesNear
            key={incident.id}
            incident={incident}
            open={open}
            actions={actions}
            announce={announce}
          />
          <Dispatched incident={incident} />
        </>
      )}
    </section>
  );
}

interface DevicesNearProps {
  incident: IncidentDetail;
  devices: DeviceStatuses;
  metres: number;
}

function DevicesNear({ incident: { location, nearbyDevices }, devices, metres }: DevicesNearProps) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const isExact = !!session.value?.purpose;
  const near = (nearbyDevices ?? []).map(({ device, distanceMetres }, index) => ({
    ...devices.current(device),
    distanceMetres,
    number: index + 1,
  }));
  const distances = near.map(({ distanceMetres }) => distanceMetres);
  return (
    <div class="stack-tight">
      {location ? (
        <SketchMap
          centre={location}
          devices={near}
          // Rounded locations all lie in the same place: they say nothing on a smaller map.
          radiusMetres={isExact ? mapRadius(distances, metres) : metres}
        />
      ) : (
        <p class="muted">{texts.noLocation}</p>
      )}
      {!isExact && <p class="muted duty-small">{texts.approximate}</p>}
      <h3>{texts.nearDevices}</h3>
      {nearbyDevices === null && <p class="muted">{texts.notVisible}</p>}
      {nearbyDevices !== null && near.length === 0 && <p class="muted">{texts.noneNear}</p>}
      <ol class="duty-near-list">
        {near.map(({ id, number, name, kind, status, distanceMetres }) => (
          <li key={id}>
            <span class="duty-number number" aria-hidden="true">
              {number}
            </span>
            <span class="duty-near-name">
              {name}{' '}
              {!name.includes(nameOf(deviceKindNames, kind)) && (
                <span class="muted">{nameOf(deviceKindNames, kind)}</span>
              )}
            </span>
            <span class="muted number">
              {isExact ? texts.metres(distanceMetres) : texts.about(distanceMetres)}
            </span>
            <DeviceMark status={status} />
          </li>
        ))}
      </ol>
    </div>
  );
}

interface VehiclesNearProps {
  incident: IncidentDetail;
  open: OpenIncident;
  actions: Actions;
  announce: (text: string) => void;
}

function VehiclesNear({ incident, open, actions, announce }: VehiclesNearProps) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const sent = useSignal<SentAction | null>(null);
  const busy = useSignal<string | null>(null);
  const canSend = (nextStatuses[incident.status] ?? []).length > 0;
  const send = async (vehicle: Vehicle): Promise<void> => {
    if (busy.value) return;
    busy.value = vehicle.id;
    sent.value = null;
    const what = texts.sendVehicleLabel(vehicle.plateNumber);
    const input = { vehicleId: vehicle.id, purpose: 'EMERGENCY_SUPPORT', incidentId: incident.id };
    const outcome = await actions.send('dispatchVehicle', dispatchVehicle, input);
    busy.value = null;
    sent.value = { what, outcome, again: () => send(vehicle) };
    if (outcome.kind === 'done') announce(texts.done(what));
    if (outcome.kind !== 'failed') await open.read();
  };
  const near = incident.supportVehicles;
  return (
    <div class="stack-tight">
      <h3>{texts.vehicles}</h3>
      {near === null && <p class="muted">{texts.notVisible}</p>}
      {near?.length === 0 && <p class="muted">{texts.noneNear}</p>}
      <ol class="duty-near-list">
        {near?.map(({ distanceMetres, vehicle }) => (
          <li key={vehicle.id}>
            <span class="duty-near-name">
              {vehicle.plateNumber} <span class="muted">{nameOf(vehicleKindNames, vehicle.kind)}</span>
            </span>
            <span class="muted number">
              {!session.value?.purpose && '≈ '}
              {texts.metres(distanceMetres)}
            </span>
            {canSend && (
              <Button
                size="small"
                aria-label={texts.sendVehicleLabel(vehicle.plateNumber)}
                isBusy={busy.value === vehicle.id}
                onClick={() => void send(vehicle)}
              >
                {texts.sendVehicle}
              </Button>
            )}
          </li>
        ))}
      </ol>
      <OutcomeNotice sent={sent.value} resend={() => void sent.value?.again()} />
    </div>
  );
}

function Dispatched({ incident: { dispatches } }: { incident: IncidentDetail }) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  if (!dispatches?.length) return null;
  return (
    <div class="stack-tight">
      <h3>{texts.dispatched}</h3>
      <ol class="duty-near-list">
        {dispatches.map(({ id, departedAt, returnedAt, vehicle }) => (
          <li key={id}>
            <span class="duty-near-name">
              {vehicle ? (
                <>
                  {vehicle.plateNumber} <span class="muted">{nameOf(vehicleKindNames, vehicle.kind)}</span>
                </>
              ) : (
                '—'
              )}
            </span>
            <span class="muted number">
              {dateTime(departedAt)}
              {returnedAt && ` · ${texts.returned}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
