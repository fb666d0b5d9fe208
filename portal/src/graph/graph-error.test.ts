import { expect, it } from 'vitest';
import { messageIn } from './graph-error.ts';

it.each([
  ['名额已满。 The session is full.', '名额已满。', 'The session is full.'],
  ['已关闭。请换一场。 Closed. Choose another.', '已关闭。请换一场。', 'Closed. Choose another.'],
  ['区划 410102 不在范围内。 410102 is outside.', '区划 410102 不在范围内。', '410102 is outside.'],
  ['只有中文。', '只有中文。', '只有中文。'],
  ['Only English.', 'Only English.', 'Only English.'],
  [
    '最接近的是金水区。 The nearest is 金水区.',
    '最接近的是金水区。 The nearest is 金水区.',
    '最接近的是金水区。 The nearest is 金水区.',
  ],
])('shows of %j what is in the language of the page', (message, zh, en) => {
  expect([messageIn(message, 'zh-CN'), messageIn(message, 'en')]).toEqual([zh, en]);
});
