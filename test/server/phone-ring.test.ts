import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PhoneWord } from '@faultline/shared/wire/phone.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListeningApp } from '../support/browser-app.ts';
import { listenToApp } from '../support/browser-app.ts';
import type { Hand } from '../support/browser-ticket.ts';
import { handOf } from '../support/browser-ticket.ts';
import type { PhoneClient } from '../support/phone-client.ts';
import { pairPhone, phoneClient } from '../support/phone-client.ts';

const DUTY = 'contact-crew-qianmen-duty';

describe('a silent crew', () => {
  let app: ListeningApp;
  let phone: PhoneClient;
  let [lead, centre]: [Hand | null, Hand | null] = [null, null];

  beforeEach(async () => {
    app = await listenToApp();
    [lead, centre] = [await handOf(app.url, 'lead'), await handOf(app.url, 'centre1')];
  });
  afterEach(async () => {
    phone.cut();
    await app.close();
  });

  /** A ticket that was dispatched four minutes ago and not accepted; the crew's duty phone has just begun to ring. */
  async function silentTicket(): Promise<string> {
    if (!lead || !centre) throw new Error('nobody is at the desks');
    const { id } = await lead.open();
    await lead.act(id, { type: 'issue', centreId: 'centre-inner' });
    const dispatch = { crewId: 'crew-qianmen', vehicleId: 'vehicle-01', supportVehicleIds: [] };
    const { legs } = await centre.act(id, { type: 'dispatch', ...dispatch });
    const dispatchedAt = legs[0]?.D.at ?? Number.NaN;
    // A phone that stands by for minutes answers pings; one that is connected at the end has none to answer.
    app.advanceTo(dispatchedAt + 4 * MINUTE - 5 * SECOND);
    const { token } = await pairPhone(app.url, { contactId: DUTY });
    phone = phoneClient({ url: app.url, token });
    await phone.connect();
    const rung = phone.rung();
    app.advanceTo(dispatchedAt + 4 * MINUTE);
    await rung;
    return id;
  }

  test('[E4] accepts by key 1 on its duty phone, and hears the address only behind a key', async () => {
    const id = await silentTicket();
    const ring = await phone.rung();
    expect(ring).toMatchObject({ purpose: 'ladder', tickets: [{ area: '东城区', kind: 'crew-not-accepted' }] });
    expect(JSON.stringify(ring)).not.toMatch(/前门东大街|整栋楼停电|演示客户/);
    await phone.answer();
    expect(await phone.press('3')).toMatchObject({
      type: 'say',
      isLast: false,
      text: expect.stringContaining('前门东大街'),
    });
    expect(await phone.press('1')).toMatchObject({ type: 'say', isLast: true });
    const ticket = await lead?.read(id);
    expect(ticket?.legs[0]?.F).not.toBeNull();
    expect(ticket?.feedbacks[0]?.ended).not.toBeNull();
    expect(ticket?.feedbacks[0]?.attempts).toMatchObject([{ line: 'console', outcome: 'acknowledged' }]);
  });

  test('[E3] falls silent within a second when somebody accepts for it', async () => {
    const id = await silentTicket();
    const stopped: Promise<Extract<PhoneWord, { type: 'stopped' }>> = phone.stopped();
    const before = performance.now();
    await centre?.act(id, { type: 'accept', legNo: 1 });
    expect(await stopped).toMatchObject({ reason: 'done-elsewhere' });
    expect(performance.now() - before).toBeLessThan(SECOND);
  });
});
