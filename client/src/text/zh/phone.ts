import type { KeyOne } from '@faultline/shared/escalation/script.ts';
import type { Ending } from '../../phone/phone-call.ts';
import type { Sentences } from '../translation.ts';

/** The duty phone's page: large and few words, because it is read from across a desk and in the middle of the night. */
export const phone = {
  title: '值班电话',
  offline: '无法连接服务器，请检查网络后重试。',
  door: {
    title: '绑定值班电话',
    hint: '向系统管理员索取登记码。绑定后，本机就是这位联系人的值班电话：有工单催办时响铃，按 1 接单。',
    code: '登记码',
    codeHint: '15 分钟内有效，只能使用一次。',
    codeMissing: '请输入登记码。',
    enter: '绑定本机',
    revoked: '本机对“{{name}}”的授权已被收回，不会再响铃。如需继续使用，请向管理员索取新的登记码。',
    demoTitle: '演示值班电话',
    demoHint: '仅演示环境提供：点一部即可。无人值守的排在最前，其余按响铃先后排列。',
    ringsIn: '仍无人处理，则 {{time}} 后响铃',
    quiet: '暂无待催办工单',
    manned: '已有人值守，暂无待催办工单',
    find: '查找班组或单位',
    noMatch: '没有匹配的值班电话。',
  },
  standby: {
    ready: '待命中，可以呼入',
    waits: '正在连接…',
    waitsHint: '连上之前，这部电话打不通。',
    cutOff: '这部电话现在打不通',
    cutOffSince: '自 {{time}} 起与服务器断开，正在自动重连。此间的催办会改打其他线路或由人工拨打。',
    outdated: '页面已过期，这部电话打不通',
    outdatedHint: '服务器已更新，请刷新本页。',
    reload: '刷新本页',
    calls: '最近来电',
    noCalls: '还没有来电。有工单停滞时，这里会响铃。',
    call_other: '{{count}} 张工单',
    test: '测试呼叫',
    keepOpen: '请保持本页打开、音量开启、电源接通。',
    tryRing: '试听铃声',
    stopTrying: '停止试听',
    leave: '不再作为值班电话',
    leaveTitle: '停用这部值班电话？',
    leaveHint: '本机将不再为“{{name}}”响铃；重新启用需要新的登记码。',
    leaveSure: '停用',
  },
  sound: {
    heldBack: '浏览器暂不允许发声，来电时不会响铃！',
    allow: '开启铃声',
    unavailable: '本机不能播放声音，来电时只有画面闪烁。',
    noVoice: '本机没有{{language}}语音，来电内容只以文字显示。',
    languages: { zh: '中文', en: '英文' },
  },
  ring: {
    ladder: '抢修调度台来电',
    test: '测试呼叫',
    testHint: '检查这部电话能否接通，与工单无关。',
    title: '呼叫对象：{{name}}',
    tickets_other: '{{count}} 张工单等待处理',
    since: '已等待',
    left: '响铃剩余',
    more_other: '另有 {{count}} 张',
    answer: '接听',
    answering: '正在接通…',
    decline: '拒接',
    cutOff: '连接中断，正在重连；接听后会立即接通。',
  },
  talk: {
    title: '通话中',
    keys: '按键',
    yes: {
      takes: '接单',
      accepts: '接单',
      acknowledges: '知道了',
    } satisfies Record<KeyOne, string>,
    heard: '收到',
    no: '无法处理',
    details: '听详情',
    hangUp: '挂断',
    silent: '没有语音，请看文字。',
    again: '重听',
    sent: '已按 {{key}}，等待答复…',
    cutOff: '连接中断，正在重连，按键暂时无效。',
  },
  over: {
    title: '通话结束',
    ok: '知道了',
    ending: {
      'done-elsewhere': '已由他人处理，不必再接。',
      'no-answer': '无人接听，系统会再次呼叫，或转呼下一位。',
      'answered-elsewhere': '已在另一台设备上接听。',
      ended: '通话已结束。',
      'taken-over': '调度员已接手，由人工拨打。',
      'line-down': '通话中断，系统会另行呼叫。',
      declined: '已拒接，系统稍后会再次呼叫。',
      'hung-up': '已挂断。',
    } satisfies Record<Ending, string>,
    pressed: '按键 {{key}}',
  },
  flash: '☎ 来电',
} as const satisfies Sentences;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    phone: typeof phone;
  }
}
