import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { trackAnswerSchema, trackQuerySchema } from '@faultline/shared/wire/track.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { TrackPoint } from '../store/track.ts';
import type { Track } from './track.ts';

export interface TrackRouteParts {
  readonly directory: Pick<Directory, 'vehicle'>;
  readonly track: Pick<Track, 'read'>;
}

/** `GET /api/vehicles/:id/track`: where a vehicle was. */
export const trackRoutes: FastifyPluginCallbackZod<TrackRouteParts> = (app, { directory, track }, done) => {
  app.get(
    '/api/vehicles/:id/track',
    {
      config: { access: 'track.read' },
      schema: {
        summary: 'Where a vehicle was, at most two days at once',
        tags: ['vehicles'],
        params: z.strictObject({ id: z.string().max(64) }),
        querystring: trackQuerySchema,
        response: { 200: trackAnswerSchema, '4xx': refusalSchema, '5xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { from, to } = request.query;
      if (directory.vehicle(id)?.district !== viewerOf(request).district) {
        return sendRefusal(reply, { code: 'vehicle-unknown', vehicleId: id });
      }
      const points = await track.read(id, from, to);
      return reply.send({ vehicleId: id, v: points.flatMap(integersOf) });
    },
  );
  done();
};

function integersOf(point: TrackPoint): number[] {
  const { fixedAt, lon, lat, headingDeg, speedMps, accuracyM, isMoved } = point;
  const rounded = (value: number | null): number => (value === null ? -1 : Math.round(value));
  const speed = speedMps === null ? -1 : Math.round(speedMps * 36);
  const place = [Math.round(lon * 1e6), Math.round(lat * 1e6)];
  return [fixedAt, ...place, rounded(headingDeg), speed, rounded(accuracyM), isMoved ? 1 : 0];
}
