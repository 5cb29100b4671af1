import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';
import type { ListeningApp } from './browser-app.ts';
import type { Hand } from './browser-ticket.ts';
import { handOf } from './browser-ticket.ts';
import { vehicleClient } from './vehicle-client.ts';

/** A board on which everything that a page can show stands at least once. */
export interface FullBoard {
  /** Closed, its promise broken, with a recalled leg and a corrected point. */
  readonly finished: Ticket;
  /** A call to the Inner City centre is due. */
  readonly untaken: Ticket;
  readonly toIssue: Ticket;
  readonly toDispatch: Ticket;
  /** Given to {@link WORKING_VEHICLE}, not accepted. */
  readonly onVehicle: Ticket;
  readonly recallOwed: Ticket;
}

/** Of the Qianmen supply station, whose office is `crew1`. */
export const WORKING_VEHICLE = 'vehicle-02';
const RECALLED_VEHICLE = 'vehicle-03';
const TRAVELLING_VEHICLE = 'vehicle-05';
const ON_SITE_VEHICLE = 'vehicle-09';
/** These say where they are, ten of forty: the others are silent. */
const HEARD_VEHICLES = Array.from({ length: 10 }, (_, index) => `vehicle-${String(index + 1).padStart(2, '0')}`);

const PLACES = [
  ['前门东大街', '东城区', 116.4035, 39.9005],
  ['西单北大街', '西城区', 116.3742, 39.9132],
  ['中关村南大街', '海淀区', 116.3252, 39.9621],
  ['东直门外大街', '东城区', 116.4351, 39.9408],
  ['月坛南街', '西城区', 116.3528, 39.9147],
  ['崇文门外大街', '东城区', 116.4172, 39.8952],
  ['建国门内大街', '东城区', 116.4253, 39.9078],
  ['广安门内大街', '西城区', 116.3581, 39.8894],
] as const;

interface People {
  readonly agent: Hand;
  readonly lead: Hand;
  readonly centre: Hand;
}

export async function fillBoard(app: ListeningApp): Promise<FullBoard> {
  const finished = await finishLate(app);
  // Half an hour without a step ends a session; everybody signs in anew.
  const people = await peopleOf(app);
  const untaken = await issued(people, 0);
  const late = await dispatched(people, 1, 'crew-xidan', TRAVELLING_VEHICLE);
  app.clock.advance(5 * MINUTE);
  const travelling = await told(people, late, [
    { type: 'accept', legNo: 1 },
    { type: 'depart', legNo: 1 },
  ]);
  await told(people, await dispatched(people, 2, 'crew-zhongguancun', ON_SITE_VEHICLE), [
    { type: 'accept', legNo: 1 },
    { type: 'depart', legNo: 1 },
    { type: 'arrive', legNo: 1 },
  ]);
  const recallOwed = await recall(people, await dispatched(people, 3, 'crew-qianmen', RECALLED_VEHICLE));
  const toDispatch = await people.centre.act((await issued(people, 4)).id, { type: 'take' });
  const onVehicle = await dispatched(people, 5, 'crew-qianmen', WORKING_VEHICLE);
  const toIssue = await people.agent.open(reportAt(6));
  await sayWhere(app, HEARD_VEHICLES, [travelling]);
  return { finished, untaken, toIssue, toDispatch, onVehicle, recallOwed };
}

/** A ticket that went through two legs and arrived after its promise. */
async function finishLate(app: ListeningApp): Promise<Ticket> {
  const first = await peopleOf(app);
  const ticket = await recall(first, await dispatched(first, 7, 'crew-desheng', 'vehicle-13'));
  await first.centre.act(ticket.id, { type: 'confirm-recall', legNo: 1 });
  app.clock.advance(12 * MINUTE);
  await first.centre.act(ticket.id, dispatchTo('crew-xidan', 'vehicle-06'));
  await told(first, ticket, [
    { type: 'deliver-to-crew', legNo: 2 },
    { type: 'accept', legNo: 2 },
  ]);
  app.clock.advance(6 * MINUTE);
  await told(first, ticket, [{ type: 'depart', legNo: 2 }]);
  app.clock.advance(29 * MINUTE);
  const then = await peopleOf(app);
  const arrived = await told(then, ticket, [{ type: 'arrive', legNo: 2 }]);
  await told(then, ticket, [
    { type: 'clear', legNo: 2 },
    { type: 'record', record: { found: '低压电缆接头烧损', cause: '过负荷', done: '更换接头，恢复供电' } },
  ]);
  const { G } = arrived.legs[1] ?? {};
  if (!G) throw new Error('the second leg has departed');
  const at = G.at + MINUTE;
  await then.lead.act(ticket.id, {
    type: 'correct',
    point: 'G',
    issueNo: null,
    legNo: 2,
    at,
    reason: '司机按键早了一分钟',
  });
  return then.lead.act(ticket.id, { type: 'close' });
}

async function peopleOf({ url }: ListeningApp): Promise<People> {
  const [agent, lead, centre] = await Promise.all(['agent', 'lead', 'centre1'].map((login) => handOf(url, login)));
  if (!agent || !lead || !centre) throw new Error('three people were asked for');
  return { agent, lead, centre };
}

function reportAt(index: number): Parameters<Hand['open']>[0] {
  const [street, area, lon, lat] = PLACES[index] ?? PLACES[0];
  return { place: { street, area, lon, lat } };
}

async function issued({ agent, lead }: People, place: number): Promise<Ticket> {
  const { id } = await agent.open(reportAt(place));
  return lead.act(id, { type: 'issue', centreId: 'centre-inner' });
}

async function dispatched(people: People, place: number, crewId: string, vehicleId: string): Promise<Ticket> {
  const { id } = await issued(people, place);
  await people.centre.act(id, { type: 'take' });
  return people.centre.act(id, dispatchTo(crewId, vehicleId));
}

function dispatchTo(crewId: string, vehicleId: string): PersonalAction {
  return { type: 'dispatch', crewId, vehicleId, supportVehicleIds: [] };
}

function recall({ centre }: People, { id }: Ticket): Promise<Ticket> {
  return centre.act(id, { type: 'recall', target: 'leg', no: 1, reason: 'misrouted', text: '' });
}

/** What the crew tells the centre by phone. */
async function told({ centre }: People, ticket: Ticket, actions: readonly PersonalAction[]): Promise<Ticket> {
  let after = ticket;
  for (const action of actions) after = await centre.act(ticket.id, action);
  return after;
}

async function sayWhere(app: ListeningApp, vehicleIds: readonly string[], goals: readonly Ticket[]): Promise<void> {
  for (const [index, vehicleId] of vehicleIds.entries()) {
    const answer = await fetch(new URL('/api/demo/vehicle', app.url), {
      method: 'POST',
      headers: { origin: app.url, 'content-type': 'application/json' },
      body: JSON.stringify({ vehicleId }),
    });
    const { token } = enrolAnswerSchema.parse(await answer.json());
    const client = vehicleClient({ url: app.url, token, now: app.clock.now });
    await client.connect();
    const goal = goals[index]?.report.place;
    const lon = goal?.lon ?? 116.33 + 0.014 * index;
    const lat = goal?.lat ?? 39.89 + 0.011 * ((index * 7) % 10);
    const isMoving = index % 3 === 0;
    const fix = {
      fixedAt: app.clock.now(),
      lon,
      lat,
      speedMps: isMoving ? 9 : 0,
      headingDeg: index * 36,
      accuracyM: 8,
    };
    client.send({ type: 'fixes', fixes: [fix] });
    const settled = client.next('clock');
    client.send({ type: 'clock', t: app.clock.now() });
    await settled;
    client.raw()?.close();
  }
}
