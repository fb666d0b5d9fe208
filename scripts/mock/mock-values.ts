// The value of every field of a mock subgraph: always the same for the same seed, object and field, and fitting the field's name and type.
import { registeredDivisions } from '@district-graph/kit/divisions/division-register';
import { cityCode } from '@district-graph/kit/divisions/divisions';
import { chineseOf } from '@district-graph/kit/schema/descriptions';
import { Random } from '@district-graph/kit/seed/random';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { entityId, partsOf } from './entity-ids.ts';
import {
  communitiesIn,
  divisionObject,
  locationOf,
  nameOf,
  registeredField,
  scaleOf,
} from './mock-divisions.ts';
import { connectionOf } from './mock-lists.ts';
import { type FieldArguments, type MockObject, type ObjectValues, screaming } from './mock-object.ts';
import { fractionFor, numberFor, personName, textFor, thingName } from './texts.ts';

export interface MockValuesOptions {
  schema: GraphQLSchema;
  seed: string;
  /** The day on which dates are centred. */
  today: Date;
  /** What mutations have changed, by id. */
  changed: Map<string, Record<string, unknown>>;
}

const dayMs = 86_400_000;
/** Dates at which something ends that most records have not reached. */
const ending =
  /^(closed|dissolved|disbanded|retired|withdrawn|cancelled|abandoned|lifted|falseAlarm|ended|fault)(On|At|Since)?$/;
/** Fields that say when the thing is, of which others follow. */
const isMainDate =
  /^(startsAt|scheduledAt|raisedAt|reportedAt|bookedAt|foundAt|visitedAt|requestedAt|issuedAt|signedUpAt|departedAt|at|heldOn|receivedOn|handedOutOn)$/;
const calledOff = /^(CANCELLED|WITHDRAWN|FALSE_ALARM|ABANDONED)$/;
const personTypes = /^(Elder|CareWorker|Volunteer|PetitionAgent|EmergencyContact)$/;

export class MockValues implements ObjectValues {
  readonly schema: GraphQLSchema;
  readonly today: Date;
  #seed: string;
  #changed: Map<string, Record<string, unknown>>;

  constructor({ schema, seed, today, changed }: MockValuesOptions) {
    this.schema = schema;
    this.today = today;
    this.#seed = seed;
    this.#changed = changed;
  }

  /** The value of a field of an object; of a root field without one. */
  value(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    args: FieldArguments,
  ): unknown {
    if (source && field.name in source) return source[field.name];
    const changes = source?.id === undefined ? undefined : this.#changed.get(source.id);
    if (changes && field.name in changes) return changes[field.name];
    if (source?.code !== undefined && registeredDivisions().has(source.code)) {
      const registered = registeredField(source.code, field.name, args);
      if (registered !== undefined) return registered;
    }
    return this.#generated(source, field, field.type, args, '');
  }

  /** The object of a type that is found by its id or code; null for one that there cannot be. */
  entity(typeName: string, key: string): MockObject | null {
    const type = this.schema.getType(typeName);
    if (registeredDivisions().has(key)) return this.division(key, type);
    if (!type || !partsOf(key)) return null;
    return { __typename: this.#concrete(type, key).name, id: key };
  }

  /** Only `places` knows the levels of divisions. */
  division(
    code: string,
    type: GraphQLNamedType | undefined = this.schema.getType('Division'),
  ): MockObject | null {
    const found = divisionObject(code);
    if (!found) return null;
    return { ...found, __typename: isObjectType(type) ? type.name : found.__typename };
  }

  /** The id of the `nth` entity of a type in a community, for a list that `seed` names, at a time. */
  entityIn(type: GraphQLNamedType, communityCode: string, seed: string, at: Date): MockObject {
    const id = entityId(at, communityCode, `${this.#seed} ${type.name} ${seed}`);
    return { __typename: this.#concrete(type, id).name, id };
  }

  random(...of: readonly string[]): Random {
    return new Random([this.#seed, ...of].join(' '));
  }

  divisionOf(source: MockObject | undefined): string {
    if (source?.code !== undefined && registeredDivisions().has(source.code)) return source.code;
    return (source?.id && partsOf(source.id)?.communityCode) || source?.[' at'] || cityCode;
  }

  seedOf(source: MockObject | undefined): string {
    return source ? `${source.__typename} ${source.id ?? source.code ?? source[' seed'] ?? ''}` : '';
  }

  #concrete(type: GraphQLNamedType, seed: string): GraphQLNamedType {
    if (!isAbstractType(type)) return type;
    return this.random(type.name, seed).pick(this.schema.getPossibleTypes(type));
  }

  #generated(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    type: GraphQLOutputType,
    args: FieldArguments,
    index: string,
  ): unknown {
    if (isNonNullType(type)) return this.#generated(source, field, type.ofType, args, index);
    const named = getNamedType(type);
    const seed = `${this.seedOf(source)}.${field.name}(${JSON.stringify(args)})${index}`;
    if (isListType(type)) return this.#list(source, field, type.ofType, args, seed);
    if (named.name.endsWith('Connection') && isObjectType(named))
      return connectionOf(this, source, field.name, named, args);
    if (isObjectType(named) || isAbstractType(named)) return this.#object(source, field, named, args, seed);
    if (isEnumType(named))
      return this.#enumValue(
        source,
        field,
        named.getValues().map(({ name }) => name),
        seed,
      );
    return this.#scalar(source, field, named.name, seed, !isNonNullType(field.type));
  }

  #list(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    type: GraphQLOutputType,
    args: FieldArguments,
    seed: string,
  ): unknown[] {
    if (args.codes) return args.codes.map((code) => this.division(code));
    const named = getNamedType(type);
    if (isEnumType(named)) {
      const names = named.getValues().map(({ name }) => name);
      return names.filter(() => this.random(seed, 'some').chance(2 / names.length)).slice(0, 3);
    }
    if (named.name === 'TrendPoint') return this.#trend(source, args, seed);
    const length = Math.min(args.first ?? 5, this.random(seed).whole(2, 6));
    return Array.from({ length }, (_, nth) => this.#generated(source, field, type, args, `#${nth}`));
  }

  /** A point for each interval of the period, with some growth and noise. */
  #trend(source: MockObject | undefined, { period, interval }: FieldArguments, seed: string): unknown[] {
    const random = this.random(seed);
    const base = (2 + random.next() * 8) * scaleOf(this.divisionOf(source));
    const from = new Date(period?.from ?? this.today);
    const to = new Date(period?.to ?? this.today);
    const points: unknown[] = [];
    const at = new Date(from);
    for (; at <= to && points.length < 400; ) {
      const value = Math.round(base * (1 + points.length * 0.02) * (0.8 + random.next() * 0.4));
      points.push({ __typename: 'TrendPoint', start: at.toISOString().slice(0, 10), value });
      if (interval === 'MONTH') at.setUTCMonth(at.getUTCMonth() + 1, 1);
      else at.setUTCDate(at.getUTCDate() + (interval === 'WEEK' ? 7 : 1));
    }
    return points;
  }

  #object(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    type: GraphQLNamedType,
    args: FieldArguments,
    seed: string,
  ): MockObject | null {
    const code = this.divisionOf(source);
    if (type.name === 'Division' || type.name in divisionTypes)
      return this.division(args.code ?? code, type) ?? null;
    if (source === undefined && args.id !== undefined) return this.entity(type.name, args.id);
    const at = (source?.id && partsOf(source.id)?.at) || this.today;
    if (type.name === 'GeoPoint') return { __typename: 'GeoPoint', ...locationOf(code, this.seedOf(source)) };
    if (type.name === 'Money') {
      const fen = this.random(seed).whole(50, 3000) * 100 * scaleOf(code);
      return { __typename: 'Money', fen, currency: 'CNY' };
    }
    const concrete = this.#concrete(type, seed) as GraphQLObjectType;
    // Of fields that may be empty, some are.
    if (
      source &&
      !isNonNullType(field.type) &&
      concrete.getFields().id &&
      this.random(seed, 'null').chance(0.15)
    )
      return null;
    if (concrete.getFields().id) return this.entityIn(concrete, this.#communityNear(code, seed), seed, at);
    return { __typename: concrete.name, ' seed': seed, ' at': code };
  }

  #communityNear(code: string, seed: string): string {
    return code.length === 12 ? code : this.random(seed, 'community').pick(communitiesIn(code));
  }

  #enumValue(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    names: readonly string[],
    seed: string,
  ): string {
    if (field.name === 'code' && source) return screaming(source.__typename);
    if (field.name === 'status') return this.#status(source, names, seed);
    const place = placeIn(source);
    // A timeline goes from step to step.
    if (field.name === 'action' && place !== null) return names[Math.min(place, names.length - 1)] ?? '';
    return this.random(seed).pick(names);
  }

  /** What lies ahead has not begun, unless it is called off. */
  #status(source: MockObject | undefined, names: readonly string[], seed: string): string {
    const random = this.random(seed);
    const [first = ''] = names;
    const off = names.filter((name) => calledOff.test(name));
    if (random.chance(0.1)) return off[0] ?? first;
    const at = (source?.id && partsOf(source.id)?.at) || this.today;
    if (at.getTime() > this.today.getTime() + dayMs) return first;
    return random.pick(names.filter((name) => !calledOff.test(name)));
  }

  #scalar(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    type: string,
    seed: string,
    isNullable: boolean,
  ): unknown {
    const random = this.random(seed);
    const code = this.divisionOf(source);
    if (field.name === 'seatsLeft') return random.whole(0, this.#capacityOf(source));
    if (field.name === 'distanceMetres') return 120 * ((placeIn(source) ?? 0) + 1) + random.whole(0, 100);
    switch (type) {
      case 'ID':
        return entityId(this.today, this.#communityNear(code, seed), seed);
      case 'Boolean':
        return random.chance(0.7);
      case 'Int':
      case 'Long':
        return numberFor(field.name, random, scaleOf(code));
      case 'Float':
        return field.name === 'value'
          ? numberFor(field.name, random, scaleOf(code))
          : fractionFor(field.name, random);
      case 'PartialDate':
        return `${1930 + random.whole(0, 32)}`;
      case 'Date':
        return this.#date(source, field.name, random, isNullable)?.toISOString().slice(0, 10) ?? null;
      case 'DateTime':
        return this.#date(source, field.name, random, isNullable);
      default:
        return this.#text(source, field, random, code);
    }
  }

  #capacityOf(source: MockObject | undefined): number {
    const type = source && this.schema.getType(source.__typename);
    const capacity = isObjectType(type) ? type.getFields().capacity : undefined;
    return capacity ? Number(this.value(source, capacity, {})) : 10;
  }

  /** The main date is in the id; others are some hours or days after it. Those of an end are given where the status says so. */
  #date(source: MockObject | undefined, field: string, random: Random, isNullable: boolean): Date | null {
    const place = placeIn(source);
    const daysAgo = place === null ? random.whole(1, 60) * dayMs : dayMs - place * 1_800_000;
    const at = (source?.id && partsOf(source.id)?.at) || new Date(this.today.getTime() - daysAgo);
    if (isNullable && !this.#isReached(source, field)) return null;
    if (isMainDate.test(field)) return at;
    if (/^ends|^deadline/.test(field)) return new Date(at.getTime() + 5_400_000);
    if (/due|rectifyBy|opensOn|closesOn/i.test(field))
      return new Date(at.getTime() + random.whole(1, 60) * dayMs);
    if (/^(opened|founded|installed|registered)/.test(field))
      return new Date(this.today.getTime() - random.whole(200, 3000) * dayMs);
    return new Date(at.getTime() + random.whole(1, 48) * 900_000);
  }

  /** Whether the status of the object has come as far as the date says: `completedAt` is given once it is `COMPLETED`. */
  #isReached(source: MockObject | undefined, field: string): boolean {
    const type = source && this.schema.getType(source.__typename);
    const status = isObjectType(type) ? type.getFields().status : undefined;
    const statuses = status && getNamedType(status.type);
    const word = screaming(field.replace(/(At|On)$/, ''));
    if (!source || !status || !isEnumType(statuses)) return !ending.test(field);
    const names = statuses.getValues().map(({ name }) => name);
    const current = String(this.value(source, status, {}));
    const reached = names.indexOf(word);
    if (reached < 0) return !ending.test(field);
    return ending.test(field)
      ? current === word
      : names.indexOf(current) >= reached && !calledOff.test(current);
  }

  #text(
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    random: Random,
    code: string,
  ): string {
    const type = source?.__typename ?? '';
    if (field.name === 'message')
      return this.schema.getType(type)?.description?.replaceAll('\n', ' ') ?? type;
    if (field.name === 'name')
      return personTypes.test(type)
        ? personName(random)
        : (thingName(type, nameOf(code), random) ?? `${nameOf(code)}${type}`);
    if (field.name === 'deviceCode') return deviceCodeOf(type, code, random);
    if (field.name === 'divisionCode') return code;
    if (field.name === 'key') return `${type}-${random.whole(1, 999)}`;
    return (
      textFor(field.name, random) ??
      `${shortOf(chineseOf(field.description ?? ''))}（示例 ${random.whole(1, 99)}）`
    );
  }
}

/** The place of an object in the list that it is an entry of. */
const placeIn = (source: MockObject | undefined): number | null => {
  const place = /#(\d+)$/.exec(source?.[' seed'] ?? '')?.[1];
  return place === undefined ? null : Number(place);
};

const divisionTypes = { City: true, District: true, Subdistrict: true, Community: true };

const shortOf = (description: string): string => /^[^，。；：（]{1,16}/.exec(description)?.[0] ?? '文本';

const deviceTypes: Record<string, string> = { Camera: '132', AlarmBox: '134', MonitoringPlatform: '200' };

/** 20 digits after GB/T 28181: centre, industry, type, network and serial number. */
const deviceCodeOf = (type: string, code: string, random: Random): string =>
  `${code.slice(0, 6)}0100${deviceTypes[type] ?? '132'}0${String(random.whole(0, 999_999)).padStart(6, '0')}`;
