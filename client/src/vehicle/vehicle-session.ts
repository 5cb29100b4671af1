import type { VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import { VEHICLE_DUTIES } from '@faultline/shared/organisation/organisation.ts';
import type { EndReason, FaultRecord } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { isUnderWay, legsOfVehicle, owesReceipt } from '@faultline/shared/vehicle/state.ts';
import type { ServerToVehicle, VehicleFix, VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import { MAX_FIXES_PER_FRAME } from '@faultline/shared/wire/vehicle.ts';
import { serverClock } from '../live/clock.ts';
import type { Change, DeviceStore } from './device-store.ts';
import { withKept } from './fix-pace.ts';
import type { Identity } from './identity.ts';
import { isOwnReturn, keyOf, legKey, legOf, withStamp } from './leg-view.ts';
import { Link } from './link.ts';
import type { NumberedMessage } from './numbered-message.ts';
import type { Answer, Word } from './outbox.ts';
import { dueToSend, inOrder, outdatedBy, pauseAfterRefusal, pauseAfterSending, verdictOf } from './outbox.ts';
import { createIdMaker } from './ulid.ts';
import type { News } from './vehicle-store.ts';
import { BLANK, useVehicle } from './vehicle-store.ts';

/** What the person at the wheel says, without what the device adds by itself. */
export type Saying =
  | { readonly type: 'receipt' | 'accept' | 'depart' | 'arrive' | 'clear' | 'confirm-recall' }
  | { readonly type: 'record'; readonly record: FaultRecord }
  | { readonly type: 'return'; readonly reason: EndReason; readonly text: string };

export interface SessionParts {
  readonly identity: Identity;
  readonly store: DeviceStore;
  readonly deviceNow: () => Instant;
}

/**
 * One vehicle's page at work: keeps on the device first and sends afterwards, so that everything can be done without a
 * network. What it knows stands in `useVehicle`.
 */
export class VehicleSession {
  readonly #identity: Identity;
  readonly #store: DeviceStore;
  readonly #deviceNow: () => Instant;
  readonly #link: Link;
  /** By the id of a word, on the monotonic clock. */
  readonly #notBefore = new Map<string, number>();
  #makeId = createIdMaker(randomBytes);
  #keptFixes: readonly VehicleFix[] = [];
  /** Words and messages are worked through one after the other, in the order in which they came. */
  #turn: Promise<void> = Promise.resolve();
  #stopTicking: (() => void) | null = null;

  constructor({ identity, store, deviceNow }: SessionParts) {
    this.#identity = identity;
    this.#store = store;
    this.#deviceNow = deviceNow;
    this.#link = new Link({
      token: identity.token,
      deviceNow,
      onState: (link) => {
        // A new connection asks everything again; what was on its way over the old one may be lost.
        if (link.at !== 'open') this.#notBefore.clear();
        const { cutOffSince } = useVehicle.getState();
        useVehicle.setState({ link, cutOffSince: link.at === 'open' ? null : (cutOffSince ?? serverClock.now()) });
        if (link.at === 'open') this.#flush();
      },
      onMessage: (message) => {
        void this.#inTurn(() => this.#hear(message));
      },
    });
  }

  async start(): Promise<void> {
    const kept = await this.#store.load();
    this.#makeId = createIdMaker(randomBytes, kept.words.at(-1)?.message.id ?? null);
    useVehicle.setState({
      ...BLANK,
      ...kept,
      phase: 'ready',
      identity: this.#identity,
      isDurable: this.#store.isDurable,
    });
    this.#link.start();
    this.#stopTicking = serverClock.subscribe(() => this.#flush());
  }

  stop(): void {
    this.#stopTicking?.();
    this.#link.stop();
    this.#store.close();
  }

  /** Done when it is on the device, which is when the screen shows it; the network has all the time it needs. */
  say(ticketId: string, legNo: number, saying: Saying): void {
    const claimedAt = this.#deviceNow();
    if (saying.type !== 'receipt') this.choose(legKey(ticketId, legNo));
    void this.#inTurn(() => this.#put({ ...saying, id: this.#makeId(claimedAt), ticketId, legNo, claimedAt }));
  }

  sayDuty(duty: VehicleDuty): void {
    void this.#inTurn(() => this.#put({ type: 'duty', id: this.#makeId(this.#deviceNow()), duty }));
  }

  /** A position is replaced by the next one: it is kept while there is no connection, and never on the disk. */
  report(fix: VehicleFix): void {
    this.#keptFixes = withKept(this.#keptFixes, fix);
    this.#flushFixes();
  }

  keepDraft(key: string, draft: FaultRecord): void {
    const drafts = new Map(useVehicle.getState().drafts).set(key, draft);
    useVehicle.setState({ drafts });
    void this.#inTurn(async () => {
      await this.#keep({ putDraft: [key, draft] });
    });
  }

  /** Puts a leg large on the screen; what was new about it has been seen. */
  choose(key: string): void {
    useVehicle.setState({ chosenKey: key });
    this.seen(key);
  }

  seen(key: string): void {
    const { news } = useVehicle.getState();
    if (news.some((one) => one.key === key)) useVehicle.setState({ news: news.filter((one) => one.key !== key) });
  }

  /** A person has read why these words were refused. */
  forgetWords(ids: readonly string[]): void {
    void this.#inTurn(async () => {
      await this.#keep({ dropWords: ids });
      this.#setWords(useVehicle.getState().words.filter(({ message }) => !ids.includes(message.id)));
    });
  }

  takeOver(): void {
    this.#link.ask();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch(reportError);
    return this.#turn;
  }

  /** Stored first: only then does the screen show it and the network get it. */
  async #put(message: NumberedMessage): Promise<void> {
    const { words } = useVehicle.getState();
    const word: Word = { message, refusal: null };
    const outdated = outdatedBy(words, message).map((old) => old.message.id);
    const isKept = await this.#keep({ putWords: [word], dropWords: outdated });
    if (!isKept) return;
    this.#setWords(inOrder([...words.filter((old) => !outdated.includes(old.message.id)), word]));
    this.#flush();
  }

  /** @returns whether the disk took it. What it did not take has not happened, and the person is told. */
  async #keep(change: Change): Promise<boolean> {
    try {
      await this.#store.apply(change);
      if (useVehicle.getState().hasDiskFailed) useVehicle.setState({ hasDiskFailed: false });
      return true;
    } catch (error) {
      reportError(error);
      useVehicle.setState({ hasDiskFailed: true });
      return false;
    }
  }

  #setWords(words: readonly Word[]): void {
    useVehicle.setState({ words });
  }

  #flush(): void {
    if (!this.#link.isOpen()) return;
    const now = serverClock.monotonicMs();
    for (const message of dueToSend(useVehicle.getState().words, this.#notBefore, now)) {
      if (this.#link.send(message)) this.#notBefore.set(message.id, pauseAfterSending(now));
    }
    this.#flushFixes();
  }

  #flushFixes(): void {
    while (this.#keptFixes.length > 0 && this.#link.isOpen()) {
      const fixes = this.#keptFixes.slice(0, MAX_FIXES_PER_FRAME);
      if (!this.#link.send({ type: 'fixes', fixes: [...fixes] })) return;
      this.#keptFixes = this.#keptFixes.slice(fixes.length);
    }
  }

  async #hear(message: ServerToVehicle): Promise<void> {
    switch (message.type) {
      case 'welcome': {
        const { vehicle, crewName, legs } = message;
        useVehicle.setState({ crewName, duty: dutyOf(vehicle.duty) });
        await this.#learn(legs, { isAll: true });
        return;
      }
      case 'leg':
        await this.#learn([message.leg], { isAll: false });
        return;
      case 'answer':
        await this.#settle(message);
        return;
      case 'malformed':
        reportError(new Error(`the server could not read a message: ${message.detail}`));
        return;
      case 'clock':
        return;
    }
  }

  /** @param isAll whether these are all legs of the vehicle: others that are known here are over. */
  async #learn(told: readonly VehicleLeg[], { isAll }: { readonly isAll: boolean }): Promise<void> {
    const known = useVehicle.getState().legs;
    const { vehicleId } = this.#identity;
    const putLegs = told.filter(({ ticket, legNo }) => legsOfVehicle(ticket, vehicleId).some(({ no }) => no === legNo));
    const alive = new Set(putLegs.map(keyOf));
    const over = isAll ? [...known.keys()] : told.map(keyOf);
    const dropLegs = over.filter((key) => !alive.has(key));
    const isKept = await this.#keep({ putLegs, dropLegs, dropDrafts: dropLegs });
    const legs = new Map(known);
    for (const key of dropLegs) legs.delete(key);
    for (const leg of putLegs) legs.set(keyOf(leg), leg);
    const { news, drafts } = useVehicle.getState();
    useVehicle.setState({
      legs,
      drafts: new Map([...drafts].filter(([key]) => !dropLegs.includes(key))),
      news: [...news.filter(({ key }) => legs.has(key)), ...newsOf(putLegs, known)],
    });
    for (const leg of putLegs) await this.#answerFor(leg, isKept);
    this.#flush();
  }

  /** What the device owes for a leg without anybody's doing: E, and the receipt for its own crew's return. [R2] */
  async #answerFor(told: VehicleLeg, isKept: boolean): Promise<void> {
    const leg = legOf(told);
    if (leg.vehicleId !== this.#identity.vehicleId) return;
    const isSaid = (type: NumberedMessage['type']): boolean =>
      useVehicle
        .getState()
        .words.some(({ message }) => message.type === type && 'legNo' in message && isAbout(message, told));
    const claimedAt = this.#deviceNow();
    const about = { ticketId: told.ticket.id, legNo: told.legNo, claimedAt };
    if (isKept && leg.E === null && leg.ending === null && !isSaid('receipt')) {
      await this.#put({ type: 'receipt', id: this.#makeId(claimedAt), ...about });
    }
    if (owesReceipt(leg) && isOwnReturn(leg) && !isSaid('confirm-recall')) {
      await this.#put({ type: 'confirm-recall', id: this.#makeId(claimedAt), ...about });
    }
  }

  async #settle(answer: Answer): Promise<void> {
    const { words } = useVehicle.getState();
    const word = words.find(({ message }) => message.id === answer.id);
    if (!word) return;
    const { message } = word;
    const others = words.filter((other) => other !== word);
    switch (verdictOf(message, answer)) {
      case 'again':
        this.#notBefore.set(answer.id, pauseAfterRefusal(serverClock.monotonicMs()));
        return;
      case 'refused': {
        const refused: Word = { message, refusal: answer.ok ? null : answer.refusal.code };
        await this.#keep({ putWords: [refused] });
        this.#setWords(inOrder([...others, refused]));
        break;
      }
      case 'moot':
        await this.#keep({ dropWords: [answer.id] });
        this.#setWords(others);
        break;
      case 'done':
        await this.#carryOut(message, others);
        break;
    }
    this.#notBefore.delete(answer.id);
    this.#flush();
  }

  /** The word holds: what is known here says so from now on, also before the server has told the leg anew. */
  async #carryOut(message: NumberedMessage, others: readonly Word[]): Promise<void> {
    const { legs } = useVehicle.getState();
    if (message.type === 'duty') {
      await this.#keep({ dropWords: [message.id] });
      useVehicle.setState({ duty: message.duty, words: others });
      return;
    }
    const known = legs.get(legKey(message.ticketId, message.legNo));
    const carried = known && withStamp(known, message);
    await this.#keep({ dropWords: [message.id], putLegs: carried ? [carried] : [] });
    useVehicle.setState({ words: others, legs: carried ? new Map(legs).set(keyOf(carried), carried) : legs });
  }
}

function isAbout(message: { readonly ticketId: string; readonly legNo: number }, leg: VehicleLeg): boolean {
  return legKey(message.ticketId, message.legNo) === keyOf(leg);
}

function newsOf(legs: readonly VehicleLeg[], known: ReadonlyMap<string, VehicleLeg>): readonly News[] {
  const since = serverClock.now();
  return legs
    .filter((leg) => !known.has(keyOf(leg)) && isUnderWay(leg.ticket, legOf(leg)) && legOf(leg).F === null)
    .map((leg) => ({ key: keyOf(leg), since }));
}

function dutyOf(text: string): VehicleDuty | null {
  return VEHICLE_DUTIES.find((duty) => duty === text) ?? null;
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
