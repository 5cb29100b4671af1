/** What every page says beside its own business. */
export const common = {
  product: '抢修调度台',
  language: {
    label: '语言',
    'zh-CN': '中文',
    en: 'English',
  },
  action: {
    save: '保存',
    cancel: '取消',
    close: '关闭',
    confirm: '确定',
    retry: '重试',
    search: '搜索',
    back: '返回',
    signIn: '登录',
    signOut: '退出登录',
    dismiss: '知道了',
  },
  shortcut: {
    title: '快捷键 {{key}}',
    letters: '启用单键快捷键',
  },
  field: {
    required: '必填',
    optional: '选填',
    choose: '请选择',
  },
  age: {
    seconds: '{{count}} 秒前',
    minutes: '{{count}} 分钟前',
    hours: '{{count}} 小时前',
    days: '{{count}} 天前',
  },
  distance: {
    metres: '{{count}} 米',
    kilometres: '{{count}} 公里',
  },
  unit: {
    minutes: '{{count}} 分钟',
    kmh: '{{count}} km/h',
    tickets: '{{count}} 张工单',
    vehicles: '{{count}} 辆',
  },
  state: {
    emptyTitle: '暂无内容',
    loading: '正在加载…',
    errorTitle: '未能加载',
    errorHint: '请重试；若仍不成功，请告知系统管理员。',
    cutOffTitle: '连接中断',
    cutOffHint: '画面停留在中断时刻，正在自动重连；此后的情况未知。',
  },
  freshness: {
    asOf: '数据截至 {{time}}',
    live: '实时',
    late: '延迟',
    'cut-off': '连接中断',
    unknownSince: '{{time}} 起情况未知',
    neverConnected: '尚未收到数据',
  },
  notice: {
    region: '通知',
  },
  table: {
    segments: '环节',
    from: '起',
    to: '止',
    over: '超时',
    result: '结果',
  },
  bar: {
    caption: '各环节用时与预算',
    budgets: '预算',
    actual: '实际',
    hop: '{{segments}} {{owner}}：预算 {{budget}}，用时 {{spent}}，{{result}}',
    promise: '承诺 {{time}}',
  },
  map: {
    label: '抢修地图',
    attribution: '© OpenStreetMap contributors · 行政区划为示意',
    refit: '恢复自动取景',
    locked: '取景已锁定',
    zoomIn: '放大',
    zoomOut: '缩小',
  },
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    common: typeof common;
  }
}
