/** The duty person's page of a crew office. */
export const crew = {
  title: '班组值班',
  notHere: {
    title: '此页面供班组值班员使用',
    hint: '请用班组值班员的账号登录，或从首页打开您岗位的页面。',
  },
  news: {
    title_other: '{{count}} 张新工单',
    seen: '知道了',
  },
  sound: {
    heldBack: '浏览器暂不允许发声，新工单无法响铃。',
    allow: '启用声音',
    mute: '静音',
    unmute: '取消静音',
  },
  accept: {
    title: '待接单',
    emptyTitle: '没有待接的工单',
    empty: '报修中心派工后会响铃并出现在这里；请在收到后 2 分钟内接单。',
    do: '接单 {{number}}',
    done: '工单 {{number}} 已接单。',
    deadline: '接单时限',
    feedback: '电话催办',
    called: '报修中心正在电话催办',
    received: '收到',
    sent: '派工',
  },
  way: {
    title: '进行中',
    emptyTitle: '没有进行中的工单',
    empty: '接单后的工单在这里显示，直到车辆写完故障记录。',
    since: '{{time}} 起',
    deadline: '环节时限',
    promise: '承诺剩余',
    latestDeparture: '最迟出发 {{time}}',
    phone: '电话报告',
    record: '故障记录',
    return: '退单',
    details: '详情',
    noClock: '无时限',
    number: '工单',
    where: '地点',
    step: '进度',
    actions: '操作',
  },
  recall: {
    title: '召回待确认',
    hint: '车辆还没有确认已知召回。请致电车上人员，他亲口确认后登记。',
    ended: '{{how}} {{time}}',
    confirm: '登记确认',
  },
  fleet: {
    title: '本班组车辆',
    emptyTitle: '班组没有车辆',
    empty: '请系统管理员在“系统管理”中为本班组登记车辆。',
    vehicle: '车辆',
    state: '状态',
    position: '位置',
    noPosition: '无位置',
    held: '工单',
    duty: '在岗状态',
    dutyOf: '{{vehicle}} 的在岗状态',
    connected: '终端在线',
    disconnected: '终端离线',
    done: '{{vehicle}}：{{duty}}',
  },
  caller: '客户',
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    crew: typeof crew;
  }
}
