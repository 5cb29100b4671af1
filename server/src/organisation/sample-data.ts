import { calendarDayAt, momentOf, timeOfDay, weekdayOf } from '@faultline/shared/organisation/local-time.ts';
import type {
  BilingualName,
  ContactRole,
  CrewKind,
  DepartmentKind,
  District,
  Trade,
  UserRole,
} from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';

/** The part of Beijing that the bundled roads cover: about the fifth ring. */
export const SAMPLE_DISTRICT: District = {
  id: 'beijing',
  name: { zh: '北京示范区', en: 'Beijing sample district' },
  timeZone: 'Asia/Shanghai',
  bounds: [116.2, 39.75, 116.55, 40.03],
};

export const SAMPLE_TRADES: readonly Trade[] = [
  { id: 'distribution', name: { zh: '配电', en: 'Distribution' } },
  { id: 'cable', name: { zh: '电缆', en: 'Cable' } },
  { id: 'metering', name: { zh: '计量', en: 'Metering' } },
  { id: 'live-work', name: { zh: '带电作业', en: 'Live working' } },
  { id: 'emergency-power', name: { zh: '应急发电', en: 'Emergency power' } },
];

export interface SampleDepartment {
  readonly id: string;
  readonly kind: DepartmentKind;
  readonly name: BilingualName;
  readonly crewKind: CrewKind | null;
  readonly centreId: string | null;
  /** A crew at the site of its centre is handed its tickets across the room: the hop has the shorter budget. */
  readonly site: string;
  readonly areas: readonly string[];
}

const INNER_SITE = '城区供电公司院内';
const CHAOYANG_SITE = '朝阳供电公司院内';

export const SAMPLE_DEPARTMENTS: readonly SampleDepartment[] = [
  {
    id: 'service-centre',
    kind: 'service-centre',
    name: { zh: '95598 北京客服中心', en: '95598 Beijing service centre' },
    crewKind: null,
    centreId: null,
    site: '95598 客服大楼',
    areas: ['东城区', '西城区', '海淀区', '朝阳区', '丰台区'],
  },
  {
    id: 'centre-inner',
    kind: 'repair-centre',
    name: { zh: '城区报修中心', en: 'Inner City repair centre' },
    crewKind: null,
    centreId: null,
    site: INNER_SITE,
    areas: ['东城区', '西城区', '海淀区'],
  },
  {
    id: 'centre-chaoyang',
    kind: 'repair-centre',
    name: { zh: '朝阳报修中心', en: 'Chaoyang repair centre' },
    crewKind: null,
    centreId: null,
    site: CHAOYANG_SITE,
    areas: ['朝阳区', '丰台区'],
  },
  crew('crew-qianmen', 'city-supply-station', '前门供电站', 'Qianmen supply station', 'centre-inner', INNER_SITE, [
    '东城区',
  ]),
  crew('crew-xidan', 'city-supply-station', '西单供电站', 'Xidan supply station', 'centre-inner', '西单供电站', [
    '西城区',
  ]),
  crew(
    'crew-zhongguancun',
    'city-supply-station',
    '中关村供电站',
    'Zhongguancun supply station',
    'centre-inner',
    '中关村供电站',
    ['海淀区'],
  ),
  crew(
    'crew-desheng',
    'community-service-station',
    '德胜社区服务站',
    'Desheng community station',
    'centre-inner',
    '德胜社区服务站',
    ['西城区', '东城区'],
  ),
  crew(
    'crew-inner-squad',
    'emergency-repair-squad',
    '城区抢修大队',
    'Inner City repair squad',
    'centre-inner',
    INNER_SITE,
    ['东城区', '西城区', '海淀区'],
  ),
  crew('crew-guomao', 'city-supply-station', '国贸供电站', 'Guomao supply station', 'centre-chaoyang', CHAOYANG_SITE, [
    '朝阳区',
  ]),
  crew(
    'crew-wangjing',
    'community-service-station',
    '望京社区服务站',
    'Wangjing community station',
    'centre-chaoyang',
    '望京社区服务站',
    ['朝阳区'],
  ),
  crew('crew-nanyuan', 'suburban-station', '南苑供电所', 'Nanyuan suburban station', 'centre-chaoyang', '南苑供电所', [
    '丰台区',
  ]),
  crew(
    'crew-fangzhuang',
    'community-service-station',
    '方庄社区服务站',
    'Fangzhuang community station',
    'centre-chaoyang',
    '方庄社区服务站',
    ['丰台区'],
  ),
  crew(
    'crew-chaoyang-squad',
    'emergency-repair-squad',
    '朝阳抢修大队',
    'Chaoyang repair squad',
    'centre-chaoyang',
    CHAOYANG_SITE,
    ['朝阳区', '丰台区'],
  ),
];

/** The four vehicles of a crew, each with its trades, by the crew's kind. */
export const SAMPLE_FLEET: Readonly<Record<CrewKind, readonly (readonly string[])[]>> = {
  'city-supply-station': [['distribution'], ['distribution', 'cable'], ['distribution'], ['distribution', 'cable']],
  'suburban-station': [
    ['distribution', 'cable'],
    ['distribution'],
    ['distribution', 'cable'],
    ['distribution', 'metering'],
  ],
  'community-service-station': [['metering', 'distribution'], ['metering'], ['metering', 'distribution'], ['metering']],
  // One vehicle carries the generator: it is the only one of its trade, so it pauses when the centre agrees.
  'emergency-repair-squad': [
    ['live-work', 'distribution'],
    ['cable', 'distribution'],
    ['live-work', 'cable'],
    ['emergency-power'],
  ],
};

/** One more person or phone of an office beside its duty phone and its two chiefs. */
export interface SampleContact {
  readonly id: string;
  readonly departmentId: string;
  readonly role: ContactRole;
  /** Index of the vehicle whose phone it is. */
  readonly vehicle: number | null;
  readonly name: string;
}

/** The centre whose duty phone is another one by night. */
const NIGHT_CENTRE = 'centre-chaoyang';
/** The crew whose chiefs take turns. */
const TURNS_CREW = 'crew-chaoyang-squad';
/** The crew whose second chief nobody replaces over lunch. */
const LUNCH_CREW = 'crew-nanyuan';

const duty = (departmentId: string): string => `contact-${departmentId}-duty`;
const chief = (departmentId: string, no: 1 | 2): string => `contact-${departmentId}-chief-${no}`;
const NIGHT_PHONE = `${duty(NIGHT_CENTRE)}-night`;
const THIRD_CHIEF = `contact-${TURNS_CREW}-chief-3`;
const FOURTH_CHIEF = `contact-${TURNS_CREW}-chief-4`;
const DEPUTY = `contact-${LUNCH_CREW}-deputy`;

export const SAMPLE_FURTHER_CONTACTS: readonly SampleContact[] = [
  { id: NIGHT_PHONE, departmentId: NIGHT_CENTRE, role: 'duty', vehicle: null, name: '朝阳报修中心夜班电话' },
  { id: THIRD_CHIEF, departmentId: TURNS_CREW, role: 'chief-1', vehicle: null, name: '朝阳抢修大队主管丙' },
  { id: FOURTH_CHIEF, departmentId: TURNS_CREW, role: 'chief-1', vehicle: null, name: '朝阳抢修大队主管丁' },
  { id: DEPUTY, departmentId: LUNCH_CREW, role: 'chief-1', vehicle: null, name: '南苑供电所代班主管' },
  ...[0, 1, 2, 3].map(
    (vehicle): SampleContact => ({
      id: `contact-vehicle-0${vehicle + 1}`,
      departmentId: 'crew-qianmen',
      role: 'vehicle',
      vehicle,
      name: `抢修0${vehicle + 1}车载电话`,
    }),
  ),
];

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;

/** One of each: shifts, a rotation, somebody who stands in for a day, and a gap that the console points at. */
export const SAMPLE_ROSTER: readonly RosterEntry[] = [
  {
    id: 'roster-day',
    departmentId: NIGHT_CENTRE,
    role: 'duty',
    kind: 'shift',
    contactId: duty(NIGHT_CENTRE),
    days: EVERY_DAY,
    from: '08:00',
    to: '20:00',
  },
  {
    id: 'roster-night',
    departmentId: NIGHT_CENTRE,
    role: 'duty',
    kind: 'shift',
    contactId: NIGHT_PHONE,
    days: EVERY_DAY,
    from: '20:00',
    to: '08:00',
  },
  {
    id: 'roster-turns',
    departmentId: TURNS_CREW,
    role: 'chief-1',
    kind: 'rotation',
    contactIds: [chief(TURNS_CREW, 1), THIRD_CHIEF, FOURTH_CHIEF],
    // A Monday.
    firstDay: '2025-01-06',
    daysEach: 7,
    handOverAt: '08:30',
  },
  {
    id: 'roster-lunch',
    departmentId: LUNCH_CREW,
    role: 'chief-2',
    kind: 'shift',
    contactId: chief(LUNCH_CREW, 2),
    days: EVERY_DAY,
    from: '13:00',
    to: '12:00',
  },
];

/** Next week's Wednesday somebody else stands in for the crew's first chief, from morning to evening. */
export function sampleOverride(now: Instant): RosterEntry {
  const { timeZone } = SAMPLE_DISTRICT;
  const today = calendarDayAt(now, timeZone);
  const wednesday = today + 7 - weekdayOf(today) + 3;
  return {
    id: 'roster-stand-in',
    departmentId: LUNCH_CREW,
    role: 'chief-1',
    kind: 'override',
    contactId: DEPUTY,
    from: momentOf(wednesday, timeOfDay('08:00'), timeZone),
    until: momentOf(wednesday, timeOfDay('18:00'), timeZone),
    reason: '主管甲外出培训',
  };
}

/** Names of the district and words of the field that a synthesiser reads wrongly. */
export const SAMPLE_PRONUNCIATIONS: readonly Pronunciation[] = [
  { id: 'pronunciation-reclosing', language: 'zh', written: '重合闸', spoken: 'chong2 he2 zha2' },
  { id: 'pronunciation-bank', language: 'zh', written: '银行', spoken: 'yin2 hang2' },
  { id: 'pronunciation-handle', language: 'zh', written: '处理', spoken: 'chu3 li3' },
  { id: 'pronunciation-chaoyang', language: 'zh', written: '朝阳', spoken: 'chao2 yang2' },
];

export interface SampleUser {
  readonly login: string;
  readonly name: string;
  readonly role: UserRole;
  readonly departmentId: string | null;
}

const crewUsers = SAMPLE_DEPARTMENTS.filter(({ kind }) => kind === 'crew').map(
  ({ id, name }, index): SampleUser => ({
    login: `crew${index + 1}`,
    name: `${name.zh}值班员`,
    role: 'crew',
    departmentId: id,
  }),
);

export const SAMPLE_USERS: readonly SampleUser[] = [
  { login: 'agent', name: '坐席甲', role: 'agent', departmentId: 'service-centre' },
  { login: 'lead', name: '值长甲', role: 'lead', departmentId: 'service-centre' },
  { login: 'centre1', name: '城区调度员', role: 'centre-dispatcher', departmentId: 'centre-inner' },
  { login: 'centre2', name: '朝阳调度员', role: 'centre-dispatcher', departmentId: 'centre-chaoyang' },
  ...crewUsers,
  { login: 'supervisor', name: '稽核员甲', role: 'supervisor', departmentId: null },
  { login: 'admin', name: '管理员甲', role: 'admin', departmentId: null },
  { login: 'wall', name: '大屏', role: 'wall', departmentId: null },
];

function crew(
  id: string,
  crewKind: CrewKind,
  zh: string,
  en: string,
  centreId: string,
  site: string,
  areas: readonly string[],
): SampleDepartment {
  return { id, kind: 'crew', name: { zh, en }, crewKind, centreId, site, areas };
}
