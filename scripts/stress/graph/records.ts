// What the writes are about: venues, sessions, workers, vehicles and the like, made by the subgraphs' own mutations.
import { insertElder } from '@district-graph/elderly-care/made-up';
import { newId } from '@district-graph/kit/database/ids';
import type { Answer, Client } from './client.ts';
import type { StressedGraph, Subgraph } from './replicated-graph.ts';

export const divisionCode = '410105007003';
export const location = { longitude: 113.68, latitude: 34.79 };

/** An instant to come: so many hours after the beginning of the day after tomorrow. */
export function coming(hours: number): string {
  const day = Math.ceil(Date.now() / 86_400_000) + 1;
  return new Date(day * 86_400_000 + hours * 3_600_000).toISOString();
}

/** A person to book for, who is no other's namesake. */
export const person = (number: number) => ({
  name: `示例${number}`,
  phone: `000${String(number).padStart(8, '0')}`,
});

export class Records {
  #graph: StressedGraph;
  #client: Client;
  #made = 0;

  constructor(graph: StressedGraph, client: Client) {
    this.#graph = graph;
    this.#client = client;
  }

  /** A number that no other record of this run has. */
  next(): number {
    this.#made += 1;
    return this.#made;
  }

  async #make(
    subgraph: Subgraph,
    type: string,
    action: string,
    input: Record<string, unknown>,
  ): Promise<Answer> {
    const url = this.#graph.addressesOf(subgraph)[0] ?? '';
    const { answer, reason } = await this.#client.send(url, { subgraph, action, input });
    if (answer?.__typename === type) return answer;
    throw new Error(`${action}: expected ${type}, received ${JSON.stringify(answer)} ${reason}`);
  }

  venue(capacity = 300): Promise<Answer> {
    const serviceCentreId = newId(divisionCode);
    const input = { serviceCentreId, divisionCode, name: `示例厅${this.next()}`, kind: 'HALL', capacity };
    return this.#make('culture', 'Venue', 'registerVenue', { ...input, location });
  }

  activity(): Promise<Answer> {
    const input = {
      divisionCode,
      title: `示例活动${this.next()}`,
      category: 'LECTURE',
      audience: 'EVERYONE',
    };
    return this.#make('culture', 'Activity', 'registerActivity', { ...input, organiser: '示例' });
  }

  async session(capacity: number): Promise<Answer> {
    const { id: activityId } = await this.activity();
    const input = { activityId, startsAt: coming(9), endsAt: coming(11), capacity };
    const elsewhere = { divisionCode, place: '示例广场', location };
    return this.#make('culture', 'Session', 'scheduleSession', { ...input, elsewhere });
  }

  careWorker(): Promise<Answer> {
    const number = this.next();
    const phone = `000${String(number).padStart(8, '0')}`;
    const input = { divisionCode, name: `示例服务员${number}`, phone, role: 'HOME_CARE' };
    return this.#make('elderly-care', 'CareWorker', 'registerCareWorker', input);
  }

  /** An elder's record, put there without a mutation: its register asks for an identity number, and nobody's is made up here. */
  async elder(): Promise<string> {
    const id = newId(divisionCode);
    const { databases, keyrings } = this.#graph;
    await insertElder(databases['elderly-care'], { id, divisionCode }, keyrings['elderly-care']);
    return id;
  }

  careVisit(elderId: string, scheduledAt: string): Promise<Answer> {
    const input = { elderId, kind: 'MEAL', scheduledAt };
    return this.#make('elderly-care', 'CareVisit', 'requestCareVisit', input);
  }

  vehicle(): Promise<Answer> {
    const input = { divisionCode, plateNumber: `豫A·试${this.next()}`, kind: 'SWEEPER', onDuty: true };
    return this.#make('sanitation', 'SanitationVehicle', 'registerSanitationVehicle', { ...input, location });
  }

  road(): Promise<Answer> {
    return this.#make('sanitation', 'Road', 'registerRoad', newRoad(this.next()));
  }

  incident(): Promise<Answer> {
    return this.#make('security', 'Incident', 'raiseIncident', newIncident(`示例事件${this.next()}`));
  }
}

export const newRoad = (number: number) => ({
  divisionCode,
  name: `示例路${number}`,
  cleaningGrade: 'FIRST',
  lengthMetres: 900,
  location,
});

/** Its description is what it is found by again. */
export const newIncident = (description: string) => ({
  kind: 'THEFT',
  severity: 3,
  divisionCode,
  location,
  description,
});

/** In the order of the method. */
export const stepKinds = ['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'] as const;
