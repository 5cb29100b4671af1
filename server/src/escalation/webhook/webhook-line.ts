import { assert } from '@faultline/shared/assert.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';
import type { Logger } from 'pino';
import type { Random } from '../../access/tokens.ts';
import type { Clock } from '../../clock.ts';
import type { PhoneCall, PhoneLine, PhoneLineEvent } from '../phone-line.ts';
import { LineFault } from '../phone-line.ts';
import type { ReceiveCallback } from './callbacks.ts';
import { createCallbackDesk } from './callbacks.ts';
import type { EventOrder } from './event-order.ts';
import { createEventOrder } from './event-order.ts';
import { createHealth } from './health.ts';
import type { Callback, CallbackResult, WebhookMessage } from './messages.ts';
import { rememberNames } from './remember-names.ts';
import type { Resolve } from './safe-address.ts';
import { resolveName } from './safe-address.ts';
import type { Sending } from './sender.ts';
import { createSender, mayHaveBegun } from './sender.ts';
import type { WebhookSettings } from './settings.ts';
import { problemOfSettings } from './settings.ts';
import { keysOf } from './signature.ts';

export interface WebhookLine extends PhoneLine {
  /** What the site tells of its calls; harmless when it is repeated, reordered, or about a call that is over. */
  readonly receive: ReceiveCallback;
}

/** The first try and a second; then the next line is better than more patience. */
const PLACE_TRIES = 2;
/** A phone that rings on without need is worse than a few messages too many. */
const CANCEL_TRIES = 3;
const STARTS_PER_SECOND = 10;
/** The site's word for a call that it does not have any more. */
const CALL_IS_OVER = 'http-410';
/** Ended calls that are told from unknown ones. */
const MOST_ENDED = 10_000;

interface LiveCall {
  readonly order: EventOrder;
  /** Stops what is on its way to the site, so that a cancellation need not wait for it. */
  readonly sending: AbortController;
  providerId: string | null;
  isAnswered: boolean;
  /** Words leave one after the other. */
  work: Promise<unknown>;
}

/**
 * Rings people by whatever the site has: each call, word and cancellation is a signed POST to one address, what happens
 * to the call comes back by signed POSTs of the site. An adapter for a provider with an interface of its own is another
 * `PhoneLine` beside this one.
 */
export function createWebhookLine(parts: {
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Logger, 'warn'>;
  /** How names become addresses; a test's own, else this machine's. */
  readonly resolve?: Resolve;
}): WebhookLine {
  const { settings, clock, random, log, resolve = resolveName } = parts;
  assert(problemOfSettings(settings) === null, 'the settings of the webhook were checked at the start');
  const keys = keysOf(settings.secrets);
  const listeners: ((event: PhoneLineEvent) => void)[] = [];
  const emit = (event: PhoneLineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const nextMessage = risingNumbers(clock);
  const closing = new AbortController();
  const health = createHealth({
    clock,
    chance: () => (random(1)[0] ?? 0) / 255,
    probe: () => tell({ type: 'ping', message: nextMessage() }, { tries: 1, signal: closing.signal }),
    onChanged: () => emit({ type: 'changed' }),
  });
  const { mayReachPrivate } = settings;
  const send = createSender({ url: new URL(settings.url), keys, mayReachPrivate, resolve, clock, health });
  const book = createCallBook({ clock, emit });

  /** For what nobody waits for: a failure is known to the health and to the log. */
  const tell = async (message: WebhookMessage, sending: Sending): Promise<void> => {
    try {
      await send(message, sending);
    } catch (err) {
      if (!(err instanceof LineFault)) throw err;
      if (err.code === CALL_IS_OVER) return;
      log.warn({ err, type: message.type }, 'the webhook could not be told');
    }
  };
  const tellCancelled = (callId: string, reason: StopReason, text: string, tries = CANCEL_TRIES): Promise<void> =>
    tell(
      { type: 'cancel', callId, message: nextMessage(), reason, text },
      { tries, signal: new AbortController().signal },
    );
  const ring = async (call: PhoneCall, isFresh: boolean, tries: number): Promise<'taken' | 'ended'> => {
    // It may be ringing before the answer to our message is back.
    const entry = book.begin(call.id, isFresh, call.providerId);
    try {
      const answer = await send(callMessage(call), { tries, signal: entry.sending.signal });
      entry.providerId = answer.providerId ?? entry.providerId;
      if (answer.state !== 'ended') return 'taken';
      book.end(call.id);
      return 'ended';
    } catch (error) {
      book.end(call.id);
      throw error;
    }
  };

  return {
    id: 'webhook',
    channels: settings.channels,
    startsPerSecond: STARTS_PER_SECOND,
    status: health.status,
    canReach: ({ phone }) => health.status().state === 'up' && phone !== '',
    start: () => health.start(),
    async close() {
      health.stop();
      closing.abort();
      const ids = book.liveIds();
      for (const id of ids) book.end(id);
      await Promise.all(ids.map((id) => tellCancelled(id, 'line-down', '', 1)));
    },
    async place(call) {
      const { state, detail } = health.status();
      if (state === 'down') throw new LineFault(detail, 'the webhook does not answer');
      if (book.find(call.id)) return;
      try {
        if ((await ring(call, true, PLACE_TRIES)) === 'ended') throw new LineFault('ended', 'the webhook has ended it');
      } catch (error) {
        // Another line rings now; this one must not ring beside it.
        if (error instanceof LineFault && mayHaveBegun(error.code)) void tellCancelled(call.id, 'line-down', '');
        throw error;
      }
    },
    async say(callId, text, isLast) {
      const call = book.find(callId);
      if (!call) return;
      const message = { type: 'say', callId, message: nextMessage(), text, isLast } as const;
      const said = call.work.then(() => send(message, { tries: PLACE_TRIES, signal: call.sending.signal }));
      call.work = said.catch(() => undefined);
      try {
        await said;
      } catch (error) {
        // What has ended meanwhile is not to be told of as a fault.
        if (book.find(callId) !== call) return;
        if (!(error instanceof LineFault) || error.code !== CALL_IS_OVER) throw error;
        book.end(callId);
        emit({ type: 'ended', callId, cause: 'hung-up', code: error.code });
      }
    },
    async cancel(callId, reason, text) {
      const isKnown = book.find(callId) !== null || (book.hasEnded(callId) && text !== '');
      book.end(callId);
      if (isKnown) await tellCancelled(callId, reason, text);
    },
    async adopt(calls) {
      const kept = await Promise.all(
        calls.map(async (call) => {
          // The same message again: whoever has the call knows it by its id, and whoever has lost it begins anew. [E6]
          const state = await ring(call, false, 1).catch((error: unknown) => {
            if (!(error instanceof LineFault)) throw error;
            // It may be up all the same; whoever rings next must not ring beside it.
            if (mayHaveBegun(error.code)) void tellCancelled(call.id, 'line-down', '');
            return 'ended' as const;
          });
          return state === 'taken' ? [call.id] : [];
        }),
      );
      return new Set(kept.flat());
    },
    onEvent(listener) {
      listeners.push(listener);
    },
    receive: createCallbackDesk({ keys, clock, log, take: book.take }),
  };
}

interface CallBook {
  /** @param isFresh whether its events begin at 1. */
  begin(callId: string, isFresh: boolean, providerId: string | null): LiveCall;
  end(callId: string): void;
  find(callId: string): LiveCall | null;
  hasEnded(callId: string): boolean;
  liveIds(): readonly string[];
  take(callback: Callback): CallbackResult;
}

/** The calls that the site has up as far as we know, and what it tells of them in the right order. */
function createCallBook(parts: { readonly clock: Clock; readonly emit: (event: PhoneLineEvent) => void }): CallBook {
  const { clock, emit } = parts;
  const live = new Map<string, LiveCall>();
  const ended = rememberNames(MOST_ENDED);

  const end = (callId: string): void => {
    const call = live.get(callId);
    if (!call) return;
    live.delete(callId);
    ended.add(callId);
    call.order.stop();
    call.sending.abort();
  };
  const deliver = (callId: string, event: Callback): void => {
    const call = live.get(callId);
    if (!call) return;
    switch (event.type) {
      case 'ringing':
        call.providerId = event.providerId ?? call.providerId;
        emit({ type: 'ringing', callId, ...(call.providerId === null ? {} : { providerId: call.providerId }) });
        return;
      case 'ended':
        end(callId);
        emit({ type: 'ended', callId, cause: event.cause, code: event.code });
        return;
      default:
        // A key comes from somebody who has answered, whatever became of the message that said so.
        if (!call.isAnswered) emit({ type: 'answered', callId });
        call.isAnswered = true;
        if (event.type === 'key') emit({ type: 'key', callId, key: event.key });
    }
  };

  return {
    begin(callId, isFresh, providerId) {
      const order = createEventOrder({ isFresh, clock, deliver: (event) => deliver(callId, event) });
      const sending = new AbortController();
      const call = { order, sending, providerId, isAnswered: false, work: Promise.resolve() };
      live.set(callId, call);
      return call;
    },
    end,
    find: (callId) => live.get(callId) ?? null,
    hasEnded: (callId) => ended.has(callId),
    liveIds: () => [...live.keys()],
    take(callback) {
      const { callId } = callback;
      const call = live.get(callId);
      if (call) return call.order.take(callback);
      if (!ended.has(callId)) return 'call-unknown';
      // Whoever presses a key too late is told who was quicker, if he still listens. [E4]
      if (callback.type === 'key') emit({ type: 'key', callId, key: callback.key });
      return 'call-ended';
    },
  };
}

/** They rise over a restart too, because they begin with the time. */
function risingNumbers(clock: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock.now());
    return last;
  };
}

function callMessage({ id, purpose, person, opening, tickets, ringUntil, talkUntil }: PhoneCall): WebhookMessage {
  const { phone, name, language } = person;
  return {
    type: 'call',
    callId: id,
    message: 0,
    purpose,
    phone,
    name,
    language,
    opening,
    tickets,
    ringUntil,
    talkUntil,
  };
}
