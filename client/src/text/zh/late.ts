/** The supervisors' first list. */
export const late = {
  title: '超时环节',
  stale: '以下是上一次读到的结果。',
  notAllowed: {
    title: '您的岗位不能查看超时环节',
    hint: '本页供监督、值长和报修中心调度员使用。',
  },
  reversed: {
    title: '时间范围有误',
    hint: '结束时间须晚于开始时间。',
  },
  filter: {
    title: '筛选',
    period: '时间范围',
    lastHour: '近 1 小时',
    lastDay: '近 24 小时',
    today: '今天',
    lastWeek: '近 7 天',
    from: '挂机时间从',
    to: '至',
    segment: '环节',
    department: '单位',
    areaClass: '地区类别',
    all: '全部',
    clear: '清除筛选',
  },
  figures: {
    truncated: '这段时间的工单超过一次可判定的数量，更早的未计入；请缩短时间范围。',
    title: '各环节按时情况',
    hint_other: '{{from}} 至 {{to}} 共 {{count}} 张工单；按时间和地区类别统计，不受环节和单位筛选影响。',
    kept: '预算内占比',
    mean: '平均',
    excluded: '未计入',
    running_other: '进行中 {{count}}',
    joint_other: '合并判定 {{count}}',
    brokenOff_other: '退单、召回或撤销 {{count}}',
  },
  hops: {
    title: '超时环节',
    chargedTo: '计入',
    effect: '对承诺的影响',
    emptyTitle: '没有超时环节',
    emptyHint: '所选范围内各环节都在预算之内，或没有工单。可放宽时间范围。',
    first: '按超时由长到短显示前 {{count}} 条，共 {{all}} 条；请缩小范围查看其余。',
  },
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    late: typeof late;
  }
}
