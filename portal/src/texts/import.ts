// The texts of the import page, in the words of the clerk who uses it.
import { defineTexts } from '../page/language.ts';

/** `1 row`, `1,200 rows`. */
const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
const count = (value: number): string => value.toLocaleString('en');

export const importTexts = defineTexts({
  // Signing in
  needTitle: { zh: '导入需要身份', en: 'Importing needs a viewer' },
  needReason: {
    zh: '导入会写入登记数据，因此需要令牌：其权限决定可以导入什么，其区划决定可以写入哪里。每次导入都有记录。',
    en: 'An import writes to registers, so it needs a token: its scopes decide what you may import, its divisions where. Each import is put on record.',
  },
  needProduction: {
    zh: '请用本单位的身份登录，或粘贴本单位签发的令牌。',
    en: 'Sign in with your bureau’s identity, or paste a token that it issued.',
  },
  needDevelopment: {
    zh: '这是开发环境：可在此取得虚构人物的令牌。',
    en: 'This is a development system: get a token of a made-up viewer here.',
  },
  enter: { zh: '取得令牌并开始', en: 'Get a token and start' },
  toSignIn: { zh: '到首页选择身份', en: 'Choose a viewer on the start page' },
  expired: {
    zh: '令牌已过期或无效，请重新取得。已上传的文件保留一天。',
    en: 'The token has expired or is not valid: get a new one. Files that were uploaded are kept for a day.',
  },
  nothingAllowed: {
    zh: (who: string) => `当前身份（${who}）没有可导入的内容：需要有写入权限和区划的令牌。`,
    en: (who: string) =>
      `There is nothing that ${who} may import: that takes a token with a scope to write, and a division.`,
  },

  // Steps
  steps: { zh: '步骤', en: 'Steps' },
  stepChoose: { zh: '选择内容', en: 'What' },
  stepFile: { zh: '上传文件', en: 'File' },
  stepColumns: { zh: '核对各列', en: 'Columns' },
  stepCheck: { zh: '试运行', en: 'Check' },
  stepImport: { zh: '导入', en: 'Import' },

  // 1 Choose
  chooseTitle: { zh: '要导入什么？', en: 'What do you want to import?' },
  chooseHint: {
    zh: '只列出当前身份可以导入的内容。',
    en: 'Only what this viewer may import is listed.',
  },
  columnCount: {
    zh: (all: number, needed: number) => `${all} 列，其中必需 ${needed} 列`,
    en: (all: number, needed: number) => `${all} columns, ${needed} of them required`,
  },
  unavailable: {
    zh: (names: string) => `暂时无法访问：${names}。其导入未列出，请稍后刷新本页。`,
    en: (names: string) =>
      `Cannot be reached at present: ${names}. Their imports are not listed; reload this page later.`,
  },
  notListed: {
    zh: '当前身份不能导入此项，或该部门的服务暂时无法访问。请另选一项。',
    en: 'This viewer may not import that, or the service of its bureau cannot be reached. Choose another.',
  },

  // 2 File
  fileTitle: { zh: (what: string) => `上传文件：${what}`, en: (what: string) => `Upload a file: ${what}` },
  drop: { zh: '把文件拖到这里，或选择文件', en: 'Drop a file here, or choose one' },
  fileHint: {
    zh: (megabytes: number) => `Excel 工作簿（.xlsx）或 CSV，至多 ${megabytes} MB。上传不会写入任何内容。`,
    en: (megabytes: number) =>
      `An Excel workbook (.xlsx) or CSV, at most ${megabytes} MB. Uploading writes nothing.`,
  },
  template: { zh: '下载空白模板', en: 'Download a template' },
  templateName: { zh: (what: string) => `${what}-模板`, en: (what: string) => `${what} template` },
  expected: { zh: '文件中应有的列', en: 'Columns that the file should have' },
  column: { zh: '列', en: 'Column' },
  required: { zh: '必需', en: 'Required' },
  optional: { zh: '可缺', en: 'Optional' },
  content: { zh: '内容', en: 'Content' },
  example: { zh: '示例', en: 'Example' },
  identifies: { zh: '识别记录', en: 'identifies the record' },
  formText: { zh: '文字', en: 'Text' },
  formNumber: { zh: '数', en: 'Number' },
  formBoolean: { zh: '是或否', en: 'Yes or no' },
  formDate: { zh: '日期', en: 'Date' },
  formDivision: { zh: '区划代码', en: 'Division code' },
  formKey: { zh: '标识', en: 'Id' },
  formOne: { zh: (values: string) => `之一：${values}`, en: (values: string) => `One of: ${values}` },
  formMany: { zh: (values: string) => `可多项：${values}`, en: (values: string) => `Any of: ${values}` },
  sending: { zh: (name: string) => `正在上传 ${name}`, en: (name: string) => `Uploading ${name}` },
  sent: {
    zh: (sent: string, all: string) => `${sent} / ${all} MB`,
    en: (sent: string, all: string) => `${sent} of ${all} MB`,
  },
  waiting: {
    zh: '连接中断，恢复后自动继续。',
    en: 'The connection is lost. This continues by itself when it is back.',
  },
  interrupted: {
    zh: (name: string, share: string) => `“${name}”只上传了 ${share}。再次选择同一文件，即从中断处继续。`,
    en: (name: string, share: string) =>
      `Only ${share} of “${name}” has arrived. Choose the same file again to continue from there.`,
  },
  cancelUpload: { zh: '取消上传', en: 'Cancel the upload' },
  uploaded: { zh: (name: string) => `${name} 已上传。`, en: (name: string) => `${name} has been uploaded.` },
  otherFile: {
    zh: '这不是同一个文件：名称或大小不同。请选择原来的文件，或取消该上传后重新开始。',
    en: 'That is not the same file: its name or size differs. Choose the original, or cancel this upload and start again.',
  },
  fileEmpty: { zh: '文件是空的，请另选一个。', en: 'The file is empty. Choose another.' },
  fileTooLarge: {
    zh: '文件过大。请拆成几个较小的文件，分别导入。',
    en: 'The file is too large. Split it into smaller files and import each.',
  },
  fileChanged: {
    zh: '文件在选择之后被改动，无法读取。请保存并关闭文件，再次选择。',
    en: 'The file was changed after it was chosen. Save and close it, and choose it again.',
  },

  // 3 Columns
  columnsTitle: { zh: '核对各列', en: 'Check the columns' },
  columnsHint: {
    zh: '左边是文件中的列，右边是它成为的内容。更改会为本单位记住，下次自动使用。',
    en: 'On the left the columns of the file, on the right what they become. Changes are remembered for your bureau and used next time.',
  },
  sheet: { zh: '工作表', en: 'Sheet' },
  hiddenSheet: { zh: (name: string) => `${name}（隐藏）`, en: (name: string) => `${name} (hidden)` },
  headerFound: {
    zh: (line: number) => `表头在第 ${line} 行。`,
    en: (line: number) => `The header is on line ${line}.`,
  },
  passedOver: {
    zh: '其上的标题，以及表中的空行、合计行和表下的说明不会导入；隐藏的行会导入。试运行列出略过的行。',
    en: 'Titles above it, and blank rows, totals and notes below the table are passed over; hidden rows are read. The check lists what was passed over.',
  },
  becomes: { zh: (title: string) => `“${title}”成为`, en: (title: string) => `“${title}” becomes` },
  notImported: { zh: '不导入', en: 'Do not import' },
  noSamples: { zh: '前几行没有内容', en: 'Empty in the first rows' },
  recognised: { zh: '已识别', en: 'Recognised' },
  chosen: { zh: '已选择', en: 'Chosen now' },
  remembered: { zh: '本单位上次的选择', en: 'Chosen by your bureau before' },
  ignored: { zh: '不导入', en: 'Not imported' },
  unknown: { zh: '未识别，不导入', en: 'Not recognised, not imported' },
  reject: { zh: '有误行文件的附加列，不导入', en: 'Added to files of rejects, not imported' },
  missing: {
    zh: (names: string) => `缺少必需的列：${names}。请为它们选择文件中的列；文件中没有的，请补上后重新上传。`,
    en: (names: string) =>
      `Required columns are missing: ${names}. Choose which columns of the file they are; if it has none, add them and upload it again.`,
  },
  duplicate: {
    zh: (names: string) => `多列成为同一内容：${names}。请只保留一列，其余选“不导入”。`,
    en: (names: string) =>
      `Several columns become the same: ${names}. Keep one, and choose “Do not import” for the others.`,
  },
  firstRows: { zh: '文件的前几行', en: 'First rows of the file' },
  line: { zh: '行', en: 'Line' },
  check: { zh: '试运行', en: 'Check the file' },
  checkHint: {
    zh: '试运行检查每一行，不写入任何内容。',
    en: 'The check reads every row and writes nothing.',
  },
  otherFileButton: { zh: '换一个文件', en: 'Choose another file' },

  // 4 Running and report
  checking: { zh: '正在试运行', en: 'Checking the file' },
  importing: { zh: '正在导入', en: 'Importing' },
  working: { zh: '正在处理', en: 'Working' },
  rowsRead: {
    zh: (rows: number) => `已读 ${count(rows)} 行`,
    en: (rows: number) => `${counted(rows, 'row')} read`,
  },
  writing: { zh: '已读完，正在核对和写入', en: 'All rows are read; checking and writing' },
  mayLeave: {
    zh: '可以离开本页；用同一地址回来即可看到结果。',
    en: 'You may leave this page, and see the result at the same address.',
  },
  cancelRun: { zh: '取消', en: 'Cancel' },
  reportTitle: { zh: '试运行的结果', en: 'Result of the check' },
  nothingWritten: { zh: '尚未写入任何内容。', en: 'Nothing has been written yet.' },
  wouldCreate: { zh: '将新增', en: 'Would be new' },
  wouldUpdate: { zh: '将更新', en: 'Would be changed' },
  created: { zh: '新增', en: 'New' },
  updated: { zh: '更新', en: 'Changed' },
  unchanged: { zh: '未变', en: 'Unchanged' },
  rejected: { zh: '有误', en: 'Rejected' },
  summary: {
    zh: (created: number, updated: number, unchanged: number, rejected: number) =>
      `新增 ${count(created)}，更新 ${count(updated)}，未变 ${count(unchanged)}，有误 ${count(rejected)}。`,
    en: (created: number, updated: number, unchanged: number, rejected: number) =>
      `New ${count(created)}, changed ${count(updated)}, unchanged ${count(unchanged)}, rejected ${count(rejected)}.`,
  },
  refusedTitle: { zh: '无法读取文件，未写入任何内容', en: 'The file cannot be read; nothing was written' },
  refusedRows: {
    zh: '有的行有误，因此未写入任何内容。请重新试运行。',
    en: 'Rows have faults, so nothing was written. Run the check again.',
  },
  failedTitle: { zh: '导入失败，未写入任何内容', en: 'The import failed; nothing was written' },
  failedAdvice: {
    zh: (id: string) => `请再试一次；若仍失败，请凭上传编号 ${id} 联系运维。`,
    en: (id: string) => `Try again. If it fails again, report to the operators the id of the upload: ${id}.`,
  },
  faults: { zh: '有误的行', en: 'Rows with faults' },
  faultsMore: {
    zh: (more: number) => `另有 ${count(more)} 处未在此列出；下载的有误行文件中有全部原因。`,
    en: (more: number) => `${count(more)} more are not listed here; the file of rejects has all of them.`,
  },
  value: { zh: '内容', en: 'Value' },
  reason: { zh: '原因', en: 'Reason' },
  wholeRow: { zh: '整行', en: 'Whole row' },
  normalised: { zh: '按列统计的规范化', en: 'What was put into standard form, by column' },
  normalisedColumn: { zh: '规范化', en: 'Change' },
  times: { zh: '处', en: 'Cells' },
  passed: { zh: '略过的内容', en: 'What was passed over' },
  ignoredColumns: {
    zh: (names: string) => `未导入的列：${names}`,
    en: (names: string) => `Columns that were not imported: ${names}`,
  },
  nothingToWrite: {
    zh: '没有可写入的行：请改正后重新上传。',
    en: 'There is no row to write: correct the file and upload it again.',
  },
  allUnchanged: {
    zh: '所有行都与登记的一致，无需导入。',
    en: 'All rows are as registered already: there is nothing to import.',
  },
  toImport: { zh: '导入…', en: 'Import…' },
  toColumns: { zh: '改各列', en: 'Change the columns' },
  confirmTitle: { zh: '确认导入', en: 'Confirm the import' },
  confirm: {
    zh: (what: string, created: number, updated: number) =>
      `${what}：将新增 ${count(created)} 条、更新 ${count(updated)} 条记录。`,
    en: (what: string, created: number, updated: number) =>
      `${what}: ${counted(created, 'new record')}, ${counted(updated, 'changed record')}.`,
  },
  confirmRejected: {
    zh: (rejected: number) => `${count(rejected)} 行有误，不会导入；导入后可下载这些行，改正后再导入。`,
    en: (rejected: number) =>
      `${counted(rejected, 'row with faults is', 'rows with faults are')} left out. Afterwards you can download, correct and import them.`,
  },
  confirmRecord: {
    zh: '不会删除记录。导入会以您的身份记入访问记录，不能在此撤销。',
    en: 'No record is deleted. The import is put on record with your identity, and cannot be undone here.',
  },
  confirmButton: { zh: '导入', en: 'Import' },
  back: { zh: '返回', en: 'Back' },

  // 5 Result
  doneTitle: { zh: '已导入', en: 'Imported' },
  onRecord: {
    zh: '此次导入已记入访问记录：谁、何时、导入了什么。',
    en: 'This import is on the access record: who imported what, and when.',
  },
  aboutRecord: { zh: '什么是访问记录', en: 'What the access record is' },
  rejects: { zh: '下载有误的行', en: 'Download the rejected rows' },
  rejectsHint: {
    zh: '在该文件中改正，再直接导入；下载也记入访问记录。文件保留一天。',
    en: 'Correct them in that file and import it as it is. The download is put on record too. The file is kept for a day.',
  },
  another: { zh: '再导入一个文件', en: 'Import another file' },
  otherImport: { zh: '导入其他内容', en: 'Import something else' },
  gone: {
    zh: '找不到该上传：它已删除、超过一天，或属于他人。请重新上传文件。',
    en: 'There is no such upload: it was removed, is older than a day, or is somebody else’s. Upload the file again.',
  },
  restart: { zh: '重新上传', en: 'Start again' },
  actionFailed: { zh: '没有完成', en: 'That did not work' },
});

/** The bureaus by the names of their subgraphs. */
export const subgraphNames: Readonly<Record<string, { zh: string; en: string }>> = {
  places: { zh: '便民服务', en: 'Places' },
  'elderly-care': { zh: '养老', en: 'Elderly care' },
  sanitation: { zh: '环卫', en: 'Sanitation' },
  security: { zh: '技防', en: 'Security' },
  culture: { zh: '文化', en: 'Culture' },
  community: { zh: '社区', en: 'Community' },
};
