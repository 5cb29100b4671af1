import type { Availability } from '../../wall/wall-model.ts';

/** The wall says as little as it can: it is read from metres away. */
export const wall = {
  title: '大屏',
  alarms: {
    title: '未确认告警',
    none: '当前没有未确认的告警',
    more: '其余告警',
    group: '×{{count}}',
    since: '自 {{time}}',
    unknown: '连接中断，告警情况未知',
    spent: '电话打遍，无人答复',
  },
  phones: {
    ringing_other: '{{count}} 部电话正在响',
    talking_other: '{{count}} 个电话通话中',
    others_other: '另 {{count}} 个单位',
  },
  lines: {
    down_other: '{{count}} 条电话线路故障',
    allDown_other: '电话线路全部故障（{{count}} 条），须人工拨打',
  },
  urgent: {
    title: '最紧急工单',
    of: '{{shown}} / {{total}}',
    none: '当前没有正在计时的工单',
    noneHint: '所有在办工单都已有人到达现场，或目前没有报修。',
    segment: '环节',
    place: '地点',
    holder: '承办',
    remaining: '剩余',
    promise: '承诺剩余',
  },
  segments: {
    title: '各环节工单数',
    repairing: '现场处理',
    late: '超时 {{count}}',
    short: { AB: '下发', BC: '传送', CD: '派工', DE: '传送', EF: '接单', FG: '集合', GH: '赶赴', H: '在修' },
  },
  fleet: {
    title: '车辆与班组',
    crews_other: '{{count}} 班组',
    free: '空闲',
    travelling: '途中',
    'on-site': '现场',
    paused: '暂停',
    silent: '失联',
  } satisfies Record<Availability, string> & Record<string, string>,
  tool: {
    fullScreen: '全屏',
    leaveFullScreen: '退出全屏',
    language: 'English',
    mute: '静音',
    unmute: '恢复声音',
    calibrate: '屏幕设置',
  },
  sound: {
    heldBack: '浏览器尚未允许播放声音，紧急告警不会响。',
    allow: '允许声音',
    unavailable: '此浏览器不能播放声音，紧急告警不会响。',
    muted: '已静音',
  },
  pair: {
    title: '绑定大屏',
    intro: '此屏幕尚未登录。请在“系统管理”的“大屏”页面生成登记码，并在此输入。',
    code: '登记码',
    submit: '绑定',
    signIn: '改用账号登录',
    missing: '请输入登记码。',
  },
  calibration: {
    title: '屏幕设置',
    intro: '按屏幕尺寸和座位距离计算字号，使坐在该处的人能看清最小的文字（视角 20 角分）。',
    diagonalInch: '屏幕对角线（英寸）',
    widthPx: '横向像素',
    heightPx: '纵向像素',
    seatM: '座位到屏幕的距离（米）',
    limits: '请填写 {{min}} 至 {{max}} 之间的数。',
    result: '最小文字 {{px}} 像素。',
    tooLarge: '需要 {{px}} 像素，屏幕放不下，将使用 {{used}} 像素；请把座位移近，或换更大的屏幕。',
    sample: '样字：海淀区中关村大街 12:34',
    save: '使用',
    reset: '恢复默认',
  },
  loading: '正在读取工单与车辆…',
  failed: '服务器没有响应',
  failedHint: '正在自动重试。若持续如此，请检查网络或告知系统管理员。',
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    wall: typeof wall;
  }
}
