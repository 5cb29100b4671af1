export const start = {
  what: '从客户挂机到抢修车到达：每张工单现在在谁手里、还剩多少时间，一目了然。',
  signedInAs: '当前账号：{{name}}（{{role}}）',
  goOn: '进入{{page}}',
  switchAccount: '换用其他账号',
  checking: '正在检查登录状态…',
  ways: {
    title: '工作页面',
    wall: { name: '大屏', what: '全区工单、车辆与告警' },
    desk: { name: '调度台', what: '受理、下发、派工与电话催办' },
    vehicle: { name: '车载终端', what: '接单、出发、到达与故障记录' },
    phone: { name: '值班电话', what: '本机作为值班电话响铃，按 1 接单' },
    ticket: { name: '工单查询', what: '一张工单的全过程与责任' },
    late: { name: '超时环节', what: '哪个环节超时、由谁负责' },
    crew: { name: '班组值班', what: '接单、退单与本班车辆' },
    admin: { name: '系统管理', what: '单位、车辆、账号、标准、值班表与线路' },
    needsSignIn: '须先登录',
    notForRole: '您的岗位不使用此页面',
  },
  demo: {
    title: '演示环境',
    hint: '点击任一账号即可进入，无需密码。所有人员、电话与车牌均为虚构。',
    vehicles: '车载终端（{{count}} 辆可选）',
    phones: '来电响铃、按键接单（{{count}} 部可选）',
    otherCrews: '其他班组（{{count}} 个）',
    simulation: '模拟值班正在运行：{{vehicles}} 辆车，{{speed}} 倍速，种子 {{seed}}。',
    noSimulation: '模拟值班未运行：工单与车辆只随您的操作变化。',
  },
  form: {
    title: '账号登录',
    login: '用户名',
    password: '密码',
    loginMissing: '请输入用户名。',
    passwordMissing: '请输入密码。',
    capsLock: '大写锁定已打开。',
    offline: '无法连接服务器。请检查网络后再试。',
    shared: '用毕请退出登录，尤其是在共用的电脑上。',
  },
  firstRun: {
    title: '首次使用',
    hint: '系统尚未设置。请用服务器启动时显示的首次使用码建立供电区域与管理员账号。',
    go: '开始设置',
  },
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    start: typeof start;
  }
}
