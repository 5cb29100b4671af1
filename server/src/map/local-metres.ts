/** A point in WGS-84 degrees, in the order of its field names everywhere in the product. */
export interface LonLat {
  readonly lon: number;
  readonly lat: number;
}

const METRES_PER_DEGREE_LAT = 111_195;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** The offset from one point to another in metres east and north, on a plane that touches the globe between them.
 *  Against a great circle the error stays under 0.1 % within 50 km at the latitudes of the bundled map; routing and
 *  snapping need no more, and it is several times cheaper than a haversine in their inner loops. */
function offsetMetres(from: LonLat, to: LonLat): { readonly eastM: number; readonly northM: number } {
  const middleLat = ((from.lat + to.lat) / 2) * RADIANS_PER_DEGREE;
  return {
    eastM: (to.lon - from.lon) * METRES_PER_DEGREE_LAT * Math.cos(middleLat),
    northM: (to.lat - from.lat) * METRES_PER_DEGREE_LAT,
  };
}

export function distanceMetres(from: LonLat, to: LonLat): number {
  const { eastM, northM } = offsetMetres(from, to);
  return Math.hypot(eastM, northM);
}

/** Compass direction from one point to another, 0 = north, 90 = east, in [0, 360). */
export function headingDegrees(from: LonLat, to: LonLat): number {
  const { eastM, northM } = offsetMetres(from, to);
  const degrees = Math.atan2(eastM, northM) / RADIANS_PER_DEGREE;
  return degrees < 0 ? degrees + 360 : degrees;
}

/** Distance in metres from a point to the segment between `start` and `end`. */
export function distanceToSegmentMetres(point: LonLat, start: LonLat, end: LonLat): number {
  const along = offsetMetres(start, end);
  const toPoint = offsetMetres(start, point);
  const lengthSquared = along.eastM ** 2 + along.northM ** 2;
  const projected =
    lengthSquared === 0 ? 0 : (toPoint.eastM * along.eastM + toPoint.northM * along.northM) / lengthSquared;
  const share = Math.min(1, Math.max(0, projected));
  return Math.hypot(toPoint.eastM - share * along.eastM, toPoint.northM - share * along.northM);
}
