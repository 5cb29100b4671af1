import type { FaultClass, FaultRecord } from '@faultline/shared/ticket/ticket.ts';

/** What a caller of the simulation says, and what the crew writes afterwards, in the service's two languages. */
export interface FaultStory {
  readonly zh: string;
  readonly en: string;
  readonly record: FaultRecord;
}

function story(zh: string, en: string, found: string, cause: string, done: string): FaultStory {
  return { zh, en, record: { found, cause, done } };
}

export const FAULT_STORIES: Readonly<Record<FaultClass, readonly FaultStory[]>> = {
  'service-drop-or-meter': [
    story('单户停电，邻居正常', 'One flat dark, neighbours have power', '表前空开跳闸', '过负荷', '更换空开，恢复供电'),
    story('电表箱有异响', 'Noise from the meter box', '表箱进线端子松动', '接触不良', '紧固端子，测温正常'),
    story('电表无显示，家中停电', 'Meter display blank, no power', '电表烧坏', '雷击过电压', '更换电表'),
    story('接户线被树枝刮断', 'Service drop torn by a branch', '接户线断线', '树枝刮碰', '更换接户线，清理树枝'),
    story('电压低，灯光昏暗', 'Low voltage, lights dim', '接户线接头氧化', '接触不良', '重新压接接头'),
  ],
  'low-voltage': [
    story('整栋楼停电', 'Whole building dark', '楼前低压分支箱熔断器熔断', '过负荷', '更换熔断器，调整负荷'),
    story(
      '单元楼道及住户停电',
      'One staircase and its flats dark',
      '低压分支开关跳闸',
      '漏电',
      '隔离故障支路，恢复供电',
    ),
    story(
      '一半电器无法使用，电压异常',
      'Half the appliances dead, voltage abnormal',
      '低压线路缺相',
      '接头烧断',
      '重做接头',
    ),
    story('零线断线，电压忽高忽低', 'Neutral broken, voltage swings', '低压零线断线', '线夹老化', '更换线夹，恢复零线'),
    story('路灯与沿街商户停电', 'Street lights and shops dark', '低压电缆接头击穿', '电缆老化', '更换电缆接头'),
  ],
  'medium-voltage': [
    story('整个小区停电', 'Whole estate dark', '10千伏分支线跳闸', '用户设备故障越级', '隔离故障，恢复送电'),
    story('变压器冒烟', 'Smoke from a transformer', '配电变压器高压熔断器熔断', '绕组匝间短路', '更换变压器'),
    story('多条街道停电', 'Several streets dark', '10千伏电缆中间接头击穿', '接头受潮', '转供负荷，修复电缆'),
    story(
      '开闭站有放电声',
      'Discharge noise from a switching station',
      '10千伏开关柜局部放电',
      '绝缘受潮',
      '停电处理，更换绝缘件',
    ),
  ],
  'public-hazard': [
    story('电杆被车撞斜', 'Pole hit by a vehicle', '低压电杆倾斜', '车辆碰撞', '更换电杆，恢复线路'),
    story('电线落在人行道上', 'Wire down on the pavement', '低压导线断落', '外力破坏', '现场看护，更换导线'),
    story(
      '配电箱门打开，带电部分外露',
      'Cabinet door open, live parts exposed',
      '配电箱门锁损坏',
      '人为破坏',
      '更换门锁，加装警示',
    ),
    story('电缆沟盖板塌陷', 'Cable duct cover collapsed', '电缆沟盖板破损', '重车碾压', '围挡并更换盖板'),
  ],
  unknown: [
    story(
      '家中突然停电，原因不明',
      'Power lost suddenly, cause unknown',
      '表前开关跳闸',
      '短时过负荷',
      '复位并检查负荷',
    ),
    story(
      '闻到焦糊味，已自行断电',
      'Burning smell, switched off by the caller',
      '插座过热',
      '接触不良',
      '告知客户更换插座',
    ),
  ],
};

/** "No Merit" in the log: nothing of the network's was broken. */
export const CUSTOMER_SIDE_RECORD: FaultRecord = {
  found: '供电正常，客户内部开关跳闸',
  cause: '客户侧设备故障',
  done: '告知产权分界，建议联系有资质电工',
};

/** "Gone on Arrival" and "Unable to Locate": the crew finds a street with light. */
export const RESTORED_RECORD: FaultRecord = {
  found: '到场时供电已恢复',
  cause: '未查明',
  done: '测量电压正常，已告知客户',
};

const FAMILY_NAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'.split('');

/** A caller who cannot be mistaken for a real one: marked as simulated, with a number that no network assigns. */
export function fictionalCaller(draw: (below: number) => number): { readonly name: string; readonly phone: string } {
  const family = FAMILY_NAMES[draw(FAMILY_NAMES.length)] ?? '某';
  const title = draw(2) === 0 ? '先生' : '女士';
  const digits = String(draw(100_000_000)).padStart(8, '0');
  return { name: `${family}${title}（模拟）`, phone: `000-${digits.slice(0, 4)}-${digits.slice(4)}` };
}
