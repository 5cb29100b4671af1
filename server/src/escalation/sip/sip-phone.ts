import { join } from 'node:path';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { Baresip } from './baresip.ts';
import { startBaresip } from './baresip.ts';
import type { BaresipPorts } from './baresip-files.ts';
import { writeBaresipFiles } from './baresip-files.ts';
import type { BaresipEvent } from './control.ts';
import { ControlFault } from './control.ts';
import type { FreePorts } from './free-ports.ts';
import type { SipPrograms } from './programs.ts';
import type { SipSettings } from './sip-settings.ts';

/** What happens in the one call of a phone. */
export type SipPhoneEvent =
  | { readonly type: 'ringing'; readonly sipCallId: string }
  | { readonly type: 'answered' }
  | { readonly type: 'key'; readonly key: string }
  /** In baresip's words. */
  | { readonly type: 'closed'; readonly reason: string }
  /** The program died, and the call with it. */
  | { readonly type: 'gone' };

/** One line to the exchange: a program that is kept alive, and the call that it may have. */
export interface SipPhone {
  readonly folder: string;
  /** When it last began to run. */
  readonly startedAt: Instant;
  isUp(): boolean;
  /** Whether a call could be placed now. */
  isFree(): boolean;
  /** `null` when it is not the one that registers. */
  registration(): 'pending' | 'registered' | 'refused' | null;
  /** Resolves when the first try to start it is over, well or not. */
  start(programs: SipPrograms): Promise<void>;
  /** Keeps it for one call, until that is over or `hangUp`. */
  reserve(onEvent: (event: SipPhoneEvent) => void): void;
  /** @throws ControlFault */
  dial(uri: string): Promise<void>;
  /** Speaks a file of the folder, instead of what is being spoken. @throws ControlFault */
  play(file: string): Promise<void>;
  /** @throws ControlFault */
  press(key: string): Promise<void>;
  /** Silence, whatever it takes; no event follows. */
  hangUp(): Promise<void>;
  /** Begins anew, if nobody is in a call. */
  restart(): void;
  close(): Promise<void>;
}

export interface SipPhoneParts {
  readonly no: number;
  readonly settings: SipSettings;
  /** One of the phones registers the extension; the others only place calls. */
  readonly registers: boolean;
  readonly ports: FreePorts;
  readonly clock: Clock;
  /** Up, down, registered or not. */
  readonly onChanged: () => void;
  readonly onFault: (text: string) => void;
}

const FIRST_PAUSE: Duration = SECOND;
const LONGEST_PAUSE: Duration = MINUTE;
/** Whoever ran that long has started well; the next death begins with the shortest pause. */
const WELL_AFTER: Duration = MINUTE;
const KEY = /^[0-9*#]$/;
/** The word stands in colour. */
const REGISTRATION = /\[3\dm(?<state>OK|ERR)/;
const NO_CALL = /\(0\)/;

export function createSipPhone(parts: SipPhoneParts): SipPhone {
  return new Phone(parts);
}

interface Call {
  readonly onEvent: (event: SipPhoneEvent) => void;
  /** SIP's Call-ID, once the program has told it. */
  sipCallId: string | null;
  isDialled: boolean;
}

class Phone implements SipPhone {
  readonly folder: string;
  startedAt: Instant = 0;
  readonly #parts: SipPhoneParts;
  #programs: SipPrograms | null = null;
  #baresip: Baresip | null = null;
  #ports: BaresipPorts | null = null;
  #call: Call | null = null;
  /** The end of the call before, or of somebody who rings us: the next call waits for it. */
  #cleared: Promise<void> = Promise.resolve();
  #isClosed = false;
  #registration: 'pending' | 'registered' | 'refused' = 'pending';
  #pause = FIRST_PAUSE;
  #disarm = (): void => {};

  constructor(parts: SipPhoneParts) {
    this.#parts = parts;
    this.folder = join(parts.settings.folder, `line-${parts.no}`);
  }

  isUp(): boolean {
    return this.#baresip !== null;
  }

  isFree(): boolean {
    return this.isUp() && this.#call === null;
  }

  registration(): 'pending' | 'registered' | 'refused' | null {
    return this.#parts.registers ? this.#registration : null;
  }

  async start(programs: SipPrograms): Promise<void> {
    this.#programs = programs;
    const { settings, registers, clock, ports } = this.#parts;
    this.#registration = 'pending';
    this.startedAt = clock.now();
    try {
      this.#ports = await ports.take(settings.listen);
      const { folder } = this;
      const { modulesFolder } = programs;
      await writeBaresipFiles(folder, settings, { ports: this.#ports, modulesFolder, registers });
      const baresip = await startBaresip({
        programs,
        folder,
        controlPort: this.#ports.control,
        clock,
        onEvent: (event) => this.#hear(event),
        onGone: (why) => this.#gone(why),
      });
      if (this.#isClosed) return await baresip.end();
      this.#baresip = baresip;
      // It may have registered before we listened.
      if (registers) this.#readRegistration(await baresip.command('reginfo'));
      this.#parts.onChanged();
    } catch (error) {
      this.#gone(error instanceof Error ? error.message : String(error));
    }
  }

  reserve(onEvent: (event: SipPhoneEvent) => void): void {
    this.#call = { onEvent, sipCallId: null, isDialled: false };
  }

  async dial(uri: string): Promise<void> {
    const call = this.#call;
    await this.#cleared;
    if (!call || this.#call !== call) return;
    call.isDialled = true;
    await this.#command('dial', uri);
  }

  async play(file: string): Promise<void> {
    const said = await this.#command('ausrc', `aufile,${file}`);
    // It says yes to every command, and what went wrong beside it.
    if (said.includes('failed')) throw new ControlFault(`the file cannot be played: ${said.trim()}`);
  }

  async press(key: string): Promise<void> {
    await this.#command('sndcode', key);
  }

  async hangUp(): Promise<void> {
    const call = this.#call;
    this.#call = null;
    if (call?.isDialled) await this.#clear('hang-up');
  }

  restart(): void {
    if (this.isFree()) this.#baresip?.kill();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#disarm();
    this.#call = null;
    const baresip = this.#baresip;
    this.#baresip = null;
    await baresip?.end();
  }

  async #command(name: string, params?: string): Promise<string> {
    if (!this.#baresip) throw new ControlFault('the program is not running');
    return this.#baresip.command(name, params);
  }

  /** Makes sure that nothing is up; a call that will not end is ended with its program, which hangs up as it goes. */
  #clear(first: 'hang-up' | 'look'): Promise<void> {
    const baresip = this.#baresip;
    if (baresip) this.#cleared = this.#cleared.then(() => this.#silence(baresip, first));
    return this.#cleared;
  }

  async #silence(baresip: Baresip, first: 'hang-up' | 'look'): Promise<void> {
    const isQuiet = async (): Promise<boolean> => NO_CALL.test(await baresip.command('listcalls'));
    try {
      if (first === 'look' && (await isQuiet())) return;
      await baresip.command('hangup');
      if (!(await isQuiet())) throw new ControlFault('a call does not end');
    } catch (error) {
      if (!(error instanceof ControlFault)) throw error;
      await baresip.end();
      if (this.#baresip === baresip) this.#gone(error.message);
    }
  }

  #hear({ type, direction, id, param = '' }: BaresipEvent): void {
    if (type.startsWith('REGISTER_')) return this.#heardRegistration(type, param);
    if (direction === 'incoming') return this.#heardIncoming(type);
    const call = this.#call;
    if (!call?.isDialled || id === undefined) return;
    call.sipCallId ??= id;
    if (call.sipCallId !== id) return;
    switch (type) {
      case 'CALL_RINGING':
      case 'CALL_PROGRESS':
        return call.onEvent({ type: 'ringing', sipCallId: id });
      case 'CALL_ESTABLISHED':
        return call.onEvent({ type: 'answered' });
      case 'CALL_DTMF_START':
        if (KEY.test(param)) call.onEvent({ type: 'key', key: param });
        return;
      case 'CALL_CLOSED':
        this.#call = null;
        call.onEvent({ type: 'closed', reason: param });
        // Whatever else the program thinks is up would be heard by nobody, and hold the line.
        void this.#clear('look');
        return;
    }
  }

  /** These lines are for ringing out; who rings in hears that they are busy, and the line is free again at once. */
  #heardIncoming(type: string): void {
    if (type === 'CALL_INCOMING' && this.#call === null) void this.#clear('hang-up');
  }

  #heardRegistration(type: string, param: string): void {
    if (type === 'REGISTER_OK') this.#registration = 'registered';
    else if (type === 'REGISTER_FAIL') this.#registration = /^4\d\d/.test(param) ? 'refused' : 'pending';
    this.#parts.onChanged();
  }

  #readRegistration(reginfo: string): void {
    const state = REGISTRATION.exec(reginfo)?.groups?.['state'];
    if (state === 'OK') this.#registration = 'registered';
    else if (state === 'ERR') this.#registration = 'refused';
  }

  /** It is started again after a pause that grows as long as it does not last. */
  #gone(why: string): void {
    const { clock, ports, onFault, onChanged } = this.#parts;
    const call = this.#call;
    this.#call = null;
    this.#baresip = null;
    this.#registration = 'pending';
    if (this.#ports) ports.release(this.#ports);
    this.#ports = null;
    if (this.#isClosed) return;
    onFault(why);
    if (clock.now() - this.startedAt > WELL_AFTER) this.#pause = FIRST_PAUSE;
    this.#disarm();
    this.#disarm = clock.at(clock.now() + this.#pause, () => {
      if (this.#programs) void this.start(this.#programs);
    });
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    call?.onEvent({ type: 'gone' });
    onChanged();
  }
}
