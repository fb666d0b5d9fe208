// Points and distances: checks of input, and limits of nearest-first searches, which run on the plane of geo_plane().
import { badInput } from '../errors.ts';

/** A box around Zhengzhou, in degrees. Swapped or shifted coordinates lie outside. */
export const cityBox = { longitude: [112, 115], latitude: [34, 35.2] } as const;

export interface GeoPoint {
  longitude: number;
  latitude: number;
}

/** Throws `BAD_USER_INPUT` for a point that is not on Earth. */
export function checkPoint(point: GeoPoint, argument = 'at'): GeoPoint {
  if (isWithin(point.longitude, 180) && isWithin(point.latitude, 90)) return point;
  const expected = {
    zh: 'WGS 84 坐标（经度 ±180，纬度 ±90）',
    en: 'WGS 84 degrees (longitude ±180, latitude ±90)',
  };
  throw badInput(argument, expected, point);
}

/** Throws `BAD_USER_INPUT` for a point outside of the city, which the tables do not accept. */
export function checkLocation(point: GeoPoint, argument = 'location'): GeoPoint {
  const { longitude, latitude } = cityBox;
  if (isBetween(point.longitude, longitude) && isBetween(point.latitude, latitude)) return point;
  const [west, east] = longitude;
  const [south, north] = latitude;
  const expected = {
    zh: `郑州市范围内的 WGS 84 坐标（经度 ${west} 到 ${east}，纬度 ${south} 到 ${north}）`,
    en: `WGS 84 degrees around Zhengzhou (longitude ${west} to ${east}, latitude ${south} to ${north})`,
  };
  throw badInput(argument, expected, point);
}

const isBetween = (degrees: number, [least, most]: readonly [number, number]) =>
  degrees >= least && degrees <= most;

// Fields of a representation are not validated against the schema.
const isWithin = (degrees: number, most: number) => typeof degrees === 'number' && Math.abs(degrees) <= most;

/** The maximum radius of a nearest-first search. */
const maxDistanceMetres = 50_000;

/** Throws `BAD_USER_INPUT` for a radius that is not between 1 m and 50 km. */
export function checkDistance(metres: number, argument = 'withinMetres'): number {
  if (metres >= 1 && metres <= maxDistanceMetres) return metres;
  throw badInput(
    argument,
    { zh: `1 到 ${maxDistanceMetres} 米`, en: `1 to ${maxDistanceMetres} metres` },
    metres,
  );
}

/** The distance as the crow flies of a walk in the 15-minute circle: 80 m a minute along streets, of which 0.75 as the crow flies. */
export const walkingMetres = (minutes: number): number => Math.round(minutes * 60);
