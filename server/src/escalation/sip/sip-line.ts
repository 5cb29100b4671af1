import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Logger } from 'pino';
import type { Random } from '../../access/tokens.ts';
import type { Clock } from '../../clock.ts';
import type { CalledPerson, EndCause, PhoneCall, PhoneLine, PhoneLineEvent } from '../phone-line.ts';
import { LineFault } from '../phone-line.ts';
import type { Dialled } from './dial-string.ts';
import { dialled } from './dial-string.ts';
import { endOf } from './end-cause.ts';
import { createFreePorts } from './free-ports.ts';
import type { HealthWatch, LineHealth, ProgramsHealth } from './line-health.ts';
import { watchHealth } from './line-health.ts';
import { probe } from './options-probe.ts';
import { endOrphans } from './orphans.ts';
import type { SipPrograms } from './programs.ts';
import { findPrograms } from './programs.ts';
import type { SipPhone, SipPhoneEvent } from './sip-phone.ts';
import { createSipPhone } from './sip-phone.ts';
import type { SipSettings } from './sip-settings.ts';
import { writeSpoken } from './spoken-file.ts';

/** Makes the sound of a text. */
export interface LineSpeech {
  /** @returns the path of a WAV of 8 kHz, mono, 16 bits. */
  wav(text: string, language: CalledPerson['language']): Promise<string>;
}

export interface SipLineParts {
  readonly settings: SipSettings;
  readonly speech: LineSpeech;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** An exchange takes more, a trunk often does not; beyond it calls are refused as a flood. */
const STARTS_PER_SECOND = 2;
/** Behind the last moment of a talk, before the line hangs up by itself because nobody else did. */
const SELF_ENDING_AFTER: Duration = 10 * SECOND;
/** The end of the last word must not be cut off on its way through the buffers. */
const TAIL: Duration = 400;
/** An exchange says at once that it is busy with a call; one that does not is asked whether it is there. */
const FIRST_WORD_WITHIN: Duration = 4 * SECOND;
/** Between two digits, so that a machine hears two. */
const BETWEEN_DIGITS: Duration = 250;
/** Somebody may install the program while we run. */
const LOOK_FOR_PROGRAM_EVERY: Duration = MINUTE;
/** After a refusal the program itself would wait for up to half an hour. */
const REGISTER_AGAIN_AFTER: Duration = 30 * SECOND;
const OPENING_TIMES = 2;

/**
 * Rings real telephones through a site's exchange or trunk. Each channel is a baresip process of its own: one account
 * name for all of them, as an extension has it, and a crash that costs one call instead of all.
 */
export function createSipLine(parts: SipLineParts): PhoneLine {
  return new SipLine(parts);
}

interface Live {
  readonly call: PhoneCall;
  readonly phone: SipPhone;
  readonly dialled: Dialled;
  /** Its sound has names of its own: what is made too late for one call must not be heard in the next. */
  readonly opening: string;
  hasRung: boolean;
  isAnswered: boolean;
  /** Counts what is said: whatever takes longer to be made than the next word is not spoken any more. */
  turn: number;
  disarm: () => void;
}

class SipLine implements PhoneLine {
  readonly id = 'sip';
  readonly channels: number;
  readonly startsPerSecond = STARTS_PER_SECOND;
  readonly #parts: SipLineParts;
  readonly #phones: readonly SipPhone[];
  readonly #health: HealthWatch;
  readonly #calls = new Map<string, Live>();
  readonly #listeners: ((event: PhoneLineEvent) => void)[] = [];
  #programs: SipPrograms | null = null;
  #isClosed = false;
  #files = 0;
  #disarm = (): void => {};

  constructor(parts: SipLineParts) {
    const { settings, clock, random, log } = parts;
    this.#parts = parts;
    this.channels = settings.channels;
    const ports = createFreePorts();
    this.#phones = Array.from({ length: settings.channels }, (_, index) =>
      createSipPhone({
        no: index + 1,
        settings,
        registers: settings.isRegistered && index === 0,
        ports,
        clock,
        onChanged: () => this.#health.reconsider(),
        onFault: (why) => log.warn({ line: index + 1, why }, 'a phone line failed and is started again'),
      }),
    );
    this.#health = watchHealth({
      clock,
      programs: () => this.#programsHealth(),
      probe: async () => {
        const result = await probe({ ...settings, clock, random });
        if (result === null) this.#registerAgain();
        return result;
      },
      onChanged: (health) => this.#healthChanged(health),
    });
  }

  status(): LineHealth {
    return this.#health.now();
  }

  canReach({ phone }: CalledPerson): boolean {
    return this.status().state === 'up' && dialled(phone, this.#parts.settings) !== null;
  }

  onEvent(listener: (event: PhoneLineEvent) => void): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    const { settings, clock, log } = this.#parts;
    await mkdir(settings.folder, { recursive: true, mode: 0o700 });
    await chmod(settings.folder, 0o700);
    const ended = await endOrphans(settings.folder, clock);
    if (ended > 0) log.warn({ ended }, 'calls of an earlier run were ended');
    await this.#startPhones();
    await this.#health.check();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#disarm();
    this.#health.stop();
    for (const live of this.#calls.values()) live.disarm();
    this.#calls.clear();
    await Promise.all(this.#phones.map((phone) => phone.close()));
  }

  async place(call: PhoneCall): Promise<void> {
    if (this.#calls.has(call.id)) return;
    const { settings, clock } = this.#parts;
    const target = dialled(call.person.phone, settings);
    if (target === null) throw new LineFault('number-not-allowed', 'this number is not dialled by this line');
    const { state, detail } = this.status();
    if (state === 'down') throw new LineFault(detail, `the line is down: ${detail}`);
    const phone = this.#phones.find((candidate) => candidate.isFree());
    if (!phone) throw new LineFault('no-channel', 'every channel is in a call');
    const live: Live = {
      call,
      phone,
      dialled: target,
      opening: this.#newFile(),
      hasRung: false,
      isAnswered: false,
      turn: 0,
      disarm() {},
    };
    this.#calls.set(call.id, live);
    phone.reserve((event) => this.#hear(live, event));
    try {
      await this.#write(live, live.opening, call.opening, {
        times: OPENING_TIMES,
        silence: call.talkUntil - clock.now() + SELF_ENDING_AFTER,
      });
      if (!this.#isLive(live)) return await this.#remove(live, live.opening);
      live.disarm = clock.at(clock.now() + FIRST_WORD_WITHIN, () => void this.#doubt(live));
      await phone.dial(target.uri);
    } catch (cause) {
      if (!this.#forget(live)) return;
      await phone.hangUp();
      throw cause instanceof LineFault ? cause : new LineFault('dial-failed', 'the call cannot be placed', { cause });
    }
  }

  async say(callId: string, text: string, isLast: boolean): Promise<void> {
    const live = this.#calls.get(callId);
    if (!live?.isAnswered) return;
    live.turn += 1;
    const { turn } = live;
    const left = live.call.talkUntil - this.#parts.clock.now() + SELF_ENDING_AFTER;
    const file = this.#newFile();
    try {
      await this.#write(live, file, text, { times: 1, silence: isLast ? TAIL : left });
      if (this.#isLive(live) && live.turn === turn) await live.phone.play(file);
    } finally {
      await this.#remove(live, file);
    }
  }

  async cancel(callId: string): Promise<void> {
    const live = this.#calls.get(callId);
    if (live && this.#forget(live)) await live.phone.hangUp();
  }

  /**
   * A call never outlives the server that placed it: its program hangs up as the server goes, and a start ends what may
   * be left. So only calls that were placed since the start are still up.
   */
  async adopt(calls: readonly PhoneCall[]): Promise<ReadonlySet<string>> {
    const known = new Set(calls.map(({ id }) => id));
    await Promise.all([...this.#calls.keys()].filter((id) => !known.has(id)).map((id) => this.cancel(id)));
    return new Set(this.#calls.keys());
  }

  #emit(event: PhoneLineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #isLive(live: Live): boolean {
    return this.#calls.get(live.call.id) === live;
  }

  /** @returns whether it was not over already. */
  #forget(live: Live): boolean {
    if (!this.#isLive(live)) return false;
    live.disarm();
    void this.#remove(live, live.opening);
    return this.#calls.delete(live.call.id);
  }

  #newFile(): string {
    this.#files += 1;
    return `spoken-${this.#files}.wav`;
  }

  async #remove({ phone }: Live, file: string): Promise<void> {
    await rm(join(phone.folder, file), { force: true });
  }

  async #write(
    live: Live,
    file: string,
    text: string,
    how: { readonly times: number; readonly silence: Duration },
  ): Promise<void> {
    const work = this.#parts.speech
      .wav(text, live.call.person.language)
      .then((sound) => writeSpoken(join(live.phone.folder, file), sound, how));
    await work.catch((cause: unknown) => {
      throw new LineFault('speech-failed', 'there is nothing to be heard', { cause });
    });
  }

  #hear(live: Live, event: SipPhoneEvent): void {
    if (!this.#isLive(live)) return;
    const callId = live.call.id;
    switch (event.type) {
      case 'ringing':
        live.disarm();
        if (!live.hasRung) this.#emit({ type: 'ringing', callId, providerId: event.sipCallId });
        live.hasRung = true;
        return;
      case 'answered':
        live.disarm();
        live.isAnswered = true;
        this.#emit({ type: 'answered', callId });
        void this.#speakOpening(live);
        return;
      case 'key':
        if (live.isAnswered) this.#emit({ type: 'key', callId, key: event.key });
        return;
      case 'closed': {
        const end = live.isAnswered ? { cause: 'hung-up' as const, code: '' } : endOf(event.reason, live.hasRung);
        return this.#end(live, end.cause, end.code);
      }
      case 'gone':
        // The others carry the next try; only without them a person has to ring at once.
        return this.#end(live, this.#programsHealth().up > 0 ? 'failed' : 'line-down', 'program-gone');
    }
  }

  #end(live: Live, cause: EndCause, code: string): void {
    if (!this.#forget(live)) return;
    // What one call found broken may be broken for all of them.
    if (cause === 'line-down') void this.#health.check();
    this.#emit({ type: 'ended', callId: live.call.id, cause, code });
  }

  /** The digits of an extension come first: until then a machine listens. */
  async #speakOpening(live: Live): Promise<void> {
    const { extension, extensionAfter } = live.dialled;
    try {
      if (extension !== '') {
        // Digits travel in the stream of sound; without a sound there is no stream.
        await live.phone.play(live.opening);
        await this.#wait(live, extensionAfter);
        for (const digit of extension) {
          if (!this.#isLive(live)) return;
          await live.phone.press(digit);
          await this.#wait(live, BETWEEN_DIGITS);
        }
      }
      if (this.#isLive(live) && live.turn === 0) await live.phone.play(live.opening);
    } catch (error) {
      // Whoever lifted the receiver hears nothing: another line, or the same one again, is better.
      this.#parts.log.warn({ err: error }, 'a call could not speak');
      if (!this.#isLive(live)) return;
      this.#end(live, 'line-down', 'silent');
      await live.phone.hangUp();
    }
  }

  #wait(live: Live, duration: Duration): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const disarm = clock.at(clock.now() + duration, resolve);
      live.disarm = () => {
        disarm();
        resolve();
      };
    });
  }

  /** Nothing was heard of a call: when the exchange is gone it is not the called person who does not answer. */
  async #doubt(live: Live): Promise<void> {
    await this.#health.check();
    const { state, detail } = this.status();
    if (state === 'up' || !this.#forget(live)) return;
    this.#emit({ type: 'ended', callId: live.call.id, cause: 'line-down', code: detail });
    await live.phone.hangUp();
  }

  #programsHealth(): ProgramsHealth {
    return {
      isInstalled: this.#programs !== null,
      up: this.#phones.filter((phone) => phone.isUp()).length,
      registration: this.#phones[0]?.registration() ?? null,
    };
  }

  #healthChanged({ state, detail }: LineHealth): void {
    const { log, settings } = this.#parts;
    if (state === 'up') log.info({ line: this.id }, 'the telephone line is up');
    else if (detail === 'program-missing')
      log.error(
        { line: this.id, detail, program: settings.baresipPath },
        'baresip is not there: apt-get install baresip-core, or name its path in BARESIP_PATH',
      );
    else log.warn({ line: this.id, detail }, 'the telephone line is down');
    this.#emit({ type: 'changed' });
  }

  /** The exchange answers, but does not know us: perhaps it was started anew. */
  #registerAgain(): void {
    const first = this.#phones[0];
    const registration = first?.registration() ?? null;
    if (!first || registration === null || registration === 'registered') return;
    if (this.#parts.clock.now() - first.startedAt > REGISTER_AGAIN_AFTER) first.restart();
  }

  async #startPhones(): Promise<void> {
    const { settings, clock } = this.#parts;
    if (this.#isClosed) return;
    const programs = await findPrograms(settings.baresipPath);
    this.#programs = programs;
    if (programs === null) {
      this.#health.reconsider();
      this.#disarm = clock.at(clock.now() + LOOK_FOR_PROGRAM_EVERY, () => void this.#startPhones());
      return;
    }
    await Promise.all(this.#phones.map((phone) => phone.start(programs)));
  }
}
