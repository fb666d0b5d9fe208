// Creates the records that the writes need, such as venues, sessions, workers and vehicles, by the mutations of the subgraphs.
import { insertElder } from '@district-graph/elderly-care/made-up';
import { newId } from '@district-graph/kit/database/ids';
import type { Answer, Client } from './client.ts';
import type { StressedGraph, Subgraph } from './replicated-graph.ts';

export const divisionCode = '410105007003';
export const location = { longitude: 113.68, latitude: 34.79 };

/** A future instant: some hours after the start of the day after tomorrow (UTC). */
export function coming(hours: number): string {
  const day = Math.ceil(Date.now() / 86_400_000) + 1;
  return new Date(day * 86_400_000 + hours * 3_600_000).toISOString();
}

/** A person with a unique name and telephone. */
export const person = (number: number) => ({
  name: `示例${number}`,
  phone: `000${String(number).padStart(8, '0')}`,
});

export class Records {
  #graph: StressedGraph;
  #client: Client;
  #count = 0;
  #districtGrid: Promise<Answer> | null = null;

  constructor(graph: StressedGraph, client: Client) {
    this.#graph = graph;
    this.#client = client;
  }

  /** A number that is unique in this run. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  async #create(
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
    return this.#create('culture', 'Venue', 'registerVenue', { ...input, location });
  }

  activity(): Promise<Answer> {
    const input = {
      divisionCode,
      title: `示例活动${this.next()}`,
      category: 'LECTURE',
      audience: 'EVERYONE',
    };
    return this.#create('culture', 'Activity', 'registerActivity', { ...input, organiser: '示例' });
  }

  async session(capacity: number): Promise<Answer> {
    const { id: activityId } = await this.activity();
    const input = { activityId, startsAt: coming(9), endsAt: coming(11), capacity };
    const elsewhere = { divisionCode, place: '示例广场', location };
    return this.#create('culture', 'Session', 'scheduleSession', { ...input, elsewhere });
  }

  volunteer(): Promise<Answer> {
    const number = this.next();
    const cardNumber = `41010500${String(number).padStart(8, '0')}`;
    const input = { divisionCode, cardNumber, ...person(number) };
    return this.#create('community', 'Volunteer', 'registerVolunteer', input);
  }

  volunteerService(places: number): Promise<Answer> {
    const input = { divisionCode, title: '示例活动', kind: 'ENVIRONMENT', place: '示例广场', places };
    const timed = { ...input, startsAt: coming(9), endsAt: coming(11) };
    return this.#create('community', 'VolunteerService', 'planVolunteerService', timed);
  }

  careWorker(): Promise<Answer> {
    const number = this.next();
    const phone = `000${String(number).padStart(8, '0')}`;
    const input = { divisionCode, name: `示例服务员${number}`, phone, role: 'HOME_CARE' };
    return this.#create('elderly-care', 'CareWorker', 'registerCareWorker', input);
  }

  /** Inserts an elder without a mutation, which would require an identity number. */
  async elder(): Promise<string> {
    const id = newId(divisionCode);
    const { databases, keyrings } = this.#graph;
    await insertElder(databases['elderly-care'], { id, divisionCode }, keyrings['elderly-care']);
    return id;
  }

  careVisit(elderId: string, scheduledAt: string): Promise<Answer> {
    const input = { elderId, kind: 'MEAL', scheduledAt };
    return this.#create('elderly-care', 'CareVisit', 'requestCareVisit', input);
  }

  vehicle(): Promise<Answer> {
    const input = { divisionCode, plateNumber: `豫A·试${this.next()}`, kind: 'SWEEPER', onDuty: true };
    return this.#create('sanitation', 'SanitationVehicle', 'registerSanitationVehicle', {
      ...input,
      location,
    });
  }

  road(): Promise<Answer> {
    return this.#create('sanitation', 'Road', 'registerRoad', newRoad(this.next()));
  }

  loveSupermarket(): Promise<Answer> {
    const input = { divisionCode, name: `示例爱心超市${this.next()}`, openedOn: '2020-01-01', location };
    return this.#create('community', 'LoveSupermarket', 'registerLoveSupermarket', input);
  }

  donation(loveSupermarketId: string, items: readonly object[]): Promise<Answer> {
    const input = { loveSupermarketId, donorOrganisation: '示例单位', items };
    return this.#create('community', 'Donation', 'recordDonation', input);
  }

  /** A problem of the grid of the district, which is registered for the first one. */
  async gridProblem(): Promise<Answer> {
    this.#districtGrid ??= this.#create('community', 'Grid', 'registerGrid', {
      gridCode: divisionCode.slice(0, 6),
      name: '示例网格',
      households: 1,
    });
    const { id: gridId } = await this.#districtGrid;
    const input = { gridId, kind: 'SAFETY_HAZARD', description: `示例问题${this.next()}`, location };
    return this.#create('community', 'GridProblem', 'reportGridProblem', input);
  }

  petitionMatter(): Promise<Answer> {
    const input = { divisionCode, kind: 'OTHER', channel: 'PHONE', description: `示例诉求${this.next()}` };
    return this.#create('community', 'PetitionMatter', 'receivePetitionMatter', {
      ...input,
      petitioner: { name: '示例' },
    });
  }

  incident(): Promise<Answer> {
    return this.#create('security', 'Incident', 'raiseIncident', newIncident(`示例事件${this.next()}`));
  }
}

export const newRoad = (number: number) => ({
  divisionCode,
  name: `示例路${number}`,
  cleaningGrade: 'FIRST',
  lengthMetres: 900,
  location,
});

/** The description identifies it. */
export const newIncident = (description: string) => ({
  kind: 'THEFT',
  severity: 3,
  divisionCode,
  location,
  description,
});

/** In the order of the cleaning method. */
export const stepKinds = ['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'] as const;
