// The texts of the programme.
import { defineTexts } from '../page/language.ts';

export const programmeTexts = defineTexts({
  filters: { zh: '筛选', en: 'Filters' },
  place: { zh: '地点', en: 'Place' },
  wholeCity: { zh: '全市', en: 'The whole city' },
  audience: { zh: '对象', en: 'For' },
  anyAudience: { zh: '不限', en: 'Any audience' },
  show: { zh: '查看', en: 'Show' },
  days: { zh: '日期', en: 'Days' },
  todayMark: { zh: '今天', en: 'Today' },
  found: {
    zh: (count: string) => `共 ${count} 场活动`,
    en: (count: string) => `${count} ${count === '1' ? 'session' : 'sessions'}`,
  },
  more: {
    zh: '这里只列出前 100 场，请按地点或对象筛选。',
    en: 'Only the first 100 are listed. Choose a place or an audience.',
  },
  none: { zh: '这一天没有活动', en: 'Nothing on this day' },
  noneAdvice: {
    zh: '请选择另一天，或放宽地点和对象。',
    en: 'Choose another day, or a wider place or audience.',
  },
  seatsLeft: {
    zh: (count: string) => `还有 ${count} 个名额`,
    en: (count: string) => `${count} ${count === '1' ? 'seat' : 'seats'} left`,
  },
  full: { zh: '名额已满', en: 'Full' },
  waiting: {
    zh: (count: string) => `已有 ${count} 人次候补`,
    en: (count: string) => `${count} on the waiting list`,
  },
  walkIn: { zh: '不预约也可参加', en: 'You may come without booking' },
  started: { zh: '已开始', en: 'Has started' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  book: { zh: '预约', en: 'Book' },
  joinWaitlist: { zh: '加入候补', en: 'Join the waiting list' },
  bookTitle: { zh: (title: string) => `预约：${title}`, en: (title: string) => `Book: ${title}` },
  signInFirst: { zh: '预约须先登录。', en: 'Sign in to book.' },
  toSignIn: { zh: '到首页登录', en: 'Sign in on the start page' },
  asResident: { zh: '以虚构居民的身份继续', en: 'Go on as a made-up resident' },
  name: { zh: '姓名', en: 'Name' },
  phone: { zh: '电话', en: 'Telephone' },
  notStored: {
    zh: '姓名和电话不保存，只用于防止重复预约。',
    en: 'Name and telephone are not stored. They only prevent booking twice.',
  },
  seats: { zh: '人数', en: 'Seats' },
  confirmBook: { zh: '确认预约', en: 'Book now' },
  booked: { zh: '预约成功。', en: 'Booked.' },
  waitlisted: {
    zh: (position: string) => `已进入候补，第 ${position} 位。`,
    en: (position: string) => `You are number ${position} on the waiting list.`,
  },
  missing: { zh: '请填写。', en: 'Please fill this in.' },
  myBookings: { zh: '我的预约', en: 'My bookings' },
  noBookings: { zh: '您还没有将要参加的活动。', en: 'You have no upcoming bookings.' },
  confirmed: { zh: '已确认', en: 'Confirmed' },
  waitlistedShort: {
    zh: (position: string) => `候补第 ${position} 位`,
    en: (position: string) => `Waiting list, number ${position}`,
  },
  persons: {
    zh: (count: string) => `${count} 人`,
    en: (count: string) => `${count} ${count === '1' ? 'seat' : 'seats'}`,
  },
  cancel: { zh: '取消预约', en: 'Cancel booking' },
  cancelQuestion: {
    zh: (title: string) => `取消“${title}”的预约？名额将让给候补者。`,
    en: (title: string) => `Cancel the booking for “${title}”? The seat goes to the waiting list.`,
  },
  keep: { zh: '保留', en: 'Keep it' },
  cancelDone: { zh: '预约已取消。', en: 'The booking was cancelled.' },
});

export const audienceTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  ELDERLY: { zh: '老年人', en: 'Elderly people' },
  CHILDREN: { zh: '儿童', en: 'Children' },
  WOMEN: { zh: '妇女', en: 'Women' },
  DISABLED: { zh: '残疾人', en: 'Disabled people' },
  EVERYONE: { zh: '所有人', en: 'Everyone' },
};

export const categoryTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  PERFORMANCE: { zh: '演出', en: 'Performance' },
  TRAINING: { zh: '培训', en: 'Training' },
  LECTURE: { zh: '讲座', en: 'Lecture' },
  OPEN_DAY: { zh: '开放日', en: 'Open day' },
  GIFT_GIVING: { zh: '赠送', en: 'Gifts' },
  CLUB: { zh: '兴趣小组', en: 'Club' },
  READING: { zh: '阅读', en: 'Reading' },
};
