import { SECOND } from '@faultline/shared/time.ts';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Figures for the operator. Each room registers its own once, at start; names begin with `faultline_`. */
export interface Metrics {
  /** Only ever grows; returns what adds to it. */
  counter(name: string, help: string, labelNames?: readonly string[]): (labels?: Labels, by?: number) => void;
  /** Read when somebody asks; must not throw and must be cheap. */
  gauge(name: string, help: string, read: () => number): void;
  /** A distribution of seconds; returns what observes a duration in milliseconds. */
  seconds(name: string, help: string, labelNames?: readonly string[]): (durationMs: number, labels?: Labels) => void;
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<{ readonly type: string; readonly text: string }>;
}

type Labels = Readonly<Record<string, string | number>>;

/** From "nobody notices" to "the person has pressed the button again". */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    counter(name, help, labelNames = []) {
      const counter = new Counter({ name, help, labelNames, registers });
      return (labels = {}, by = 1) => counter.inc(labels, by);
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()) });
    },
    seconds(name, help, labelNames = []) {
      const histogram = new Histogram({ name, help, labelNames, registers, buckets: BUCKETS });
      return (durationMs, labels = {}) => histogram.observe(labels, durationMs / SECOND);
    },
    async read() {
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** `GET /metrics`, and the time each route takes. */
export function addMetrics(app: FastifyInstance, metrics: Metrics): void {
  const observe = metrics.seconds('faultline_http_request_seconds', 'Time to answer an HTTP request', [
    'method',
    'route',
    'status',
  ]);
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the path: ids would make a series each.
    const route = request.routeOptions.url ?? 'unknown';
    observe(reply.elapsedTime, { method: request.method, route, status: reply.statusCode });
  });
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    const { type, text } = await metrics.read();
    return reply.type(type).send(text);
  });
}
